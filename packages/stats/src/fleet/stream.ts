// stats/fleet: the evidence that one stream (a feature of one device, or its classes) has changed, from the merged counts of its windows.
// Formula: log e = log(0.8 e_values + 0.2 e_missing): two e-processes over restart times (restarts.ts), whose mean is one again. Of words a ninth of the
// values' part is for those that the reference never had.
// Values: per window and reference the factor is the mean of the tilts' ratios, weighted by what each tilt has gathered; the least factor of all references
// is taken, so a device may go from one condition of its profile to another. With one reference this is the mixture over tilts and restarts itself; with
// several, a twentieth of the weights is shared out anew with each window, so that another change than the one between conditions is learnt at once
// (M. Herbster, M. Warmuth, Machine Learning 32, 1998).
// Classes: the factor is the ratio to the shares since the onset, which are known before the window comes, shrunk to the reference and guarded alike.
// Missing, and words that are new: ratios of six greater shares to the greatest that is no drift; they have an expectation of at most 1 under all smaller ones
// as well.
// Onset: counts are kept since the last time at which they alone spoke for no change (a cumulative sum, E. S. Page, Biometrika 41, 1954).
// State: O(tilts * references + bins), as 32-bit numbers, so that it is the same after a journey through the store. Complexity: O(tilts * references * bins).
import { foldNews } from '../categories.ts';
import { guard } from '../detectors/tilted-bins.ts';
import { weights } from '../detectors/tilts.ts';
import { greaterShares, greater_count } from '../greater-shares.ts';
import { type Moments, emptyMoments, mergeMoments } from '../sketches/moments.ts';
import { logAdd, logSum } from './log-numbers.ts';
import { type ReferenceLaw, type StreamLaw, tilt_count } from './law.ts';
import { logRestart, logUnbegun } from './restarts.ts';

/** What has come since the likely onset. */
export interface Since {
  /** Start of its first window; null while there is none. */
  from_ms: number | null;
  windows: number;
  inferences: number;
  missing: number;
  counts: number[];
  moments: Moments;
}

export interface StreamState {
  /** Windows that were merged. */
  windows: number;
  /** log of what the restarts have gathered on the values. */
  total: number;
  /** The same of each tilt against each reference; of the classes one number: what the counts since the onset have gathered. */
  values: Float32Array;
  /** The same of each greater share of missing values. */
  missing: Float32Array;
  /** And of words that the reference never had; empty where there are none. */
  unseen: Float32Array;
  since: Since;
}

/** One window of a stream. */
export interface StreamWindow {
  readonly from_ms: number;
  readonly inferences: number;
  readonly counts: readonly number[];
  readonly moments: Readonly<Moments>;
}

const log_values = Math.log(0.8);
const log_missing = Math.log(0.2);
const [log_known, log_unseen] = [Math.log(8 / 9), Math.log(1 / 9)];
const log_weights = Float64Array.from(weights, (weight) => Math.log(weight));

export const valueStates = (law: StreamLaw): number => (law.kind === 'classes' ? 1 : tilt_count * law.references.length);
export const unseenStates = ({ unseen_share }: StreamLaw): number => (unseen_share === null ? 0 : greater_count);

export function emptyStream(law: StreamLaw): StreamState {
  return {
    windows: 0,
    total: Number.NEGATIVE_INFINITY,
    values: new Float32Array(valueStates(law)).fill(law.kind === 'classes' ? 0 : Number.NEGATIVE_INFINITY),
    missing: new Float32Array(greater_count).fill(Number.NEGATIVE_INFINITY),
    unseen: new Float32Array(unseenStates(law)).fill(Number.NEGATIVE_INFINITY),
    since: nothingSince(law.bins),
  };
}

const nothingSince = (bins: number): Since => ({
  from_ms: null,
  windows: 0,
  inferences: 0,
  missing: 0,
  counts: Array.from({ length: bins }, () => 0),
  moments: emptyMoments(),
});

/** log e of the values, of what is missing, and of the stream. */
export function evidenceOf(state: StreamState): { values: number; missing: number; stream: number } {
  const unbegun = logUnbegun(state.windows);
  const known = logAdd(state.total, unbegun);
  const values = log_values + (state.unseen.length === 0 ? known : logAdd(log_known + known, log_unseen + logAdd(logSum(state.unseen), unbegun)));
  const missing = log_missing + logAdd(logSum(state.missing), unbegun);
  return { values, missing, stream: logAdd(values, missing) };
}

/** Takes a window in. Whoever calls sees to it that each window comes once. */
export function addToStream(state: StreamState, law: StreamLaw, window: StreamWindow): void {
  const seen = window.counts.reduce((sum, count) => sum + count, 0);
  state.windows += 1;
  const restart = logRestart(state.windows);
  addValues(state, law, window.counts, restart);
  addShares(state.missing, missingRatios(law, window.inferences - seen, seen), restart);
  addShares(state.unseen, unseenRatios(law, window.counts, seen), restart);
  addSince(state, law, window, seen);
}

function addValues(state: StreamState, law: StreamLaw, counts: readonly number[], restart: number): void {
  if (law.references.length === 0) return;
  const factors = law.references.map((reference, i) =>
    law.kind === 'classes' ? classFactor(reference, state.since.counts, counts) / law.block : valueFactor(state.values, i, law, counts, restart),
  );
  const least = Math.min(...factors);
  if (law.kind === 'classes') state.values[0] = Math.max(0, state.values[0]! + least);
  state.total = Math.fround(logAdd(state.total, restart) + least);
}

