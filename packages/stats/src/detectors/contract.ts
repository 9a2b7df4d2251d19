// stats/detectors: what every detector promises, as checks that run on any kind: ours, and those that others write with defineDetector.
// Each check gives null, or what it saw. Pure and seeded, so that a test of any framework, or a program at its start, may run them.
import { HoldfastError } from '@holdfast/base';
import type { Detector, DetectorKind, DetectorState } from './detector.ts';
import { next } from './random.ts';

export interface DetectorPromise {
  readonly promise: string;
  /** null where it is kept. */
  readonly broken: (kind: DetectorKind) => string | null;
}

/** Zeros and ones; from the middle on with another rate. They suit detectors of errors and of numbers alike. */
function changing(n: number): number[] {
  const random = { random: 99 };
  return Array.from({ length: n }, (_, i) => (next(random) < (i < n / 2 ? 0.1 : 0.6) ? 1 : 0));
}
const nasty = [Number.NaN, 1e308, -1e308, Number.POSITIVE_INFINITY, 5e-324, -0, 1e100, Number.NEGATIVE_INFINITY, 1e-200, 3, 3, 3];
const nastyStream = (n: number): number[] => changing(n).map((value, i) => (i % 7 === 3 ? nasty[i % nasty.length]! : value));

const throughJson = (state: DetectorState): DetectorState => JSON.parse(JSON.stringify(state)) as DetectorState;
const sizeOf = (detector: Detector): number => JSON.stringify(detector.state).length;

/** Where a detector that is cut off at every value differs from one that is not. */
function differsWhenCutOff(kind: DetectorKind, values: readonly number[]): string | null {
  const whole = kind.open();
  let parts = kind.open();
  for (const [i, value] of values.entries()) {
    const [one, other] = [whole.update(value), parts.update(value)];
    if (one !== other) return `at value ${i}: ${one} without a break, ${other} with one`;
    parts = kind.resume(throughJson(parts.state));
    if (parts.drift !== whole.drift || parts.warning !== whole.warning) return `at value ${i}: the state does not say what it last found`;
  }
  return null;
}

const refusal = (act: () => unknown): string | null => {
  try {
    act();
    return 'nothing';
  } catch (error) {
    return error instanceof HoldfastError && error.code.startsWith('HF-STAT-') ? null : String(error);
  }
};

function missedChange(kind: DetectorKind, seen: (values: number[]) => number[]): string | null {
  const detector = kind.open();
  const firings = seen(changing(4000)).map((value) => detector.update(value));
  if (!firings.slice(2000).includes('drift')) return 'no drift in 2,000 values after the change';
  const more = seen(changing(8000).slice(4000)).filter((value) => detector.update(value) === 'drift').length;
  return more <= 400 ? null : `${more} drifts in 4,000 further values`;
}

export const detectorContract: readonly DetectorPromise[] = [
  {
    promise: 'the same values give the same firings',
    broken(kind) {
      const [one, other] = [kind.open(), kind.open()];
      const at = changing(3000).findIndex((value) => one.update(value) !== other.update(value));
      return at < 0 ? null : `two of one kind differ at value ${at}`;
    },
  },
  { promise: 'a state goes through JSON at any value, and the firings stay the same', broken: (kind) => differsWhenCutOff(kind, changing(2400)) },
  { promise: 'huge, tiny and missing values break neither it nor its state', broken: (kind) => differsWhenCutOff(kind, nastyStream(1400)) },
  {
    promise: 'NaN and infinities are not read, and counted',
    broken(kind) {
      const detector = kind.open();
      for (const value of changing(200)) detector.update(value);
      const before = JSON.stringify(detector.state.memory);
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) if (detector.update(value) !== null) return `fired at ${value}`;
      if (detector.skipped !== 3 || detector.read !== 200) return `${detector.skipped} skipped, ${detector.read} read, expected 3 and 200`;
      return JSON.stringify(detector.state.memory) === before ? null : 'its memory changed';
    },
  },
  {
    promise: 'a constant stream gives no drift',
    broken(kind) {
      const [still, at] = [kind.open(), Array.from({ length: 5000 }, () => 0)];
      const found = at.findIndex((value) => still.update(value) === 'drift');
      return found < 0 ? null : `a drift at value ${found}`;
    },
  },
  {
    promise: 'a change is found, a rise or a fall at least, and afterwards it goes on: most values of the new kind are no drift',
    broken(kind) {
      const mirrored = (values: number[]) => values.map((value) => 1 - value);
      const rise = missedChange(kind, (values) => values);
      return rise === null ? null : missedChange(kind, mirrored) && rise;
    },
  },
  {
    promise: 'its memory does not grow',
    broken(kind) {
      const detector = kind.open();
      const feed = () => changing(20_000).forEach((value) => void detector.update(value));
      feed();
      const before = sizeOf(detector);
      for (let i = 0; i < 4; i++) feed();
      const after = sizeOf(detector);
      return after <= before + 4096 && after <= 65_536 ? null : `${before} characters after 20,000 values, ${after} after 100,000`;
    },
  },
  {
    promise: 'a parameter that it does not know, and a state of another layout, are refused with a code',
    broken(kind) {
      const { state } = kind.open();
      return refusal(() => kind.open({ no_such_parameter: 1 })) ?? refusal(() => kind.resume({ ...state, layout: state.layout + 1 }));
    },
  },
];
