// tracking: writes batches of many requests with one commit. While one write is on its way, those that come meanwhile wait and go together.
import { failure } from '@holdfast/base';
import type { WaitingBatch } from './metric-batch-table.ts';

/** Points of one statement, and points that may wait: 30 bytes each or so. */
const points_a_write = 100_000;
const points_waiting_max = 500_000;

interface Request {
  readonly batch: WaitingBatch;
  readonly done: (written: boolean) => void;
  readonly failed: (error: unknown) => void;
}

export class MetricWriter {
  readonly #write: (batches: readonly WaitingBatch[]) => Promise<Set<string>>;
  #queue: Request[] = [];
  #points = 0;
  #writing = false;

  constructor(write: (batches: readonly WaitingBatch[]) => Promise<Set<string>>) {
    this.#write = write;
  }

  /** Resolves after the commit: true, or false where the run took nothing. */
  write(batch: WaitingBatch): Promise<boolean> {
    if (this.#points + batch.n > points_waiting_max) throw failure('HF-TRACK-014', { saw: this.#points, limit: points_waiting_max });
    return new Promise((done, failed) => {
      this.#queue.push({ batch, done, failed });
      this.#points += batch.n;
      if (!this.#writing) void this.#writeAll();
    });
  }

  /** Ends when nothing waits. Each request hears of its own end; none is thrown here. */
  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#queue.length > 0) await this.#writeSome(this.#take());
    this.#writing = false;
  }

  #take(): Request[] {
    let points = 0;
    let count = 0;
    while (count < this.#queue.length && (count === 0 || points + this.#queue[count]!.batch.n <= points_a_write)) points += this.#queue[count++]!.batch.n;
    this.#points -= points;
    return this.#queue.splice(0, count);
  }

  /** Where a write fails that holds several requests, each is tried alone: one that cannot be written does not take the others along. */
  async #writeSome(some: readonly Request[]): Promise<void> {
    try {
      const written = await this.#write(some.map((one) => one.batch));
      for (const one of some) one.done(written.has(one.batch.run_id));
    } catch (error) {
      if (some.length === 1) return some[0]!.failed(error);
      for (const one of some) await this.#writeSome([one]);
    }
  }
}
