// bench: the whole story of the demo with other images in another order, again and again: how often a healthy camera raised an alarm. `--runs N` (20), `--first N` is
// the first seed (1,000; each run takes the next ten). A run is two to three minutes; the product must be built.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { atMost, report } from '../tests/load/report.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '20' }, first: { type: 'string', default: '1000' } } });
const program = path.join(import.meta.dirname, '..', 'examples', 'closed-loop', 'dist', 'main.js');
const seeds = Array.from({ length: Number(values.runs) }, (_, i) => Number(values.first) + 10 * i);

interface Told {
  readonly seed: number;
  readonly code: number | null;
  readonly false_alarms: number;
  readonly end: string;
}

async function tell(seed: number): Promise<Told> {
  const child = spawn(process.execPath, [program, '--once', '--seed', String(seed)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const healthy = said.split('\n').filter((line) => /^cam-\S+\s+none\s/.test(line));
  const false_alarms = healthy.reduce((sum, line) => sum + Number(/(\d+)\s*$/.exec(line)?.[1] ?? 0), 0);
  const named = /is healthy and had (\d+) false alarms/.exec(said);
  return { seed, code, false_alarms: Math.max(false_alarms, Number(named?.[1] ?? 0)), end: said.trim().split('\n').slice(-3).join(' | ') };
}

const told: Told[] = [];
for (const seed of seeds) {
  const one = await tell(seed);
  console.log(`seed ${one.seed}: exit ${one.code}, ${one.false_alarms} false alarms${one.code === 0 ? '' : `: ${one.end}`}`);
  told.push(one);
}
const note = `${told.length} runs, seeds ${seeds[0]} to ${seeds.at(-1)}; ${told.filter(({ code }) => code === 0).length} told the whole story`;
report('demo-seeds', [
  atMost(
    'false alarms of healthy cameras',
    told.reduce((sum, one) => sum + one.false_alarms, 0),
    '',
    0,
    note,
  ),
]);
