// closed-loop: `npm run demo`. Tells the story, leaves the UI open until Ctrl-C, or ends after it with --once.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Processes } from './processes.ts';
import { Story } from './story.ts';
import { tell } from './tell.ts';

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    keep: { type: 'boolean', default: false },
    /** Of what the cameras see: another number, other images in another order. */
    seed: { type: 'string', default: '11' },
  },
});

const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-demo-'));
const processes = new Processes();
let interrupted: () => void = () => {};
const interrupt = new Promise<void>((resolve) => (interrupted = resolve));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted());
// Whoever read what is told may leave (`npm run demo | head`): the story ends as at Ctrl-C, and leaves nothing running.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => interrupted());

async function main(): Promise<number> {
  const story = new Story({ folder, port: Number(values.port), seed: Number(values.seed), processes });
  const told = story.tell().then(() => true);
  told.catch(() => {}); // raced below; after an interrupt, what the story says of its lost processes is of no interest
  const whole = await Promise.race([told, interrupt.then(() => false)]);
  if (!whole) return 130;
  tell('Every step of the story happened.');
  if (values.once) return 0;
  tell(`The platform stays open: ${new URL(story.link).origin}   (Ctrl-C ends it)`);
  await Promise.race([interrupt, processes.lost]);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await processes.stop();
  if (values.keep || process.exitCode === 1) process.stderr.write(`The data folder is kept: ${folder}\n`);
  else await rm(folder, { recursive: true, force: true });
}
process.exit();
