// stats/fleet: what windows of a feature, or the classes, are held against: made once a profile, the same for every device.
// The null is "each window comes from one of the references, up to the tolerance": the whole of the profile, or one of its conditions. A tilt of
// detectors/tilts.ts is an alternative, its ratio on a bin divided by what makes its expectation at most 1 under every law within the tolerance.
// Dependence: where one value of `block` is independent, the product of all ratios to the power 1/block has an expectation of at most 1 (Hoelder).
// Complexity: O(references * tilts * bins) once. A reference without counts is none: anything would fit it.
import { errorsOfOrder } from '../categories.ts';
import { blockOf } from '../detectors/dependence.ts';
import { ratioOn, tiltedBins } from '../detectors/tilted-bins.ts';
import { weights } from '../detectors/tilts.ts';
import type { ReferenceClasses, ReferenceFeature } from '../profile.ts';
import { missingOf, referencesOf, shareOf, sumOf, unseenLimit } from '../reading.ts';
import { kolmogorovError, mixError } from '../reference-error.ts';
import type { Share } from '../tests/fisher.ts';

export const tilt_count = weights.length;

/** One of the laws that are no drift. */
export interface ReferenceLaw {
  readonly counts: readonly number[];
  /** log of the share of each bin, each count plus one half. */
  readonly log_share: Float64Array;
  readonly tolerance: number;
  /** How far the reference is itself off, as the effects of its stream are measured. */
  readonly error: number;
  /** log of the guarded ratio of each tilt on each bin, a tilt after the other; empty for classes. */
  readonly log_ratio: Float64Array;
}

export interface StreamLaw {
  readonly name: string;
  readonly kind: 'values' | 'classes';
  readonly bins: number;
  /** None where the reference has no value: then only what is missing can be told. */
  readonly references: readonly ReferenceLaw[];
  /** The largest share without a value that is no drift; null where the app need not give one. */
  readonly missing_share: number | null;
  /** The share of the reference itself, of the condition where it is greatest. */
  readonly missing_known: number;
  /** So many inferences count as one. */
  readonly block: number;
  /** The last two bins are one to the evidence: words that are rare or new. */
  readonly is_words: boolean;
  /** The largest share of words that the reference never had which is no drift; null of what are no words, and where it cannot be told. */
  readonly unseen_share: number | null;
}

const tolerance_default = 0.02;

export function featureLaw(feature: ReferenceFeature, tolerance = tolerance_default): StreamLaw {
  const time = feature.autocorrelation_time ?? 1;
  const laws = lawful(feature).map((counts) => {
    const law = shareLaw(counts, tolerance, time * errorsOfOrder(feature));
    return { ...law, error: kolmogorovError(sumOf(counts) / time), log_ratio: logRatios(counts, law.tolerance) };
  });
  const { name, counts, categories } = feature;
  const missing = missingLaw(missingOf(feature));
  const words = { is_words: categories !== undefined, unseen_share: unseenLimit(feature) };
  return { name, kind: 'values', bins: counts.length, references: laws, ...missing, block: blockOf(time), ...words };
}

export function classLaw(classes: ReferenceClasses, n: number, tolerance = tolerance_default): StreamLaw {
  const laws = lawful(classes).map((counts) => ({
    ...shareLaw(counts, tolerance, 1),
    error: mixError(sumOf(counts), counts.length),
    log_ratio: new Float64Array(),
  }));
  const seen = sumOf(classes.counts);
  const missing = missingLaw(seen === 0 ? [] : [{ hits: Math.max(0, n - seen), n }]);
  return { name: 'classes', kind: 'classes', bins: classes.counts.length, references: laws, ...missing, block: 1, is_words: false, unseen_share: null };
}

const lawful = (reference: Pick<ReferenceFeature, 'counts' | 'conditions'>) => referencesOf(reference).filter((counts) => sumOf(counts) > 0);

/** A reference of n values, of which `time` count as one, is itself off by sqrt(time / n). */
function shareLaw(counts: readonly number[], tolerance: number, time: number) {
  const n = sumOf(counts);
  const total = n + counts.length / 2;
  const log_share = Float64Array.from(counts, (count) => Math.log((count + 0.5) / total));
  return { counts, tolerance: Math.max(tolerance, Math.sqrt(time / n)), log_share };
}

function logRatios(counts: readonly number[], tolerance: number): Float64Array {
  const { cuts, scale } = tiltedBins(counts, tolerance);
  const table = new Float64Array(tilt_count * counts.length);
  for (let tilt = 0; tilt < tilt_count; tilt++)
    for (let bin = 0; bin < counts.length; bin++) table[tilt * counts.length + bin] = Math.log(ratioOn(cuts, bin, tilt) * scale[tilt]!);
  return table;
}

const z = 3;

/**
 * The upper end of E. B. Wilson's interval (JASA 22, 1927) at three standard errors, of the whole or the condition where it is greatest: a reference
 * of 1,000 rows that misses none may come from a source that misses 0.9 %.
 */
function missingLaw(shares: readonly Share[]): Pick<StreamLaw, 'missing_share' | 'missing_known'> {
  const counted = shares.filter(({ n }) => n > 0);
  if (counted.length === 0) return { missing_share: null, missing_known: 0 };
  return { missing_share: Math.max(...counted.map(wilson), 0.001), missing_known: Math.max(...counted.map(shareOf)) };
}
function wilson({ hits, n }: Share): number {
  const p = hits / n;
  return Math.min(0.999, (p + (z * z) / (2 * n) + z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n));
}
