// web/drift: counts on the screen against their reference, by the functions that the device and the server use.
import { type Reading, readClasses, readFeature } from '@holdfast/stats';

/** Bins with names are words or classes. */
export function readingOfCounts(reference: Parameters<typeof readClasses>[0] & { readonly names?: readonly string[] }, counts: readonly number[]): Reading {
  return reference.names ? readClasses(reference, counts) : readFeature(reference, counts);
}
