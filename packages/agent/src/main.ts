// agent: what the bundled file runs: join, run, supervise. It reads the arguments, prints lines, and ends with the exit code of the error.

import { hostname } from 'node:os';
import { HoldfastError, failure } from '@holdfast/base';
import { type RunningAgent, runAgent } from './agent.ts';
import { joinServer } from './join.ts';
import { becomeLean } from './lean.ts';
import { agent_version } from './platform.ts';
import { superviseOnly } from './supervise-only.ts';
import { type CommandLine, parseCommandLine } from './command-line.ts';

const usage = `holdfast-agent ${agent_version}
  holdfast-agent join ADDRESS --data DIR [--name N] [--label KEY=VALUE]...
  holdfast-agent run --data DIR [--wait-for-bundle] [--ring FILE] [-- COMMAND...]
  holdfast-agent supervise [--data DIR] -- COMMAND...
`;

const say = (text: string): void => void process.stderr.write(`holdfast: ${text}\n`);
const on_output = (chunk: Uint8Array): void => void process.stdout.write(chunk);

const commands: Readonly<Record<string, (line: CommandLine) => Promise<void>>> = {
  join: async ({ words, options, labels }) => {
    const address = words[0] ?? '';
    const folder = needed(options, 'data');
    const identity = await joinServer({ address, folder, name: options['name'] ?? hostname(), labels });
    process.stdout.write(`joined ${identity.server} as ${identity.device}\n`);
  },
  run: async ({ options, program }) => {
    const wait_for_bundle = options['wait-for-bundle'] !== undefined;
    const ring = options['ring'] === undefined ? {} : { ring: options['ring'] };
    await untilSignal(await runAgent({ folder: needed(options, 'data'), program, wait_for_bundle, ...ring, on_line: say, on_output }));
  },
  supervise: async ({ options, program }) => {
    if (program.length === 0) throw failure('HF-CLI-006', { option: '--', saw: 'nothing', expected: 'the command to run', command: 'supervise' });
    await untilSignal(await superviseOnly({ program, ...(options['data'] ? { folder: options['data'] } : {}), on_line: say, on_output }));
  },
};

function needed(options: CommandLine['options'], name: string): string {
  const value = options[name];
  if (!value) throw failure('HF-CLI-006', { option: `--${name}`, saw: 'nothing', expected: 'a folder', command: 'agent' });
  return value;
}

/** Ends the agent at SIGINT or SIGTERM, with the program that it runs. */
async function untilSignal(agent: RunningAgent): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void agent.stop());
  await agent.done;
}

async function main(argv: readonly string[]): Promise<void> {
  const [name = '', ...rest] = argv;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    (name === '--help' || name === 'help' ? process.stdout : process.stderr).write(usage);
    process.exitCode = name === '--help' || name === 'help' ? 0 : 2;
    return;
  }
  const line = parseCommandLine(rest);
  if (name !== 'join') becomeLean();
  await command(line);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const known = error instanceof HoldfastError ? error : null;
  process.stderr.write(
    known ? `${known.code}: ${known.message}\n${known.hint}\n` : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = known?.exit ?? 1;
});
