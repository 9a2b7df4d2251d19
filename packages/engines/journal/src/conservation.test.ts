// journal: the conservation law under random faults and power cuts: appended = readable + acked + counted in gaps.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FaultDisk } from './fault-disk.ts';
import { type Dropped } from './gaps.ts';
import { Journal } from './journal.ts';

const gapStream = 9;

function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes, "quick and dirty" generator
    return state / 2 ** 32;
  };
}

/** Drives a journal and keeps the books beside it. */
class World {
  readonly disk: FaultDisk;
  journal!: Journal;
  appended = 0;
  readonly acked = new Set<number>();
  readonly counted = new Map<number, Dropped>();
  synced: number[] = [];
  unsynced: number[] = [];
  /** Acked or readable, as the last settling found it. */
  there = new Set<number>();

  constructor(disk: FaultDisk) {
    this.disk = disk;
  }

  async open(): Promise<void> {
    const gap = (dropped: Dropped) => ({ stream: gapStream, payload: new TextEncoder().encode(JSON.stringify(dropped)) });
    this.journal = await Journal.open({ folder: '/j', disk: this.disk, bytes_max: 8_000, segment_bytes: 1_000, priority_of: (stream) => stream, gap });
  }

  append(stream: number, size: number): void {
    this.unsynced.push(this.journal.append(stream, new Uint8Array(size).fill(stream)));
    this.appended++;
  }

  async sync(): Promise<void> {
    const covered = this.unsynced.length;
    try {
      await this.journal.sync();
      this.synced.push(...this.unsynced.splice(0, covered));
    } catch (error) {
      expect((error as { code: string }).code).toMatch(/HF-(DISK-001|JRN-002)/);
    }
  }

  /** Hands on a few records, as the sync with a server does. */
  async drain(records_max: number): Promise<void> {
    const records = this.journal.read(0, { records_max, bytes_max: 1e9 });
    for (const record of records) this.book(record.stream, record.seq, record.payload);
    await this.journal.ack(records.at(-1)?.seq ?? 0).catch((error: { code: string }) => expect(error.code).toMatch(/HF-/));
  }

  book(stream: number, seq: number, payload: Uint8Array, into = this.acked): void {
    if (stream === gapStream) this.counted.set(seq, JSON.parse(new TextDecoder().decode(payload)) as Dropped);
    else into.add(seq);
    if (stream !== gapStream) expect(payload.every((byte) => byte === stream)).toBe(true);
  }

  /** Faults off, then everything is read: what is there has to be everything. */
  async settle(): Promise<number> {
    const faults = this.disk.faults;
    this.disk.faults = { ...faults, eio: 0, short: 0, capacity_bytes: 1e9 };
    await this.sync();
    expect(this.unsynced).toEqual([]);
    this.there = new Set(this.acked); // what is readable now may still be dropped later
    const records = this.journal.read(0, { records_max: 1e6, bytes_max: 1e9 });
    const seqs = records.map((record) => record.seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    for (const record of records) this.book(record.stream, record.seq, record.payload, this.there);
    this.disk.faults = faults;
    return this.there.size + [...this.counted.values()].reduce((sum, gap) => sum + gap.records, 0);
  }

  async crash(): Promise<void> {
    this.disk.crash();
    const faults = this.disk.faults;
    this.disk.faults = { ...faults, eio: 0, short: 0, capacity_bytes: 1e9 };
    await this.open();
    // An ack that the power took is none: the record is handed on again, and where the disk is full it may be dropped, and counted, before that.
    for (const { seq } of this.journal.read(0, { records_max: 1e6, bytes_max: 1e9 })) this.acked.delete(seq);
    this.disk.faults = faults;
    const lost = this.unsynced.splice(0).length; // never promised
    const there = await this.settle();
    expect(there).toBeLessThanOrEqual(this.appended);
    expect(there).toBeGreaterThanOrEqual(this.appended - lost);
    for (const seq of this.synced) expect(this.isAccounted(seq), `record ${seq} was synced`).toBe(true);
    this.appended = there;
  }

  isAccounted(seq: number): boolean {
    return this.there.has(seq) || [...this.counted.values()].some((gap) => gap.from_seq <= seq && seq <= gap.to_seq);
  }
}

const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('append' as const), stream: fc.integer({ min: 1, max: 4 }), size: fc.integer({ min: 0, max: 400 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('sync' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drain' as const), records: fc.integer({ min: 1, max: 20 }) }) },
);
const crash = fc.record({ do: fc.constant('crash' as const) });
const base = { seed: fc.integer(), eio: fc.constantFrom(0, 0, 0.02, 0.1), short: fc.constantFrom(0, 0.3), capacity: fc.constantFrom(1e9, 12_000, 5_000) };

interface Story {
  seed: number;
  eio: number;
  short: number;
  capacity: number;
  steps: readonly { do: string; stream?: number; size?: number; records?: number }[];
}

async function play(story: Story): Promise<World> {
  const random = randomFrom(story.seed);
  const world = new World(new FaultDisk({ random, eio: 0, short: 0, capacity_bytes: 1e9 }));
  await world.open();
  world.disk.faults = { random, eio: story.eio, short: story.short, capacity_bytes: story.capacity };
  for (const one of story.steps) {
    if (one.do === 'append') world.append(one.stream!, one.size!);
    else if (one.do === 'sync') await world.sync();
    else if (one.do === 'drain') await world.drain(one.records!);
    else await world.crash();
  }
  return world;
}

describe('conservation', () => {
  it('holds exactly under a full disk, I/O errors and short writes', async () => {
    const steps = fc.array(step, { minLength: 1, maxLength: 200, size: 'max' });
    await fc.assert(
      fc.asyncProperty(fc.record({ ...base, steps }), async (story) => {
        const world = await play(story);
        expect(await world.settle()).toBe(world.appended);
      }),
      { numRuns: 300 },
    );
  });

  it('holds for everything synced over power cuts', async () => {
    const steps = fc.array(fc.oneof({ weight: 16, arbitrary: step }, { weight: 1, arbitrary: crash }), { minLength: 1, maxLength: 200, size: 'max' });
    await fc.assert(
      fc.asyncProperty(fc.record({ ...base, eio: fc.constant(0), steps }), async (story) => {
        const world = await play({ ...story, steps: [...story.steps, { do: 'crash' }] });
        expect(await world.settle()).toBe(world.appended);
      }),
      { numRuns: 300 },
    );
  });
});
