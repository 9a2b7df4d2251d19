// journal: the queue itself. Appends are buffered, a sync makes them durable as a group, reads give only what is durable, acks
// free space. Whatever is dropped for lack of space is counted in a gap record. Conservation: appended = readable + acked + gaps.
import { randomBytes } from 'node:crypto';
import { type HoldfastError, failure, toHex } from '@holdfast/base';
import { Chain, type ChainPlace, type Waiting, waiting } from './chain.ts';
import { type JournalDisk, nodeDisk } from './disk.ts';
import { type DropReason, type Dropped, type Gap, Gaps } from './gaps.ts';
import { gapChain, tombstoneName } from './names.ts';
import type { JournalRecord } from './record.ts';
import { recover } from './recover.ts';
import type { Segment } from './segment.ts';
import { readSmallFile, replaceFile } from './small-file.ts';
import { WaitingRecords, lowestSeq, sizeOf } from './waiting.ts';

export type { JournalRecord } from './record.ts';

export interface JournalOptions {
  readonly folder: string;
  readonly disk?: JournalDisk;
  /** Size of a file, and so of a drop; at most an eighth of `bytes_max`. Default 1 MiB. */
  readonly segment_bytes?: number;
  /** What the records may take on the disk. */
  readonly bytes_max: number;
  readonly record_bytes_max?: number;
  /** Lower goes first. */
  readonly priority_of: (stream: number) => number;
  /** Makes the record that counts a drop. */
  readonly gap: (dropped: Dropped) => { readonly stream: number; readonly payload: Uint8Array };
}

export interface JournalStats {
  /** On the disk. */
  readonly records: number;
  readonly bytes: number;
  /** Appended, and not on the disk yet. */
  readonly waiting: number;
  readonly waiting_bytes: number;
  readonly oldest_seq: number | null;
  /** Records dropped since open. */
  readonly dropped: number;
  readonly written_bytes: number;
}

const segment_bytes_default = 1024 * 1024;
const record_bytes_default = 1024 * 1024;
const waiting_bytes_default = 4 * 1024 * 1024;
const tries_max = 3;

export class Journal {
  readonly boot: string;
  readonly #options: JournalOptions;
  readonly #disk: JournalDisk;
  readonly #place: ChainPlace;
  readonly #chains = new Map<string, Chain>();
  readonly #waiting: WaitingRecords;
  readonly #waiting_bytes_max: number;
  readonly #gaps: Gaps;
  /** Records whose bytes went bad under us; each is counted once and passed over. */
  readonly #damaged = new Set<number>();
  #flight: ReadonlyMap<unknown, readonly Waiting[]> = new Map();
  #next_seq = 1;
  #acked = 0;
  #dropped = 0;
  #written_bytes = 0;
  #tombstones = 0;
  #diskFails = false;
  #tail: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;

  static async open(options: JournalOptions): Promise<Journal> {
    const disk = options.disk ?? nodeDisk;
    try {
      await disk.makeFolder(options.folder);
      const boot = (await readSmallFile(disk, options.folder, 'boot')) ?? (await newBoot(disk, options.folder));
      const journal = new Journal(options, disk, boot);
      await journal.#recover();
      return journal;
    } catch (error) {
      throw unwritable(options.folder, error);
    }
  }

  private constructor(options: JournalOptions, disk: JournalDisk, boot: string) {
    this.boot = boot;
    this.#options = options;
    this.#disk = disk;
    const segment_bytes = Math.min(options.segment_bytes ?? segment_bytes_default, Math.ceil(options.bytes_max / 8));
    this.#place = { disk, folder: options.folder, segment_bytes, onWritten: (bytes) => (this.#written_bytes += bytes) };
    this.#waiting_bytes_max = Math.min(options.bytes_max, waiting_bytes_default);
    this.#waiting = new WaitingRecords(options.priority_of);
    this.#gaps = new Gaps(() => this.#next_seq++);
  }

