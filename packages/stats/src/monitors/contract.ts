// stats/monitors: what every monitor promises, as checks that run on any kind. Each gives null, or what it saw. Pure and seeded.
import { HoldfastError } from '@holdfast/base';
import { next } from '../detectors/random.ts';
import type { MonitoredInference } from './inference.ts';
import type { Monitor, MonitorKind, MonitorReference, MonitorState } from './monitor.ts';

export interface MonitorPromise {
  readonly promise: string;
  /** null where it is kept. */
  readonly broken: (kind: MonitorKind) => string | null;
}

const reference: MonitorReference = { score: Array.from({ length: 300 }, (_, i) => (i + 0.5) / 300), other: Array.from({ length: 300 }, (_, i) => i) };
const open = (kind: MonitorKind): Monitor => kind.open({}, reference);

/** Everything that any monitor reads, from one hidden number in [0, 1): `moved` moves all of it. */
function inference(random: { random: number }, moved: number): MonitoredInference {
  const share = (next(random) + moved) % 1;
  const high = share < 0.25 + moved ? 0.9 : share;
  const predicted = high > 0.66 ? 2 : high > 0.33 ? 1 : 0;
  const features = Array.from({ length: 5 }, (_, i) => (moved > 0 ? 3 : 0) + high + 0.1 * next(random) * i);
  return {
    confidence: moved > 0 ? 0.01 * share : share,
    predicted: moved > 0 ? 2 : predicted,
    features,
    outputs: { score: moved > 0 ? share / 4 : share, other: 300 * next(random) },
    label: next(random) < (moved > 0 ? 0.4 : 0.97) ? (moved > 0 ? 2 : predicted) : 7,
    neighbor_labels: Array.from({ length: 5 }, (_, i) => (next(random) < (moved > 0 ? 0.6 : 0.03) ? i : 9)),
  };
}

/** Calm up to `calm`, and moved from there on. */
export function contractStream(n: number, calm: number): MonitoredInference[] {
  const random = { random: 8 };
  return Array.from({ length: n }, (_, i) => inference(random, i < calm ? 0 : 0.6));
}

const holes: readonly MonitoredInference[] = [
  {},
  { confidence: Number.NaN, predicted: null, features: [], outputs: {}, label: null },
  { confidence: null, predicted: -1, features: [Number.NaN, 1], outputs: { score: Number.POSITIVE_INFINITY }, distances: [Number.NaN] },
];
const extremes: readonly MonitoredInference[] = [1e300, -1e300, 5e-324, 0].map((x) => ({
  confidence: x,
  predicted: 'name',
  features: [x, x, x, x, x],
  outputs: { score: x },
  label: 'name',
}));

const throughJson = (state: MonitorState): MonitorState => JSON.parse(JSON.stringify(state)) as MonitorState;
const refusal = (act: () => unknown): string | null => {
  try {
    act();
    return 'nothing was refused';
  } catch (error) {
    return error instanceof HoldfastError && error.code.startsWith('HF-STAT-') ? null : String(error);
  }
};

/** Where a monitor that is cut off every so often differs from one that is not. */
function differsWhenCutOff(kind: MonitorKind, stream: readonly MonitoredInference[]): string | null {
  const whole = open(kind);
  let parts = open(kind);
  for (const [i, one] of stream.entries()) {
    const [a, b] = [JSON.stringify(whole.update(one)), JSON.stringify(parts.update(one))];
    if (a !== b) return `at inference ${i}: ${a} without a break, ${b} with one`;
    if (i % 17 === 0) parts = kind.resume(throughJson(parts.state), reference);
  }
  return null;
}

export const monitorContract: readonly MonitorPromise[] = [
  { promise: 'a state goes through JSON, and what is said stays the same', broken: (kind) => differsWhenCutOff(kind, contractStream(1500, 1200)) },
  {
    promise: 'huge, tiny and missing values break neither it nor its state',
    broken: (kind) =>
      differsWhenCutOff(
        kind,
        contractStream(900, 900).map((one, i) => (i % 9 === 4 ? [...holes, ...extremes][i % 7]! : one)),
      ),
  },
  {
    promise: 'what lacks what it needs is not counted, and changes nothing else',
    broken(kind) {
      const monitor = open(kind);
      for (const one of contractStream(300, 300)) monitor.update(one);
      const before = JSON.stringify(monitor.state.memory);
      const said = holes.map((one) => monitor.update(one)).find((notice) => notice !== null);
      if (said) return `it said ${said.reason}`;
      if (monitor.counted !== 300 || monitor.missing !== holes.length) return `${monitor.counted} counted, ${monitor.missing} missing`;
      return JSON.stringify(monitor.state.memory) === before ? null : 'its memory changed';
    },
  },
  {
    promise: 'a change is a drift, said once, and it is over when all is as before',
    broken(kind) {
      const monitor = open(kind);
      const stream = contractStream(2400, 2000);
      const said = stream.map((one) => monitor.update(one));
      if (said.slice(0, 2000).some((notice) => notice?.drift)) return 'a drift before the change';
      const drifts = said.filter((notice) => notice?.drift).length;
      if (drifts !== 1 || !monitor.drifting) return `${drifts} drifts, ${monitor.drifting ? 'held' : 'not held'} at the end`;
      for (const one of contractStream(2000, 2000)) monitor.update(one);
      return monitor.drifting ? 'still drifting after 2,000 inferences as before' : null;
    },
  },
  {
    promise: 'its memory does not grow',
    broken(kind) {
      const monitor = open(kind);
      const size = () => JSON.stringify(monitor.state).length;
      for (const one of contractStream(6000, 6000)) monitor.update(one);
      const before = size();
      for (const one of contractStream(12_000, 12_000)) monitor.update(one);
      return size() <= 1.2 * before + 4096 && size() <= 262_144 ? null : `${before} characters, then ${size()}`;
    },
  },
  {
    promise: 'a parameter that it does not know, and a state of another layout, are refused with a code',
    broken: (kind) => refusal(() => kind.open({ no_such_parameter: 1 })) ?? refusal(() => kind.resume({ ...open(kind).state, layout: 99 })),
  },
];
