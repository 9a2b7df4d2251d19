// web/drift: counts on the screen against their reference, by the functions that the device and the server use.
import { type Reading, readClasses, readFeature } from '@holdfast/stats';

export function readingOfCounts(feature: string, reference: Parameters<typeof readFeature>[0], counts: readonly number[]): Reading {
  return feature === 'classes' ? readClasses(reference, counts) : readFeature(reference, counts);
}