  /** Buffers the record and returns its seq. A full disk or memory drops the lowest priority, and counts it. */
  append(stream: number, payload: Uint8Array): number {
    const limit = this.#options.record_bytes_max ?? record_bytes_default;
    if (payload.length > limit) throw failure('HF-JRN-001', { saw: payload.length, limit });
    const seq = this.#next_seq++;
    this.#waiting.add(waiting({ seq, stream, payload }));
    while (this.#waiting.size_bytes > this.#waiting_bytes_max && this.#waiting.count > 1) this.#dropWaiting();
    return seq;
  }

  /** All that was appended so far is on the disk. Calls that come while one runs share the next one. Fails with HF-DISK-001
   * or HF-JRN-002; the records stay in memory and are tried again by the next sync. */
  sync(): Promise<void> {
    return (this.#queued ??= this.#exclusive(() => {
      this.#queued = undefined;
      return this.#flush();
    }));
  }

  /** Durable records above `after_seq`, in order; at least one, where there is one, however large. */
  read(after_seq: number, limits: { records_max: number; bytes_max: number }): JournalRecord[] {
    const records: JournalRecord[] = [];
    const until = this.#durableSeq();
    let size_bytes = 0;
    for (const place of mergeBySeq([...this.#chains.values()].map((chain) => chain.after(Math.max(after_seq, this.#acked))))) {
      if (place.seq > until || records.length >= limits.records_max) break;
      if (records.length > 0 && size_bytes + place.size_bytes > limits.bytes_max) break;
      const record = this.#damaged.has(place.seq) ? null : place.load();
      if (record === null) this.#countDamaged(place);
      else records.push(record);
      size_bytes += place.size_bytes;
    }
    return records;
  }

  /** Everything up to `seq` was handed on and may go. */
  ack(seq: number): Promise<void> {
    return this.#exclusive(async () => {
      this.#acked = Math.max(this.#acked, Math.min(seq, this.#durableSeq()));
      try {
        await this.#freeAcked();
      } catch (error) {
        throw unwritable(this.#options.folder, error);
      }
    });
  }

  stats(): JournalStats {
    const segments = [...this.#chains.values()].flatMap((chain) => chain.segments);
    const oldest = Math.min(this.#waiting.lowestSeq(), ...segments.map((segment) => segment.seqs[segment.indexAfter(this.#acked)] ?? Infinity));
    const in_flight = [...this.#flight].flatMap(([key, queue]) => (key === gapChain ? [] : queue));
    return {
      records: segments.reduce((sum, segment) => sum + segment.countAfter(this.#acked), 0),
      bytes: this.#size_bytes(),
      waiting: this.#waiting.count + in_flight.length,
      waiting_bytes: this.#waiting.size_bytes + sizeOf(in_flight),
      oldest_seq: oldest === Infinity ? null : oldest,
      dropped: this.#dropped,
      written_bytes: this.#written_bytes,
    };
  }

  /** Syncs and closes. Where the disk refuses, it closes all the same and says so. */
  async close(): Promise<void> {
    try {
      await this.sync();
    } finally {
      for (const chain of this.#chains.values()) await chain.close();
    }
  }

  async #recover(): Promise<void> {
    const cursor = /^(\d+) (\d+)$/.exec((await readSmallFile(this.#disk, this.#options.folder, 'cursor')) ?? '');
    this.#acked = Number(cursor?.[1] ?? 0);
    const found = await recover(this.#disk, this.#options.folder, this.#acked, (key) => this.#chain(key));
    this.#next_seq = Math.max(found.last_seq + 1, Number(cursor?.[2] ?? 1));
    for (const gap of found.gaps) this.#gaps.restore(gap);
    for (const torn of found.torn) this.#gaps.add(torn, 'disk');
    for (const chain of this.#chains.values()) await this.#unlinkAcked(chain, Infinity);
  }

  #chain(key: string): Chain {
    const chain = this.#chains.get(key) ?? new Chain(key, this.#place);
    this.#chains.set(key, chain);
    return chain;
  }

  /** One change of the disk at a time. An error goes to its caller, not to the next in line. */
  #exclusive(change: () => Promise<void>): Promise<void> {
    const run = this.#tail.then(change);
    this.#tail = run.catch(() => undefined);
    return run;
  }

  /** Nothing above may be read: an ack of it would also cover what still waits. */
  #durableSeq(): number {
    return Math.min(this.#waiting.lowestSeq(), this.#gaps.lowestSeq(), lowestSeq(this.#flight), this.#next_seq) - 1;
  }

  #size_bytes(): number {
    let sum = 0;
    for (const chain of this.#chains.values()) sum += chain.size_bytes;
    return sum;
  }

  #countDamaged(place: { seq: number; stream: number }): void {
    if (this.#damaged.has(place.seq)) return;
    this.#damaged.add(place.seq);
    const stream = Number.isNaN(place.stream) ? 0 : place.stream; // a gap record itself: of no stream of its own
    this.#gaps.add({ stream, from_seq: place.seq, to_seq: place.seq, records: 1, reason: 'torn' }, 'memory');
    this.#dropped++;
  }

  // --- writing ---

  async #flush(): Promise<void> {
    let problem: unknown;
    let gaveWay = false;
    for (let attempt = 0; attempt < tries_max; attempt++) {
      try {
        await this.#makeRoom();
        await this.#writeAll();
        this.#diskFails = false;
        return;
      } catch (error) {
        problem = error;
        this.#diskFails = true;
        if (isDiskFull(error) && (gaveWay || !(await this.#giveWay()))) break;
        gaveWay ||= isDiskFull(error);
      }
    }
    throw unwritable(this.#options.folder, problem);
  }

  /** Writes what waits, gap records included, each chain to its own file. */
  async #writeAll(): Promise<void> {
    const gaps = this.#gaps.take();
    const records = this.#waiting.take();
    const counted = gaps.map((gap) => this.#gapRecord(gap));
    const flight = new Map<string, Waiting[]>([[gapChain, counted]]);
    for (const [stream, queue] of records) flight.set(String(stream), queue);
    this.#flight = flight;
    try {
      await writeChains(flight, (key) => this.#chain(key));
    } finally {
      this.#flight = new Map();
      this.#waiting.giveBack(records);
      const missing = new Set(counted.map((record) => record.seq));
      for (const gap of gaps) if (missing.has(gap.seq)) this.#gaps.restore(gap);
      await this.#bury(gaps.filter((gap) => !missing.has(gap.seq)));
    }
  }

  #gapRecord(gap: Gap): Waiting {
    return waiting({ seq: gap.seq, ...this.#options.gap(gap.dropped) });
  }

  /** The gap record is durable: the renamed segments that it counts may go. A failure leaves them for the next open. */
  async #bury(gaps: readonly Gap[]): Promise<void> {
    for (const file of gaps.flatMap((gap) => gap.tombstones)) await this.#disk.unlink(file).catch(() => undefined);
  }

  // --- dropping ---

  /** Brings what is on the disk and what waits under the limit. */
  async #makeRoom(): Promise<void> {
    while (this.#waiting.count > 0 && this.#size_bytes() + this.#waiting.size_bytes > this.#options.bytes_max) {
      const chain = this.#lowestChain();
      const stream = this.#waiting.lowestStream()!;
      const fromDisk = chain !== undefined && this.#priority(chain) <= this.#options.priority_of(stream);
      if (fromDisk) await this.#dropSegment(chain, 'outbox_full');
      else this.#dropWaiting();
    }
  }

  /**
   * The disk is full though we are under our limit. One old segment goes for what is worth more, and for its equals once
   * memory is half full; not at once, because the space may go to whoever else fills the disk.
   */
  async #giveWay(): Promise<boolean> {
    const chain = this.#lowestChain();
    if (chain === undefined) return false;
    const lead = this.#waiting.highestPriority() - this.#priority(chain);
    if (lead < 0 || (lead === 0 && this.#waiting.size_bytes * 2 < this.#waiting_bytes_max)) return false;
    try {
      await this.#dropSegment(chain, 'disk_full');
      return true;
    } catch {
      return false; // the disk refuses even that; the first problem is the one to report
    }
  }

  #priority(chain: Chain): number {
    return this.#options.priority_of(Number(chain.key));
  }

  /** The chain whose oldest segment goes next. Gap records are never dropped: they are the count. */
  #lowestChain(): Chain | undefined {
    const chains = [...this.#chains.values()].filter((chain) => chain.key !== gapChain && chain.segments.length > 0);
    return chains.sort((a, b) => this.#priority(a) - this.#priority(b) || Number(a.key) - Number(b.key))[0];
  }

  #dropWaiting(): void {
    const record = this.#waiting.dropLowest();
    if (record === undefined) return;
    const reason: DropReason = this.#diskFails ? 'disk_full' : 'outbox_full';
    this.#gaps.add({ stream: record.stream, from_seq: record.seq, to_seq: record.seq, records: 1, reason }, 'memory');
    this.#dropped++;
  }

  /** A rename drops and counts in one step that a kill cannot split; then the space is given back, which the gap may need. */
  async #dropSegment(chain: Chain, reason: DropReason): Promise<void> {
    const segment = chain.segments[0]!;
    const records = segment.countAfter(this.#acked);
    await chain.seal(segment);
    chain.segments.shift();
    if (records === 0) return this.#disk.unlink(segment.file);
    const from_seq = segment.seqs[segment.indexAfter(this.#acked)]!;
    const dropped: Dropped = { stream: Number(chain.key), from_seq, to_seq: segment.last_seq, records, reason };
    const seq = this.#gaps.seqFor(dropped, 'disk');
    const tombstone = `${this.#options.folder}/${tombstoneName(seq, dropped, ++this.#tombstones)}`;
    try {
      await this.#disk.rename(segment.file, tombstone);
    } catch (error) {
      chain.segments.unshift(segment);
      throw error;
    }
    this.#gaps.add(dropped, 'disk', seq, tombstone);
    this.#dropped += records;
    await this.#disk.syncFolder(this.#options.folder);
    await this.#disk.truncate(tombstone, 0);
  }

  // --- acks ---

  /**
   * The newest segment stays until the cursor is durable, so that a seq is never given twice; older ones go first, which
   * makes room for the cursor on a full disk.
   */
  async #freeAcked(): Promise<void> {
    const newest = Math.max(0, ...[...this.#chains.values()].map((chain) => chain.last_seq));
    for (const chain of this.#chains.values()) await this.#unlinkAcked(chain, newest);
    await replaceFile(this.#disk, this.#options.folder, 'cursor', `${this.#acked} ${this.#next_seq}`);
    for (const chain of this.#chains.values()) await this.#unlinkAcked(chain, Infinity);
  }

  async #unlinkAcked(chain: Chain, below_seq: number): Promise<void> {
    while (chain.segments.length > 0) {
      const segment = chain.segments[0] as Segment;
      if (segment.last_seq > this.#acked || segment.last_seq >= below_seq || isYoung(segment, chain)) return;
      await chain.seal(segment);
      chain.segments.shift();
      await this.#disk.unlink(segment.file);
    }
  }
}

/** The last segment is kept while it is small: a new file costs more than its bytes. */
function isYoung(segment: Segment, chain: Chain): boolean {
  return !segment.sealed && chain.segments.length === 1 && segment.size_bytes < 65_536;
}

async function newBoot(disk: JournalDisk, folder: string): Promise<string> {
  const boot = toHex(randomBytes(8));
  await replaceFile(disk, folder, 'boot', boot);
  return boot;
}

/** All chains at once, so that their syncs share the device's flush; the first error is thrown after all have ended. */
async function writeChains(flight: ReadonlyMap<string, Waiting[]>, chainFor: (key: string) => Chain): Promise<void> {
  const filled = [...flight].filter(([, queue]) => queue.length > 0);
  const ends = await Promise.allSettled(filled.map(([key, queue]) => chainFor(key).write(queue)));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function* mergeBySeq<T extends { readonly seq: number }>(sources: readonly Generator<T, void>[]): Generator<T> {
  const heads = sources.map((source) => source.next());
  for (;;) {
    let lowest = -1;
    for (let i = 0; i < heads.length; i++) {
      const head = heads[i]!;
      if (!head.done && (lowest < 0 || head.value.seq < (heads[lowest]!.value as T).seq)) lowest = i;
    }
    if (lowest < 0) return;
    yield heads[lowest]!.value as T;
    heads[lowest] = sources[lowest]!.next();
  }
}

function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function unwritable(folder: string, error: unknown): HoldfastError {
  if (isDiskFull(error)) return failure('HF-DISK-001', { folder }, error);
  return failure('HF-JRN-002', { folder, reason: error instanceof Error ? error.message : String(error) }, error);
}
