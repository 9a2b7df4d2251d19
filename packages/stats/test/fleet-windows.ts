// stats/test: profiles and windows of one normal feature and two classes, from a seed.
import { bell } from './streams.ts';
import { next, type Seeded } from '../src/detectors/random.ts';
import type { EvidenceWindow } from '../src/fleet/device-evidence.ts';
import { buildProfile } from '../src/build-profile.ts';
import { type ReferenceProfile } from '../src/profile.ts';
import { momentsOf } from '../src/sketches/moments.ts';
import { countOnEdges } from '../src/sketches/quantile-edges.ts';

export interface WindowKind {
  readonly shift?: number;
  readonly spread?: number;
  /** Share of the inferences without a value. */
  readonly missing?: number;
  /** Share of the second class. */
  readonly second?: number;
}

export function normalProfile(random: Seeded, n = 5000): ReferenceProfile {
  const values = Array.from({ length: n }, () => Float64Array.of(bell(random)));
  return buildProfile({ names: ['x'], values, predicted: values.map((_, i) => i % 2), class_names: ['a', 'b'] });
}

export function windowOn(profile: ReferenceProfile, random: Seeded, number: number, kind: WindowKind = {}, inferences = 120): EvidenceWindow {
  const { shift = 0, spread = 1, missing = 0, second = 0.5 } = kind;
  const seen = Array.from({ length: inferences }, () => bell(random) * spread + shift).filter(() => next(random) >= missing);
  const classes = [0, 0];
  for (let i = 0; i < inferences; i++) classes[next(random) < second ? 1 : 0]! += 1;
  const { name, edges } = profile.features[0]!;
  const feature = { name, counts: countOnEdges(edges, seen), moments: momentsOf(seen) };
  return { from_ms: number * 3_600_000, to_ms: (number + 1) * 3_600_000, inferences, features: [feature], classes };
}
