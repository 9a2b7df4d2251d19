// stats/fleet: which fault a change looks like, from bins and moments alone: a guess with a rule, for people who look for the cause.
// Rules, the first that fits: no values come: missing. Hardly any spread is left: stuck. A category that the reference does not know: new category. All that
// lay beyond a value lies at it now: clipped. Mean and spread changed as by a conversion that people use (°F for °C, mm for m): unit change. Spread and mean by
// one factor: gain. The mean alone: offset. Classes and words, which have no mean: prior shift, or a new category. Else: shape.
// With n values, a ratio of spreads is known to 3/sqrt(2 n), a mean to 3/sqrt(n) of the spread; 5 % more is allowed for laws that are not normal.
// Complexity: O(bins). No values, or a reference without spread: what can still be said, else shape.
import type { ReferenceFeature } from '../profile.ts';
import { sumOf } from '../reading.ts';
import { type Moments, variance } from '../sketches/moments.ts';
import type { HeldFault } from './hold.ts';

export const fault_signatures = ['offset', 'gain', 'stuck', 'clipped', 'unit_change', 'missing', 'new_category', 'prior_shift', 'shape'] as const;
export type FaultSignature = (typeof fault_signatures)[number];

/** What was counted while the fault was there. */
export interface FaultySample {
  readonly counts: readonly number[];
  readonly moments: Readonly<Moments>;
}

export function featureSignature(reference: ReferenceFeature, sample: FaultySample, fault: HeldFault): FaultSignature {
  if (fault === 'missing' || sample.moments.count === 0) return 'missing';
  if (isStuck(reference, sample)) return 'stuck';
  if (unknownShare(reference.counts, sample.counts) > 0.02) return 'new_category';
  if (reference.categories) return 'prior_shift';
  if (isClipped(reference.counts, sample.counts) || isClipped([...reference.counts].reverse(), [...sample.counts].reverse())) return 'clipped';
  return affineSignature(reference.moments, sample.moments);
}

export function classSignature(reference: readonly number[], counts: readonly number[], fault: HeldFault): FaultSignature {
  if (fault === 'missing') return 'missing';
  return unknownShare(reference, counts) > 0.02 ? 'new_category' : 'prior_shift';
}

/** Share of the counts where the reference has none. Between the quantiles of continuous values it has some everywhere. */
function unknownShare(reference: readonly number[], counts: readonly number[]): number {
  return sumOf(counts.filter((_, bin) => reference[bin] === 0)) / Math.max(1, sumOf(counts));
}

const spreadOf = (moments: Readonly<Moments>): number => Math.sqrt(variance(moments));

function isStuck({ moments }: ReferenceFeature, sample: FaultySample): boolean {
  return sample.moments.count > 1 && spreadOf(moments) > 0 && spreadOf(sample.moments) < 0.02 * spreadOf(moments);
}

const tail_min = 0.04;
const tail_max = 0.5;

/** The highest bin with values holds what the reference has there and beyond, and the bins below, most of the values, are as they were. */
function isClipped(reference: readonly number[], counts: readonly number[]): boolean {
  const [n, total] = [sumOf(counts), sumOf(reference)];
  const top = counts.reduce((last, count, bin) => (count > 0 ? bin : last), 0);
  const beyond = sumOf(reference.slice(top + 1)) / total;
  const here = reference[top]! / total;
  if (beyond < tail_min || beyond > tail_max || counts[top]! / n < Math.max(2 * here, 0.8 * beyond)) return false;
  let [below, below_reference, apart] = [0, 0, 0];
  for (let bin = 0; bin < top; bin++) {
    below += counts[bin]! / n;
    below_reference += reference[bin]! / total;
    apart = Math.max(apart, Math.abs(below - below_reference));
  }
  return apart <= 0.05 + 1.5 / Math.sqrt(n);
}

/** Factor and offset of conversions that are forgotten in practice, each in both directions. */
const conversions: readonly (readonly [number, number])[] = [
  [1.8, 32],
  [1, 273.15],
  ...[1000, 100, 60, 57.295_779_513, 25.4, 9.806_65, 6.894_757, 4.448_222, 3.6, 3.280_84, 2.54, 2.204_623, 1.609_344].map((factor) => [factor, 0] as const),
].flatMap(([factor, offset]) => [[factor!, offset!] as const, [1 / factor!, -offset! / factor!] as const]);

function affineSignature(reference: Readonly<Moments>, sample: Readonly<Moments>): FaultSignature {
  const [before, after] = [spreadOf(reference), spreadOf(sample)];
  if (before === 0 || after === 0 || sample.count < 2) return sample.mean === reference.mean ? 'shape' : 'offset';
  const spread_error = 0.05 + 3 / Math.sqrt(2 * sample.count);
  const mean_error = (0.05 + 3 / Math.sqrt(sample.count)) * after;
  /** How far the spread is from that of a factor; infinite where the mean is too far from factor and offset. */
  const misfit = (factor: number, offset: number): number => {
    const apart = Math.abs(Math.log(after / (factor * before)));
    return factor > 0 && apart <= spread_error && Math.abs(sample.mean - factor * reference.mean - offset) <= mean_error ? apart : Number.POSITIVE_INFINITY;
  };
  const moved = Math.abs(sample.mean - reference.mean) > (2 / 3) * mean_error;
  if (!moved && Math.abs(Math.log(after / before)) <= spread_error) return 'shape';
  if (conversions.some(([factor, offset]) => isTold(reference.mean / before, factor, offset / before) && misfit(factor, offset) < 1)) return 'unit_change';
  const offset = misfit(1, sample.mean - reference.mean);
  const gain = Math.min(misfit(sample.mean / reference.mean, 0), misfit(after / before, 0) + spread_error);
  if (gain < offset) return 'gain';
  return offset < 1 && moved ? 'offset' : 'shape';
}

/** A conversion can be told from a gain where the mean lies away from 0, or the factor is large; it must change something. */
function isTold(mean_sd: number, factor: number, offset_sd: number): boolean {
  const size = Math.abs(Math.log(factor));
  if (offset_sd !== 0) return size > 0.4 || Math.abs(offset_sd) > 3;
  return size > Math.log(50) || (size > 0.4 && Math.abs(mean_sd) > 1);
}
