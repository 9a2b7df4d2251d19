// closed-loop: the server and four camera devices, each a real agent that keeps a real inference program running.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from '@holdfast/client';
import { places } from './places.ts';
import type { Processes } from './processes.ts';

export interface Camera {
  readonly name: string;
  readonly folder: string;
  readonly truth: string;
  readonly faults: string;
  /** What will be wrong with it; null for a healthy one. */
  readonly fault: { readonly words: string; readonly setting: { readonly fog?: number; readonly gain?: number } } | null;
}

export const inferences_per_second = 40;
export const window_inferences = 200;

const plan = [
  { name: 'cam-entrance', fault: null },
  { name: 'cam-harbour', fault: { words: 'its lens fogs', setting: { fog: 0.7 } } },
  { name: 'cam-hall', fault: null },
  { name: 'cam-roof', fault: { words: 'its gain is wrong', setting: { gain: 10 } } },
] as const;

export const makeCameras = (folder: string): Camera[] =>
  plan.map((camera) => ({
    ...camera,
    folder: path.join(folder, camera.name),
    truth: path.join(folder, `${camera.name}.truth.jsonl`),
    faults: path.join(folder, `${camera.name}.faults.json`),
  }));

/** Starts the server on one data folder and waits until it answers; returns its client and the login link. */
export async function startServer(processes: Processes, folder: string, options: { port: number; token: string }): Promise<{ client: Client; link: string }> {
  await mkdir(folder, { recursive: true });
  const log = path.join(folder, 'server.log');
  const args = [
    'up',
    '--data',
    path.join(folder, 'server'),
    '--port',
    String(options.port),
    '--poll-ms',
    '1000',
    '--window-inferences',
    String(window_inferences),
  ];
  const link = await new Promise<string>((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`the server did not start in 60 s: ${said}`)), 60_000);
    const on_text = (text: string) => {
      said += text;
      const found = /^sign in\s+(\S+)/m.exec(said);
      if (!found || !said.includes('stop ')) return;
      clearTimeout(timer);
      resolve(found[1]!);
    };
    processes.start('server', [places.command_line, ...args], { log, env: { HOLDFAST_ADMIN_TOKEN: options.token }, on_text });
  });
  return { client: new Client({ url: new URL(link).origin, token: options.token }), link };
}

export async function startCamera(processes: Processes, camera: Camera, address: string, seed: number): Promise<void> {
  await processes.run(`join of ${camera.name}`, [places.agent, 'join', address, '--data', camera.folder, '--name', camera.name, '--label', 'kind=camera']);
  const program = [
    process.execPath,
    places.camera,
    '--seed',
    String(seed),
    '--rate',
    String(inferences_per_second),
    '--faults',
    camera.faults,
    '--truth',
    camera.truth,
  ];
  processes.start(camera.name, [places.agent, 'run', '--data', camera.folder, '--wait-for-bundle', '--ring', `${camera.folder}.ring`, '--', ...program], {
    log: `${camera.folder}.log`,
  });
}

/** The camera reads the file each second; it is replaced whole. */
export async function breakCamera(camera: Camera): Promise<void> {
  await writeFile(`${camera.faults}.new`, JSON.stringify(camera.fault?.setting ?? {}));
  await rename(`${camera.faults}.new`, camera.faults);
}
