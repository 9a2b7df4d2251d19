// agent/outbox: what waits to be sent, in a journal on disk. Appends are synced to disk together, at most 100 ms later.
// Where the outbox or the disk is full, the oldest of the lowest priority goes first, and the loss is itself a record.

import { HoldfastError } from '@holdfast/base';
import { Journal } from '@holdfast/journal';
import { type DeviceEvent, type GapRecord, type OutboxRecord, type OutboxReport, type StreamName, type WindowSummary, streams } from '@holdfast/protocol';
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
    return this.#journal.stats().records;
  }

  event(event: DeviceEvent): void {
    this.append('events', text.encode(JSON.stringify(event)));
  }

  window(summary: WindowSummary): void {
    this.append('windows', text.encode(JSON.stringify(summary)));
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
      return true;
    } catch (error) {
      this.#options.on_problem(`the outbox could not be written: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  read(after_seq: number, limits: { records_max: number; bytes_max: number }): OutboxRecord[] {
    return this.#journal.read(after_seq, limits);
  }

  ack(seq: number): Promise<void> {
    return this.#journal.ack(seq);
  }

  report(): OutboxReport {
    const { records, bytes, dropped, oldest_seq } = this.#journal.stats();
    const oldest_ms = records > 0 && oldest_seq !== null ? this.#oldest.of(oldest_seq) : null;
    return { records, bytes, oldest_ms, dropped: dropped + this.#refused };
  }

  async close(): Promise<void> {
    await this.sync();
    try {
      await this.#journal.close();
    } catch (error) {
      this.#options.on_problem(`the outbox could not be closed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function gapPayload(dropped: { stream: number; from_seq: number; to_seq: number; records: number; reason: string }, at_ms: number): Uint8Array {
  const stream = (Object.keys(streams) as StreamName[]).find((name) => streams[name].number === dropped.stream) ?? 'gap';
  const { from_seq, to_seq, records } = dropped;
  const gap: GapRecord = { v: 1, at_ms, stream, from_seq, to_seq, records, reason: dropped.reason as GapRecord['reason'] };
  return text.encode(JSON.stringify(gap));
}
