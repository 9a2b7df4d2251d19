// journal: what is appended but not yet durable, in memory, by stream. Bounded: over the limit the oldest records of the
// lowest priority go.
import type { Waiting } from './chain.ts';

export class WaitingRecords {
  readonly #queues = new Map<number, Waiting[]>();
  readonly #priorityOf: (stream: number) => number;
  size_bytes = 0;
  count = 0;

  constructor(priorityOf: (stream: number) => number) {
    this.#priorityOf = priorityOf;
  }

  add(record: Waiting): void {
    const queue = this.#queues.get(record.stream) ?? [];
    queue.push(record);
    this.#queues.set(record.stream, queue);
    this.#count(1, record.bytes.length);
  }

  /** The oldest record of the lowest priority leaves. */
  dropLowest(): Waiting | undefined {
    const stream = this.lowestStream();
    const record = stream === undefined ? undefined : this.#queues.get(stream)!.shift();
    if (record !== undefined) this.#count(-1, -record.bytes.length);
    return record;
  }

  lowestStream(): number | undefined {
    return this.#filled().sort((a, b) => this.#priorityOf(a) - this.#priorityOf(b) || a - b)[0];
  }

  /** The highest priority that waits, or -Infinity. */
  highestPriority(): number {
    return Math.max(-Infinity, ...this.#filled().map((stream) => this.#priorityOf(stream)));
  }

  /** All queues, emptied. What could not be written comes back by `giveBack`. */
  take(): ReadonlyMap<number, Waiting[]> {
    const taken = new Map(this.#queues);
    this.#queues.clear();
    this.size_bytes = this.count = 0;
    return taken;
  }

  /** Puts records back in front of what came meanwhile. */
  giveBack(taken: ReadonlyMap<number, readonly Waiting[]>): void {
    for (const [stream, records] of taken) {
      if (records.length === 0) continue;
      this.#queues.set(stream, [...records, ...(this.#queues.get(stream) ?? [])]);
      this.#count(records.length, sizeOf(records));
    }
  }

  lowestSeq(): number {
    return lowestSeq(this.#queues);
  }

  #filled(): number[] {
    return [...this.#queues.keys()].filter((stream) => this.#queues.get(stream)!.length > 0);
  }

  #count(records: number, bytes: number): void {
    this.count += records;
    this.size_bytes += bytes;
  }
}

export function sizeOf(records: readonly Waiting[]): number {
  return records.reduce((sum, record) => sum + record.bytes.length, 0);
}

export function lowestSeq(queues: ReadonlyMap<unknown, readonly Waiting[]>): number {
  let lowest = Infinity;
  for (const queue of queues.values()) lowest = Math.min(lowest, queue[0]?.seq ?? Infinity);
  return lowest;
}
