// bench/drift, part `detectors`: delays at a mean run length of 10,000 values, the run length under dependence, state, speed and growth.
// Every number is a simulation with its seed and size in the note; the peers are calibrated to the same run length and stand beside it.
import { type Detector, detectorKind, type GivenParameters, openDetector } from '@holdfast/stats';
import { type BenchRow, atLeast, atMost, seen } from '../../tests/load/report.ts';
import { firstOrder, normals } from './normal.ts';
import { calibrate, delay, type Make, type Plan, reference_size, runLength } from './run-length.ts';

/** One over the promised run length at which the e-detector's mean run length is about 10,000 on independent normal values. */
const alpha = 1 / 4100;
const wanted = 10_000;
const changes: readonly (readonly [string, number, (z: number) => number])[] = [
  ['+0.1 sd', 1300, (z) => z + 0.1],
  ['+0.25 sd', 215, (z) => z + 0.25],
  ['+0.5 sd', 60, (z) => z + 0.5],
  ['+1 sd', 20, (z) => z + 1],
  ['sd x 1.3', 110, (z) => 1.3 * z],
  ['sd x 0.7', 90, (z) => 0.7 * z],
];

const of =
  (name: string, parameters: GivenParameters): Make =>
  (reference) =>
    openDetector(name, { parameters, reference });
/** A detector without a reference meets its values first. */
const after =
  (name: string, parameters: GivenParameters): Make =>
  (reference) => {
    const detector = openDetector(name, { parameters });
    for (const value of reference.slice(-1000)) detector.update(value);
    return detector;
  };
const eDetector = of('e-detector', { alpha });

function delays(): BenchRow[] {
  const [quiet, found] = [
    { seed: 11, runs: 1000 },
    { seed: 12, runs: 1000 },
  ];
  const length = runLength(eDetector, quiet);
  return [
    atLeast('e-detector: mean run length', length, 'values', wanted, `promised 4100; seed ${quiet.seed}, ${quiet.runs} references of ${reference_size}`),
    ...changes.flatMap(([what, bar, change]) => {
      const { mean, missed } = delay(eDetector, found, change);
      return [
        atMost(`e-detector: delay at ${what}`, mean, 'values', bar, `seed ${found.seed}, ${found.runs} runs`),
        atMost(`e-detector: missed in 10,000 at ${what}`, missed, 'share', 0),
      ];
    }),
  ];
}

interface Peer {
  readonly name: string;
  readonly parameter: string;
  /** From the quietest to the loudest value. */
  readonly range: readonly [number, number];
  readonly make: (parameter: number) => Make;
  readonly runs: number;
}
const peers: readonly Peer[] = [
  { name: 'adwin', parameter: 'delta', range: [1e-4, 1], make: (delta) => after('adwin', { delta }), runs: 150 },
  { name: 'page-hinkley', parameter: 'threshold', range: [1000, 10], make: (threshold) => after('page-hinkley', { threshold }), runs: 150 },
  { name: 'cusum (slack 0.25)', parameter: 'threshold', range: [20, 3], make: (threshold) => of('cusum', { slack: 0.25, threshold }), runs: 150 },
  { name: 'ewma (lambda 0.05)', parameter: 'width', range: [6, 1.5], make: (width) => of('ewma', { lambda: 0.05, width, warning_width: 0 }), runs: 150 },
  { name: 'kswin', parameter: 'alpha', range: [1e-7, 0.01], make: (p) => after('kswin', { alpha: p }), runs: 12 },
];

function peerRows({ name, parameter, range, make, runs }: Peer): BenchRow[] {
  const plan: Plan = { seed: 23, runs };
  const best = calibrate(make, range, wanted, plan);
  const rows = changes.map(([what, , change]) => {
    const { mean, missed } = delay(make(best.parameter), plan, change);
    return seen(`${name}: delay at ${what}`, mean, 'values', missed > 0 ? `missed ${(100 * missed).toFixed(0)} %` : '');
  });
  const note = `${parameter} ${best.parameter.toPrecision(3)}; seed ${plan.seed}, ${runs} runs`;
  return [seen(`${name}: mean run length`, best.length, 'values', note), ...rows];
}

