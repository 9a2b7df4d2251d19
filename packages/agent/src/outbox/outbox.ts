// agent/outbox: what waits to be sent, in a journal on disk. Appends are synced to disk together, at most 100 ms later.
// Where the outbox or the disk is full, the oldest of the lowest priority goes first, and the loss is itself a record.

import { HoldfastError } from '@holdfast/base';
import { Journal } from '@holdfast/journal';
import {
  type DeviceEvent,
  type GapRecord,
  type OutboxRecord,
  type OutboxReport,
  type StreamName,
  type WindowSummary,
  encodeWindow,
  streams,
} from '@holdfast/protocol';
import { OldestTime } from './oldest-time.ts';

export interface OutboxOptions {
  readonly folder: string;
  readonly bytes_max?: number | undefined;
  readonly commit_ms?: number | undefined;
  readonly now_ms: () => number;
  readonly on_problem: (text: string) => void;
}

const bytes_max_default = 33_554_432;
const commit_ms_default = 100;
const text = new TextEncoder();

export class Outbox {
  readonly #journal: Journal;
  readonly #options: OutboxOptions;
  readonly #oldest: OldestTime;
  #commit: NodeJS.Timeout | null = null;
  /** Records that the journal did not take. */
  #refused = 0;
  #refused_since_ms: number | null = null;
  #ack_refused = false;
  /** What had been dropped at the last look, and when it last grew. */
  #dropped_before = 0;
  #dropped_ms: number | null = null;

  constructor(journal: Journal, options: OutboxOptions) {
    this.#journal = journal;
    this.#options = options;
    this.#oldest = new OldestTime(options.now_ms());
  }

  static async open(options: OutboxOptions): Promise<Outbox> {
    const journal = await Journal.open({
      folder: options.folder,
      bytes_max: options.bytes_max ?? bytes_max_default,
      priority_of: (number) => Object.values(streams).find((stream) => stream.number === number)?.priority ?? 0,
      gap: (dropped) => ({ stream: streams.gap.number, payload: gapPayload(dropped, options.now_ms()) }),
    });
    return new Outbox(journal, options);
  }

  get boot(): string {
    return this.#journal.boot;
  }

  get records(): number {
    const { records, waiting } = this.#journal.stats();
    return records + waiting;
  }

  event(event: DeviceEvent): void {
    this.append('events', text.encode(JSON.stringify(event)));
  }

  window(summary: WindowSummary): void {
    this.append('windows', encodeWindow(summary));
  }

  /** Takes a record; false where it could not be taken, which is counted and said. */
  append(stream: StreamName, payload: Uint8Array): boolean {
    try {
      this.#oldest.appended(this.#journal.append(streams[stream].number, payload), this.#options.now_ms());
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      this.#refused++;
      this.#options.on_problem(`a record of stream ${stream} was dropped: ${error.message}`);
      return false;
    }
    this.#commit ??= setTimeout(() => void this.sync(), this.#options.commit_ms ?? commit_ms_default);
    return true;
  }

  /** Resolves with true when all that was appended is on disk. */
  async sync(): Promise<boolean> {
    if (this.#commit) clearTimeout(this.#commit);
    this.#commit = null;
    try {
      await this.#journal.sync();
      if (this.#refused_since_ms !== null) this.#options.on_problem('the outbox is written again');
      this.#refused_since_ms = null;
      return true;
    } catch (error) {
      // Said once; it is tried with every record, and the report says since when.
      if (this.#refused_since_ms === null) this.#options.on_problem(`the outbox could not be written: ${textOf(error)}`);
      this.#refused_since_ms ??= this.#options.now_ms();
      return false;
    }
  }

  read(after_seq: number, limits: { records_max: number; bytes_max: number }): OutboxRecord[] {
    return this.#journal.read(after_seq, limits);
  }

  /** Lets go of what the server has. A disk that refuses the note of it is said: after a restart the same records are sent once more, which is harmless. */
  async ack(seq: number): Promise<void> {
    try {
      await this.#journal.ack(seq);
      this.#ack_refused = false;
    } catch (error) {
      if (!this.#ack_refused) this.#options.on_problem(`the outbox could not note what was sent: ${textOf(error)}`);
      this.#ack_refused = true;
    }
  }

  report(): OutboxReport {
    const { records, bytes, waiting, waiting_bytes, oldest_seq } = this.#journal.stats();
    const oldest_ms = records + waiting > 0 && oldest_seq !== null ? this.#oldest.of(oldest_seq) : null;
    const dropped = this.#countDropped();
    const disk = { in_memory: waiting, refused_since_ms: this.#refused_since_ms, dropped_ms: this.#dropped_ms };
    return { records: records + waiting, bytes: bytes + waiting_bytes, oldest_ms, dropped, ...disk };
  }

  #countDropped(): number {
    const dropped = this.#journal.stats().dropped + this.#refused;
    if (dropped > this.#dropped_before) this.#dropped_ms = this.#options.now_ms();
    this.#dropped_before = dropped;
    return dropped;
  }

  async close(): Promise<void> {
    await this.sync();
    try {
      await this.#journal.close();
    } catch (error) {
      this.#options.on_problem(`the outbox could not be closed: ${textOf(error)}`);
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function gapPayload(dropped: { stream: number; from_seq: number; to_seq: number; records: number; reason: string }, at_ms: number): Uint8Array {
  const stream = (Object.keys(streams) as StreamName[]).find((name) => streams[name].number === dropped.stream) ?? 'gap';
  const { from_seq, to_seq, records } = dropped;
  const gap: GapRecord = { v: 1, at_ms, stream, from_seq, to_seq, records, reason: dropped.reason as GapRecord['reason'] };
  return text.encode(JSON.stringify(gap));
}
