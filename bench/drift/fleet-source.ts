// bench/drift: where the windows of a simulated fleet come from: normal features in counts on the edges of the profile, from one seed.
import type { WindowSummary } from '@holdfast/protocol';
import { type ProfileOptions, type ReferenceProfile, addToMoments, emptyMoments } from '@holdfast/stats';
import { normals } from './normal.ts';

/** From an hour on, a feature of a device is shifted by so many standard deviations. */
export interface Change {
  readonly device: number;
  readonly feature: number;
  readonly shift: number;
  readonly from_hour: number;
}

/** Numbers of [0, 1): mulberry32, from another start than `normals` of the same seed. */
export function uniforms(seed: number): () => number {
  let state = (seed ^ 0x5bd1e995) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const grid = 4096;
const reach = 8;

export class FleetSource {
  readonly #normal: () => number;
  readonly #features: number;
  readonly #inferences: number;
  /** Chance apart from the stream of values. */
  readonly uniform: () => number;
  /** Of each feature the lowest bin of each cell of a grid over -8 to 8: most values need no search. */
  #cells: Uint8Array[] = [];

  constructor(seed: number, features: number, inferences: number) {
    this.#normal = normals(seed);
    this.uniform = uniforms(seed);
    this.#features = features;
    this.#inferences = inferences;
  }

  profile(build: (options: ProfileOptions) => ReferenceProfile, rows: number): ReferenceProfile {
    const names = Array.from({ length: this.#features }, (_, i) => `input.f${i}`);
    const values = Array.from({ length: rows }, () => Float64Array.from(names, () => this.#normal()));
    const profile = build({ names, values, predicted: values.map((_, i) => i % 2), class_names: ['a', 'b'] });
    this.#cells = profile.features.map(({ edges }) =>
      Uint8Array.from({ length: grid }, (_, cell) => edges.filter((edge) => edge < ((cell / grid) * 2 - 1) * reach).length),
    );
    return profile;
  }

  /** Half by .2 sd, half by .4 sd, to either side, each on a device of its own. */
  changes(of: { devices: number; streams: number; from: number; to: number }): Change[] {
    const devices = new Set<number>();
    while (devices.size < of.streams) devices.add(Math.floor(of.devices * this.uniform()));
    return [...devices].map((device, i) => ({
      device,
      feature: Math.floor(this.#features * this.uniform()),
      shift: (i % 2 === 0 ? 0.2 : 0.4) * (1 - 2 * (Math.floor(i / 2) % 2)),
      from_hour: of.from + Math.floor((of.to - of.from) * this.uniform()),
    }));
  }

  window(profile: ReferenceProfile, of: { changes: readonly Change[]; hour: number }): WindowSummary {
    const features = profile.features.map(({ name, edges }, i) => {
      const shift = of.changes.find((one) => one.feature === i)?.shift ?? 0;
      return { name, ...this.#count(edges, this.#cells[i]!, shift), missing: 0, distance: 0, p_value: 1 };
    });
    let second = 0;
    for (let i = 0; i < this.#inferences; i++) if (this.uniform() < 0.5) second++;
    const rest = { classes: [this.#inferences - second, second], classes_p_value: 1, latency_ms: { mean: 1, p95: 2 }, suspects: [], lost: 0 };
    const place = { model: 'eyes', model_version: 1, bundle: 'b'.repeat(64), profile: '', window: of.hour, from_ms: 0, to_ms: 0 };
    return { v: 1, ...place, inferences: this.#inferences, features, ...rest };
  }

  #count(edges: readonly number[], cells: Uint8Array, shift: number) {
    const counts = Array.from({ length: edges.length + 1 }, () => 0);
    const moments = emptyMoments();
    for (let i = 0; i < this.#inferences; i++) {
      const value = this.#normal() + shift;
      const cell = Math.floor(((value / reach + 1) / 2) * grid);
      let bin = cells[Math.max(0, Math.min(grid - 1, cell))]!;
      while (bin < edges.length && edges[bin]! < value) bin++;
      counts[bin]! += 1;
      addToMoments(moments, value);
    }
    return { counts, moments };
  }
}
