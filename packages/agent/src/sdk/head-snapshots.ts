// agent/sdk: the snapshots of a head, one sealed file each, named by the generation of the state that they hold: made twice, it is the same snapshot.
// A file that is torn or foreign is set aside and said. The oldest go first, but never the one that the head is held against.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '@holdfast/base';
import type { KnnSample } from '@holdfast/stats';
import { isCount, isRecord } from './head-checks.ts';
import type { HeadDisk } from './head-disk.ts';
import { readSamples, readSealed, recordOfSample, sealed, setAside } from './head-sealed.ts';
import { makeFolder } from '../own-folder.ts';

export interface StoredSnapshot {
  readonly id: string;
  readonly at_ms: number;
  readonly note: string;
  readonly generation: number;
  /** Labels up to this seq were taken when it was made. */
  readonly seq: number;
  readonly features: number;
  readonly samples: readonly KnnSample[];
}

/** What is kept in memory of each. */
export type SnapshotFacts = Omit<StoredSnapshot, 'samples' | 'features' | 'seq'> & { readonly samples: number };

const name_pattern = /^s\d{10}\.json$/;
const note_length_max = 200;
const bad_max = 10;
export const snapshotId = (generation: number): string => `s${String(generation).padStart(10, '0')}`;

export class Snapshots {
  readonly #folder: string;
  readonly #disk: HeadDisk;
  readonly #most: number;
  /** Oldest first. */
  #facts: SnapshotFacts[] = [];
  /** Files that were no snapshots. */
  readonly set_aside: string[] = [];

  constructor(folder: string, disk: HeadDisk, most: number) {
    this.#folder = join(folder, 'snapshots');
    this.#disk = disk;
    this.#most = most;
    makeFolder(this.#folder);
    const names = readdirSync(this.#folder).sort();
    for (const name of names.filter((one) => name_pattern.test(one))) this.#open(name.slice(0, -5));
    for (const name of names.filter((one) => one.endsWith('.bad')).slice(0, -bad_max)) disk.remove(join(this.#folder, name));
  }

  get all(): readonly SnapshotFacts[] {
    return this.#facts;
  }

  has(id: string): boolean {
    return this.#facts.some((one) => one.id === id);
  }

  #open(id: string): void {
    const stored = this.#read(id);
    if (stored) this.#facts.push(factsOf(stored));
    else this.set_aside.push(setAside(this.#path(id)));
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`);
  }

  /** Null where the file is no snapshot. */
  #read(id: string): StoredSnapshot | null {
    const value = readSealed(this.#path(id));
    if (!isRecord(value) || value['v'] !== 1) return null;
    const { at_ms, note, generation, seq, features } = value;
    if (typeof at_ms !== 'number' || typeof note !== 'string' || !isCount(generation) || !isCount(seq) || !isCount(features)) return null;
    const samples = readSamples(value['samples'], features);
    return samples && snapshotId(generation) === id ? { id, at_ms, note, generation, seq, features, samples } : null;
  }

  /** Fails with HF-HEAD-004 where there is none of that name, or no more. */
  load(id: string): StoredSnapshot {
    const stored = this.has(id) ? this.#read(id) : null;
    if (!stored) throw failure('HF-HEAD-004', { saw: id, expected: this.#facts.map((one) => one.id).join(', ') || 'none: there is no snapshot yet' });
    return stored;
  }

  /** The newest that can be read. */
  newest(): StoredSnapshot | null {
    const last = this.#facts.at(-1);
    return last ? this.load(last.id) : null;
  }

  /** `held` is never removed. */
  save(snapshot: Omit<StoredSnapshot, 'id'>, held: string | null): string {
    const id = snapshotId(snapshot.generation);
    const stored = { ...snapshot, id, note: snapshot.note.slice(0, note_length_max) };
    this.#disk.write(this.#path(id), sealed({ v: 1, ...stored, samples: stored.samples.map(recordOfSample) }));
    this.#facts = [...this.#facts.filter((one) => one.id !== id), factsOf(stored)];
    this.#prune(new Set([id, held]));
    return id;
  }

  #prune(keep: ReadonlySet<string | null>): void {
    for (let over = this.#facts.length - this.#most; over > 0; over--) {
      const oldest = this.#facts.find(({ id }) => !keep.has(id));
      if (!oldest) return;
      this.#disk.remove(this.#path(oldest.id));
      this.#facts = this.#facts.filter((one) => one !== oldest);
    }
  }
}

const factsOf = ({ id, at_ms, note, generation, samples }: StoredSnapshot): SnapshotFacts => ({ id, at_ms, note, generation, samples: samples.length });
