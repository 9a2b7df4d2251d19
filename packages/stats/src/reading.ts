// stats: a window against its reference profile: distance and p-value of a feature, and of the classes.
// Where the profile has conditions, the window is compared with the whole and with each condition, and the nearest is what counts: the null is
// "the window comes from one of them", for which the largest p-value is valid (an intersection-union test: R. L. Berger, Technometrics 24(4), 1982).
import { totalVariation } from './distances/total-variation.ts';
import type { ReferenceClasses, ReferenceFeature } from './profile.ts';
import { gTest } from './tests/g-test.ts';
import { kolmogorovSmirnovOnBins } from './tests/kolmogorov-smirnov.ts';

export interface Reading {
  /** Effect size, 0 to 1. */
  readonly distance: number;
  readonly p_value: number;
}

/** Kolmogorov-Smirnov on the bins of the feature. */
export function readFeature(reference: ReferenceFeature, counts: readonly number[]): Reading {
  return nearest([reference.counts, ...(reference.conditions ?? [])], (each) => kolmogorovSmirnovOnBins(each, counts));
}

/** G test and total variation of the class counts. */
export function readClasses(reference: ReferenceClasses, counts: readonly number[]): Reading {
  return nearest([reference.counts, ...(reference.conditions ?? [])], (each) => ({
    distance: totalVariation(each, counts),
    p_value: gTest(each, counts).p_value,
  }));
}

/** The smallest distance and the largest p-value; an empty condition is no reference, since anything would fit it. */
function nearest(references: readonly (readonly number[])[], read: (counts: readonly number[]) => Reading): Reading {
  const readings = references.filter((counts, i) => i === 0 || counts.some((count) => count > 0)).map(read);
  return { distance: Math.min(...readings.map((each) => each.distance)), p_value: Math.max(...readings.map((each) => each.p_value)) };
}
