import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DevicePeer } from '../test/device-peer.ts';
import { temporaryFolders, until } from '../test/support.ts';
import { ringPath } from './capture/index.ts';

const room = new URL('..', import.meta.url).pathname;
const file = join(room, 'dist/bundle/holdfast-agent.js');
const app = join(room, 'test/app.mjs');
const folderOf = temporaryFolders();
const running: ChildProcess[] = [];
const peers: DevicePeer[] = [];
const joined_folders: string[] = [];

beforeAll(() => void execFileSync(process.execPath, [join(room, 'bundle.mjs')]));

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM'); // not SIGKILL: the program that it keeps would outlive it
    await once(child, 'exit');
  }
  for (const peer of peers.splice(0)) await peer.stop();
  for (const folder of joined_folders.splice(0)) for (const end of ['', '.json', '.cursor']) rmSync(ringPath(folder) + end, { force: true });
});

function agent(...argv: string[]) {
  return agentWith({}, ...argv);
}

function agentWith(env: Record<string, string>, ...argv: string[]): { child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, [file, ...argv], { env: { ...process.env, ...env } });
  running.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, said: () => said };
}

/** Processes whose command line holds the text. */
function processesWith(text: string): number {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
    } catch {
      return false; // It ended while we looked.
    }
  }).length;
}

async function joined(): Promise<{ peer: DevicePeer; folder: string }> {
  const peer = await DevicePeer.start();
  peers.push(peer);
  const folder = folderOf();
  joined_folders.push(folder);
  const { child, said } = agent('join', peer.address, '--data', folder, '--name', 'edge-1', '--label', 'site=north');
  expect([(await once(child, 'exit'))[0], said()]).toEqual([0, `joined http://127.0.0.1:${peer.port} as dev_test\n`]);
  return { peer, folder };
}

describe('the bundled agent', () => {
  it('imports nothing but node: modules', () => {
    const text = readFileSync(file, 'utf8');
    const imports = [...text.matchAll(/(?:require|import)\("([^"]+)"\)/g)].map((match) => match[1]!);
    expect(imports.length).toBeGreaterThan(5);
    expect(imports.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  it('speaks TLS to a server whose certificate it trusts, and to no other', async () => {
    const peer = await DevicePeer.start(true);
    peers.push(peer);
    const folder = folderOf();
    joined_folders.push(folder);
    const join_args = ['join', peer.address, '--data', folder, '--name', 'edge-1'];
    const stranger = agentWith({ NODE_EXTRA_CA_CERTS: '' }, ...join_args);
    expect((await once(stranger.child, 'exit'))[0]).toBe(7);
    expect(stranger.said()).toMatch(/^HF-AGENT-004: .*self-signed certificate/);
    const trusting = { NODE_EXTRA_CA_CERTS: join(room, 'test/tls/cert.pem') };
    const { child, said } = agentWith(trusting, ...join_args);
    expect([(await once(child, 'exit'))[0], said()]).toEqual([0, `joined https://127.0.0.1:${peer.port} as dev_test\n`]);
    agentWith(trusting, 'run', '--data', folder, '--', process.execPath, app);
    await until('a report over TLS', () => peer.reported?.program.state === 'running');
  });

  it('runs a program, and after a kill -9 of itself never two of them', async () => {
    const { peer, folder } = await joined();
    const mark = `mark=${folder}`;
    const first = agent('run', '--data', folder, '--', process.execPath, app, mark);
    await until('a running program', () => peer.reported?.program.state === 'running');
    const old_pid = peer.reported!.program.pid;
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = agent('run', '--data', folder, '--', process.execPath, app, mark);
    await until('another program', () => peer.reported?.program.state === 'running' && peer.reported.program.pid !== old_pid);
    // The agent's own command line holds the mark too.
    expect(processesWith(mark)).toBe(2);
    second.child.kill('SIGTERM');
    expect(await once(second.child, 'exit')).toEqual([0, null]);
    expect(processesWith(mark)).toBe(0);
    expect(existsSync(join(folder, 'agent.lock'))).toBe(false);
  });

  it('supervises without a server: the program logs, and its environment is not that of the agent', async () => {
    const code = `import { openLog } from ${JSON.stringify(join(room, 'dist/sdk/index.js'))};
      const log = openLog(); for (let n = 0; n < 5; n++) log.inference({ inputs: [n], latency_ms: 2 });
      console.log('logged', log.logged, process.env.UV_THREADPOOL_SIZE ?? 'none'); setInterval(() => {}, 1000);`;
    const { child, said } = agent('supervise', '--', process.execPath, '--input-type=module', '-e', code);
    await until('the program', () => said().includes('logged'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(said()).toContain('logged 5 none');
    expect(said()).toMatch(/5 inferences, latency p95 \S+ ms, 0 lost/);
  });

  it('says by code, hint and exit code what is wrong', async () => {
    const cases: [string[], number, string][] = [
      [['run', '--data', folderOf()], 2, 'HF-AGENT-002'],
      [['join', 'http://x', '--data', folderOf()], 2, 'HF-AGENT-003'],
      [['join', 'hf://127.0.0.1:1/tok', '--data', folderOf()], 7, 'HF-AGENT-004'],
      [['run', '--dta', 'x'], 2, 'HF-CLI-006'],
      [['supervise'], 2, 'HF-CLI-006'],
      [['nonsense'], 2, 'holdfast-agent join ADDRESS'],
    ];
    for (const [argv, exit, text] of cases) {
      const { child, said } = agent(...argv);
      expect((await once(child, 'close'))[0], argv.join(' ')).toBe(exit);
      expect(said()).toContain(text);
    }
  });
});