function dependence(): BenchRow[] {
  return [0, 0.3, 0.6, 0.9].flatMap((phi) => {
    const plan = { seed: 14, runs: 200 };
    const source = (normal: () => number) => firstOrder(normal, phi);
    const length = runLength(eDetector, plan, source, 1_000_000);
    const soon = delay(eDetector, plan, (z) => z + 1, source);
    return [
      atLeast(`e-detector, AR(1) ${phi}: run length / promise`, length * alpha, 'x', 0.8, `seed ${plan.seed}, ${plan.runs} references of ${reference_size}`),
      seen(`e-detector, AR(1) ${phi}: delay at +1 sd`, soon.mean, 'values', `autocorrelation time ${((1 + phi) / (1 - phi)).toFixed(1)}`),
    ];
  });
}

/** What a detector keeps, at 8 bytes a number. */
const stateBytes = (detector: Detector): number => 8 * (JSON.stringify(detector.state.memory).match(/-?\d[^,\]}]*/g)?.length ?? 0);

function speed(): BenchRow[] {
  const normal = normals(15);
  const values = Float64Array.from({ length: 1_000_000 }, normal);
  const detector = openDetector('e-detector', { parameters: { alpha: 1e-12 }, reference: [...values.subarray(0, reference_size)] });
  const feed = () => values.forEach((value) => void detector.update(value));
  feed();
  const [bytes, heap] = [stateBytes(detector), heapBytes()];
  const ns = nsEach(feed, values.length);
  const floor = floorOf(values);
  return [
    atMost('e-detector: state of a feature', bytes, 'bytes', 1536, '8 bytes a number'),
    atMost('e-detector: an update', ns, 'ns', 200, `${(ns / floor).toFixed(1)} x a sum over the same values by a call each (${floor.toFixed(1)} ns)`),
    atMost('e-detector: state grown over 10^7 updates', stateBytes(detector) - bytes, 'bytes', 0),
    atMost('e-detector: heap grown over 10^7 updates', Math.max(0, heapBytes() - heap), 'bytes', 65_536),
  ];
}

/** Time of the processor for a value, over ten rounds: others at work on the machine do not count. */
function nsEach(feed: () => void, values: number): number {
  const start = process.cpuUsage();
  for (let i = 0; i < 10; i++) feed();
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / (10 * values);
}

function floorOf(values: Float64Array): number {
  let sum = 0;
  const ns = nsEach(() => values.forEach((value) => void (sum += value)), values.length);
  return Number.isFinite(sum) ? ns : Number.NaN;
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function memory(): BenchRow[] {
  const kind = detectorKind('e-detector');
  const normal = normals(16);
  const { state } = kind.open({}, Array.from({ length: reference_size }, normal));
  const open = (n: number) => Array.from({ length: n }, () => kind.resume(state));
  const use = (all: readonly Detector[]) => all.forEach((one) => void one.update(normal()));
  use(open(10));
  const heap_before = heapBytes();
  const rss_before = process.memoryUsage().rss;
  const all = open(1000);
  for (let i = 0; i < 1000; i++) use(all);
  const heap = heapBytes() - heap_before;
  const rss = process.memoryUsage().rss - rss_before;
  return [
    atMost('e-detector: resident memory of 1,000 features', rss / 2 ** 20, 'MiB', 6, `${all.length} detectors after 1,000 values each`),
    seen('e-detector: heap of a feature', heap / all.length, 'bytes'),
  ];
}

/** Memory first, while the process is small. */
export const detectorRows = (): BenchRow[] => [...memory(), ...delays(), ...dependence(), ...speed(), ...peers.flatMap(peerRows)];