function valueFactor(values: Float32Array, reference: number, law: StreamLaw, counts: readonly number[], restart: number): number {
  const logs = tiltLogs(law.references[reference]!, counts, law);
  if (law.references.length === 1) return tiltFactor(values, reference, logs, { kept: 0, anew: restart });
  const factor = tiltFactor(values, reference, logs, shared);
  const [from, to] = [reference * tilt_count, (reference + 1) * tilt_count];
  const sum = logSum(values, from, to);
  for (let at = from; at < to; at++) values[at]! -= sum;
  return factor;
}

/** log of each tilt's ratio for the whole window. */
function tiltLogs({ log_ratio }: ReferenceLaw, given: readonly number[], { bins, block, is_words }: StreamLaw): Float64Array {
  const logs = new Float64Array(tilt_count);
  const counts = is_words ? foldNews(given) : given;
  for (let bin = 0; bin < bins; bin++) {
    const count = counts[bin]! / block;
    if (count === 0) continue;
    for (let tilt = 0, at = bin; tilt < tilt_count; tilt++, at += bins) logs[tilt]! += count * log_ratio[at]!;
  }
  return logs;
}

/** log of the mean ratio, weighted by what the tilts had gathered; they gather this window as well. */
function tiltFactor(values: Float32Array, reference: number, logs: Float64Array, { kept, anew }: Shares): number {
  const [from, to] = [reference * tilt_count, (reference + 1) * tilt_count];
  for (let tilt = 0, at = from; at < to; tilt++, at++) values[at] = logAdd(values[at]! + kept, anew + log_weights[tilt]!);
  const before = logSum(values, from, to);
  for (let tilt = 0, at = from; at < to; tilt++, at++) values[at]! += logs[tilt]!;
  return logSum(values, from, to) - before;
}

/** log of what a tilt keeps of what it has gathered, and of what all are given anew in the shares of their weights. */
interface Shares {
  readonly kept: number;
  readonly anew: number;
}
const shared = { kept: Math.log(0.95), anew: Math.log(0.05) };

/** log of the ratio of the shares since the onset, shrunk, to those of the reference. Before the first window they are the same: 0. */
function classFactor({ log_share, tolerance }: ReferenceLaw, since: readonly number[], counts: readonly number[]): number {
  const known = since.reduce((sum, count) => sum + count, 0);
  if (known === 0) return 0;
  const prior = Math.max(8, counts.length);
  let [square, sum, n] = [0, 0, 0];
  for (let k = 0; k < counts.length; k++) {
    const share = Math.exp(log_share[k]!);
    const ratio = (since[k]! / share + prior) / (known + prior);
    square += share * ratio * ratio;
    sum += counts[k]! * Math.log(ratio);
    n += counts[k]!;
  }
  return sum + n * Math.log(guard(1, square, tolerance));
}

const missingRatios = ({ missing_share, block }: StreamLaw, hits: number, seen: number): number[] => greaterShares(missing_share, hits / block, seen / block);
const unseenRatios = ({ unseen_share, block }: StreamLaw, counts: readonly number[], seen: number): number[] =>
  greaterShares(unseen_share, counts.at(-1)! / block, (seen - counts.at(-1)!) / block);

function addShares(states: Float32Array, logs: readonly number[], restart: number): void {
  for (const [i, log] of logs.entries()) states[i] = logAdd(states[i]!, restart - Math.log(logs.length)) + log;
}

function addSince(state: StreamState, law: StreamLaw, window: StreamWindow, seen: number): void {
  const { since } = state;
  since.from_ms ??= window.from_ms;
  since.windows += 1;
  since.inferences += window.inferences;
  since.missing += window.inferences - seen;
  for (let bin = 0; bin < law.bins; bin++) since.counts[bin]! += window.counts[bin]!;
  since.moments = mergeMoments(since.moments, window.moments);
  if (gathered(state, law) > 0) return;
  if (law.kind === 'values') state.since = nothingSince(law.bins);
  else keepLast(state, window, seen);
}

/** Classes are compared with what came before, so the last window stays. */
function keepLast(state: StreamState, { from_ms, inferences, counts, moments }: StreamWindow, seen: number): void {
  state.values[0] = 0;
  state.since = { from_ms, windows: 1, inferences, missing: inferences - seen, counts: [...counts], moments: { ...moments } };
}

/** log of what speaks for a change in the counts since the onset alone: of the tilt, or the share that is missing, that fits them best. */
function gathered({ since, values }: StreamState, law: StreamLaw): number {
  const best = law.kind === 'classes' ? values[0]! : nearestOf(law, since.counts, (logs) => Math.max(...logs));
  const seen = since.inferences - since.missing;
  return Math.max(best, ...missingRatios(law, since.missing, seen), ...unseenRatios(law, since.counts, seen));
}

/** log of what speaks for more new words than the reference may lack: the mean over the greater shares. Of what are no words: nothing. */
export function againstUnseen(law: StreamLaw, counts: readonly number[]): number {
  if (law.unseen_share === null) return Number.NEGATIVE_INFINITY;
  const seen = counts.reduce((sum, count) => sum + count, 0);
  return logSum(unseenRatios(law, counts, seen)) - Math.log(greater_count);
}

/** log of the mean ratio of the tilts, of the reference that is nearest. No counts: 0. */
export const againstTilts = (law: StreamLaw, counts: readonly number[]): number =>
  nearestOf(law, counts, (logs) => logSum(logs.map((log, tilt) => log + log_weights[tilt]!)));

function nearestOf(law: StreamLaw, counts: readonly number[], read: (logs: Float64Array) => number): number {
  return law.references.length === 0 ? 0 : Math.min(...law.references.map((reference) => read(tiltLogs(reference, counts, law))));
}
