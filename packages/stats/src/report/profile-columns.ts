// stats/report: the columns of a report of devices: the merged counts of their windows against the reference profile of their model version, feature by
// feature, and the classes. What is tested is what the drift rule tests of a window; the effects and pictures beside it come from the same counts.
import { categoryBins } from '../categories.ts';
import { featureCounters, missingCounter } from '../counters.ts';
import { type ReferenceFeature, type ReferenceProfile } from '../profile.ts';
import { sumOf } from '../reading.ts';
import { compareWindow } from '../rule.ts';
import { type Moments, emptyMoments } from '../sketches/moments.ts';
import type { WindowPart } from '../sketches/window-counts.ts';
import { type Draft, countEffects, momentsSummary, numericEffects } from './compare.ts';
import { intervalPicture, wordPicture } from './picture.ts';

type Shown = Draft['shown'];

/** `told`: the inferences whose windows count what is infinite or out of range; older agents do not. */
export function draftsOfWindow(profile: ReferenceProfile, window: WindowPart, told: number = window.inferences): Draft[] {
  const features = new Map(profile.features.map((feature) => [feature.name, feature]));
  const parts = new Map(window.features.map((feature) => [feature.name, feature]));
  return compareWindow(profile, window).map((compared) => {
    const feature = features.get(compared.name);
    if (!('values' in compared)) return { compared, shown: { ...unknown, note: whyNot(feature?.counts ?? profile.classes.counts) } };
    return { compared, shown: feature ? featureShown(feature, parts.get(compared.name), { ...window, told }, profile) : classesShown(profile, window) };
  });
}

const nothing = { rows: 0, missing: 0, mean: null, sd: null, min: null, max: null };
const unknown = { kind: 'numeric', test: 'none', method: null, effects: null, reference: nothing, current: nothing, picture: null } as const;

const whyNot = (reference: readonly number[]): string =>
  sumOf(reference) === 0 ? 'The reference has no value of it: there is nothing to compare with.' : 'Its counts are not on the bins of the profile.';

function featureShown(
  feature: ReferenceFeature,
  part: WindowPart['features'][number] | undefined,
  { inferences, told }: { readonly inferences: number; readonly told: number },
  profile: ReferenceProfile,
): Shown {
  const counts = part?.counts ?? feature.counts.map(() => 0);
  const moments = part?.moments ?? emptyMoments();
  const reference = { edges: feature.edges, counts: feature.counts, moments: feature.moments, missing: feature.missing ?? 0, values: null, distinct: null };
  const current = { counts, moments, missing: Math.max(0, inferences - sumOf(counts)), values: null };
  const counters = featureCounters(profile, feature, part, inferences, told);
  const note = profile.conditions
    ? `Compared with the whole reference and with each of its ${profile.conditions.length} conditions; the nearest counts.`
    : null;
  if (feature.categories) return { ...countsShown(categoryBins(feature.categories), [profile.n, feature.counts], [inferences, counts]), counters, note };
  return {
    kind: 'numeric',
    test: 'kolmogorov-smirnov',
    method: 'counts',
    effects: numericEffects(reference, current),
    reference: momentsSummary(reference),
    current: momentsSummary({ ...current, moments: { ...moments, count: sumOf(counts) } }),
    counters,
    picture: intervalPicture({ edges: feature.edges, reference: feature.counts, current: counts, ...rangeOf(feature.moments, moments) }),
    note,
  };
}

/** Where neither side has a value, the range is none. */
function rangeOf(...both: readonly Readonly<Moments>[]): { low: number; high: number } {
  const seen = both.filter(({ count }) => count > 0);
  return { low: Math.min(...seen.map(({ min }) => min)), high: Math.max(...seen.map(({ max }) => max)) };
}

function classesShown({ classes, n }: ReferenceProfile, window: WindowPart): Shown {
  const without = (of: number, counts: readonly number[]) => ({ count: Math.max(0, of - sumOf(counts)), of });
  const counters = [missingCounter(without(n, classes.counts), without(window.inferences, window.classes))];
  return { ...countsShown(classes.names.map(String), [n, classes.counts], [window.inferences, window.classes]), counters, note: null };
}

type Counts = readonly [inferences: number, counts: readonly number[]];

/** What has no order: words and classes. */
function countsShown(words: readonly string[], reference: Counts, current: Counts): Omit<Shown, 'counters' | 'note'> {
  const side = ([rows, counts]: Counts) => ({ ...nothing, rows, missing: Math.max(0, rows - sumOf(counts)) });
  return {
    kind: 'category',
    test: 'g',
    method: 'counts',
    effects: { wasserstein_sd: null, ...countEffects(reference[1], current[1]) },
    reference: side(reference),
    current: side(current),
    picture: wordPicture(words, [...reference[1], 0], [...current[1], 0]),
  };
}
