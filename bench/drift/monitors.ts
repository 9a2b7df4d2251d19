// bench/drift, part `monitors`: how long each monitor with its defaults is quiet where nothing changes, and how soon it finds a shift: by simulation.
// A run: 1,000 inferences without a change, the warm-up among them, then the shift. Quiet runs go on up to `cap` inferences, which then count as their length.
import { type Monitor, type MonitorReference, monitorKind, monitors } from '@holdfast/stats';
import { type BenchRow, atLeast, seen } from '../../tests/load/report.ts';
import { features_count, inferenceOf, laws } from './monitor-streams.ts';
import { mean, normals } from './normal.ts';

const promise = 10_000;
const cap = 30_000;
const quiet = { seed: 41, runs: 40 };
const found = { seed: 42, runs: 40 };
const steady = 1000;
const late = 3000;

interface Case {
  readonly what: string;
  readonly open: (normal: () => number, law: string) => Monitor;
  /** Without it, by every law of a number; a monitor of classes or labels sees none. */
  readonly laws?: readonly string[];
}

/** They see classes and labels alone, which are the same under every law. */
const of_classes = ['PredictionDistributionMonitor', 'AccuracyCUSUM'];
const by_classes = ['normal'];

const cases: readonly Case[] = [
  ...monitors
    .filter(({ name }) => name !== 'KSTest')
    .map(({ name }) => ({ what: name, open: () => monitorKind(name).open(), ...(of_classes.includes(name) ? { laws: by_classes } : {}) })),
  { what: 'PredictionDistributionMonitor, ewma', open: () => monitorKind('PredictionDistributionMonitor').open({ method: 'ewma' }), laws: by_classes },
];

const referenceOf = (normal: () => number, law: string): MonitorReference => ({
  score: Array.from({ length: 1000 }, () => inferenceOf(law, 0, normal).outputs!['score']!),
  confidence: Array.from({ length: 1000 }, () => inferenceOf(law, 0, normal).confidence!),
});

/** Inferences up to the first drift. */
function lengthOf(monitor: Monitor, law: string, normal: () => number): number {
  let n = 1;
  while (n < cap && !monitor.update(inferenceOf(law, 0, normal))?.drift) n++;
  return n;
}

function delayOf(monitor: Monitor, law: string, shift: number, normal: () => number): number | null {
  for (let i = 0; i < steady; i++) if (monitor.update(inferenceOf(law, 0, normal))?.drift) return null;
  let n = 1;
  while (n <= late && !monitor.update(inferenceOf(law, shift, normal))?.drift) n++;
  return n;
}

function quietRow({ what, open }: Case, law: string): BenchRow {
  const normal = normals(quiet.seed);
  const length = mean(Array.from({ length: quiet.runs }, () => lengthOf(open(normal, law), law, normal)));
  return atLeast(`${what}, ${law}: mean run`, length, 'inferences', promise, `seed ${quiet.seed}, ${quiet.runs} runs of at most ${cap}`);
}

function delayRow({ what, open }: Case, law: string, shift: number): BenchRow {
  const normal = normals(found.seed);
  const delays: number[] = [];
  while (delays.length < found.runs) {
    const one = delayOf(open(normal, law), law, shift, normal);
    if (one !== null) delays.push(one);
  }
  const missed = delays.filter((n) => n > late).length;
  return seen(
    `${what}, ${law}: delay at +${shift} sd`,
    mean(delays),
    'inferences',
    `after ${steady} without a change; missed ${missed} of ${found.runs} in ${late}; seed ${found.seed}`,
  );
}

/** The share of checks that alarm, against the threshold. */
function checkRow(law: string): BenchRow {
  const normal = normals(quiet.seed);
  const [references, checks, every] = [100, 15, 100];
  let drifts = 0;
  for (let run = 0; run < references; run++) {
    const monitor = monitorKind('KSTest').open({ check_frequency: every }, referenceOf(normal, law));
    for (let i = 0; i < checks * every; i++) if (monitor.update(inferenceOf(law, 0, normal))?.drift) drifts++;
  }
  const [value, error] = [drifts / (references * checks) / 0.05, 2 * Math.sqrt(0.95 / 0.05 / (references * checks))];
  const note = `two features that are one; ${references * checks} checks of ${every}, seed ${quiet.seed}, 2 s.e. ${error.toFixed(2)}`;
  return { what: `KSTest, ${law}: alarms a check`, value, unit: 'x threshold', bar: 1.2, ok: value <= 1.2 + error, note };
}

const ks: Case = { what: 'KSTest', open: (normal, law) => monitorKind('KSTest').open({}, referenceOf(normal, law)) };

/** Processor time of an inference by every monitor together, and what a device keeps of them. */
function costRows(): BenchRow[] {
  const normal = normals(43);
  const stream = Array.from({ length: 20_000 }, () => inferenceOf('beta', 0, normal));
  const all = monitors.map(({ name }) => monitorKind(name).open({}, referenceOf(normal, 'beta')));
  const feed = () => stream.forEach((one) => all.forEach((monitor) => void monitor.update(one)));
  feed();
  const start = process.cpuUsage();
  feed();
  const { user, system } = process.cpuUsage(start);
  const size_bytes = JSON.stringify(all.map(({ state }) => state)).length;
  return [
    seen('all ten monitors: an inference', (user + system) / stream.length, 'us', `${features_count} features, after ${stream.length} inferences`),
    seen('all ten monitors: their state as JSON', size_bytes, 'bytes', 'a device writes it every ten minutes at most'),
  ];
}

export function monitorRows(): BenchRow[] {
  const names = Object.keys(laws);
  const rowsOf = (one: Case, of: readonly string[]) => [
    ...of.map((law) => quietRow(one, law)),
    ...of.flatMap((law) => [1, 3].map((shift) => delayRow(one, law, shift))),
  ];
  return [
    ...costRows(),
    ...cases.flatMap((one) => rowsOf(one, one.laws ?? names)),
    ...names.flatMap((law) => [checkRow(law), ...[1, 3].map((shift) => delayRow(ks, law, shift))]),
  ];
}
