// agent/sdk: what a head remembers: samples, the label up to which it has taken them, and its trial, in one file that is written at once. Pure but for reading.
import type { KnnSample, Trial } from '@holdfast/stats';
import { newTrial } from '@holdfast/stats';
import { isCount, isRecord } from './head-checks.ts';
import { readSamples, recordOfSample } from './head-sealed.ts';
import type { StoredSnapshot } from './head-snapshots.ts';

/** Right ones, and all, of the truths that came after a snapshot while the head was held against it. */
export interface Accuracy {
  readonly right: number;
  readonly truths: number;
}

export interface HeadState {
  /** Of each vector; 0 while none was learned. */
  readonly features: number;
  readonly seq: number;
  /** Of which device's labels; null while the agent has not said. */
  readonly device: string | null;
  /** One more with every write. */
  readonly generation: number;
  /** Labels whose vector was gone. */
  readonly unknown: number;
  readonly samples: readonly KnnSample[];
  /** The snapshot that the head is held against. */
  readonly held: string | null;
  /** The trial stood: the next snapshot is held against. */
  readonly due: boolean;
  readonly trial: Trial;
  readonly accuracy: Readonly<Record<string, Accuracy>>;
}

export const empty_state: HeadState = {
  features: 0,
  seq: 0,
  device: null,
  generation: 0,
  unknown: 0,
  samples: [],
  held: null,
  due: false,
  trial: newTrial(),
  accuracy: {},
};

export const recordOfState = (state: HeadState) => ({ v: 1, ...state, samples: state.samples.map(recordOfSample) });

/** Null where the value is no state. */
export function readState(value: unknown): HeadState | null {
  if (!isRecord(value) || value['v'] !== 1) return null;
  const { features, seq, device, generation, unknown, held, due, trial, accuracy } = value;
  if (![features, seq, generation, unknown].every(isCount) || typeof due !== 'boolean' || ![held, device].every(isName)) return null;
  const samples = readSamples(value['samples'], features as number);
  const tried = readTrial(trial);
  if (!samples || !tried || !isRecord(accuracy) || !Object.values(accuracy).every(isAccuracy)) return null;
  const counts = { features, seq, generation, unknown } as { features: number; seq: number; generation: number; unknown: number };
  return {
    ...counts,
    device: device as string | null,
    samples,
    held: held as string | null,
    due,
    trial: tried,
    accuracy: accuracy as Record<string, Accuracy>,
  };
}

const isName = (value: unknown): boolean => value === null || typeof value === 'string';
const isAccuracy = (value: unknown): value is Accuracy => isRecord(value) && isCount(value['right']) && isCount(value['truths']);

function readTrial(value: unknown): Trial | null {
  if (!isRecord(value)) return null;
  const { outcomes, truths, doubts, right_before } = value;
  if (typeof outcomes !== 'string' || !/^[0-3]{0,50}$/.test(outcomes) || !isCount(truths) || !isCount(doubts)) return null;
  return right_before === null || isCount(right_before) ? { outcomes, truths, doubts, right_before } : null;
}

/** What a head is again when its own file is lost: labels that came after the snapshot are taken once more. */
export const stateOfSnapshot = ({ id, features, seq, generation, samples }: StoredSnapshot): HeadState => ({
  ...empty_state,
  features,
  seq,
  generation,
  samples,
  held: id,
});

/** A device that joined anew has another name, and its labels are numbered from 1 again. */
export function stateOn(device: string | null, state: HeadState): HeadState {
  if (device === null || device === state.device) return state;
  return { ...state, device, seq: state.device === null ? state.seq : 0 };
}
