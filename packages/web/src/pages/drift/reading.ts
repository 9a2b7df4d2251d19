// web/drift: counts on the screen against their reference, by the functions that the device and the server use.
import { type Reading, type ReferenceWords, readClasses, readFeature, readWords } from '@holdfast/stats';

type Reference = Parameters<typeof readClasses>[0] & { readonly names?: readonly string[]; readonly seldom?: ReferenceWords['seldom'] };

/** Bins with names are classes, or words. */
export function readingOfCounts(feature: string, reference: Reference, counts: readonly number[]): Reading {
  if (feature === 'classes') return readClasses(reference, counts);
  return reference.names ? readWords({ ...reference, seldom: reference.seldom ?? null }, counts) : readFeature(reference, counts);
}
