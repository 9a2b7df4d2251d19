// rollout: a version on its way to devices.
import type { Command } from 'commander';
import { printOne, printRows, printSome, say } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { anyNumber, verb, wholeNumber } from '../../verb.ts';

interface StartOptions {
  readonly selector: string;
  readonly waves?: string;
  readonly watchS?: number;
  readonly successShare?: number;
  readonly errorShare?: number;
  readonly key?: string;
}

export function addRollouts(program: Command): void {
  const noun = program.command('rollout').description('rollouts: a version on its way to devices');
  verb(noun, 'ls', 'list rollouts, newest first', 'rollout ls')
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 50)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const { rollouts } = await clientOf(command).call('rolloutList', { query: { limit } });
      printSome(rollouts, ['id', 'model', 'model_version', 'state', 'reason'], limit, outputOf(command));
    });
  verb(noun, 'show <id>', 'one rollout, a line a wave', 'rollout show ROLLOUT').action(show);
  verb(noun, 'start <model>', 'bring a version to devices, wave by wave', 'rollout start parts 3 --waves 1,25%,100% --selector site=north')
    .argument('<version>', 'number of the version', wholeNumber(1))
    .option('--selector <labels>', 'devices; without it all', '')
    .option('--waves <list>', 'growing totals, such as 1,25%,100%')
    .option('--watch-s <n>', 'seconds for which a healthy wave is watched', wholeNumber(0, 3_155_760_000))
    .option('--success-share <n>', 'share of a wave that must be healthy before the next, 0 to 1', anyNumber(0, 1))
    .option('--error-share <n>', 'share of a wave whose failure stops the rollout, 0 to 1', anyNumber(0, 1))
    .option('--key <text>', 'the same key starts it once')
    .action(start);
  steer(noun, 'pause', 'rolloutPause', 'assign no further device');
  steer(noun, 'resume', 'rolloutResume', 'go on with a paused rollout');
  steer(noun, 'abort', 'rolloutAbort', 'stop it, and bring back the former version where it was installed');
}

function steer(noun: Command, name: string, route: 'rolloutPause' | 'rolloutResume' | 'rolloutAbort', says: string): void {
  verb(noun, `${name} <id>`, says, `rollout ${name} ROLLOUT`).action(async (id: string, _o: object, command: Command) => {
    const { state, reason } = await clientOf(command).call(route, { params: { id } });
    printOne({ id, state, reason }, outputOf(command));
  });
}

async function show(id: string, _options: object, command: Command): Promise<void> {
  const rollout = await clientOf(command).call('rolloutShow', { params: { id } });
  const output = outputOf(command);
  if (output.json) return printOne(rollout, output);
  say(`${rollout.state}: ${rollout.reason}`);
  const rows = rollout.waves.map((w) => ({ number: w.number, state: w.state, devices: w.devices, ...w.counts }));
  return printRows(rows, ['number', 'state', 'devices', ...Object.keys(rollout.waves[0]?.counts ?? {})], output);
}

async function start(model: string, version: number, options: StartOptions, command: Command): Promise<void> {
  const { selector, waves, watchS, successShare, errorShare, key } = options;
  const asked = {
    waves: waves?.split(','),
    watch_ms: watchS === undefined ? undefined : watchS * 1000,
    success_share: successShare,
    error_share: errorShare,
    key,
  };
  const body = { model, version, selector, ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) };
  const rollout = await clientOf(command).call('rolloutCreate', { body });
  printOne({ id: rollout.id, state: rollout.state, reason: rollout.reason }, outputOf(command));
  if (!outputOf(command).json) say(`next: holdfast rollout show ${rollout.id}`);
}
