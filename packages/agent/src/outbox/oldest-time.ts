// agent/outbox: since when the oldest record waits. Records carry no time of their own, so marks of (seq, time) are kept, a bounded number.

const marks_max = 512;
const mark_every_ms = 1_000;

export class OldestTime {
  #marks: { seq: number; at_ms: number }[];

  /** What was there before the start waits since then at least. */
  constructor(opened_ms: number) {
    this.#marks = [{ seq: 0, at_ms: opened_ms }];
  }

  appended(seq: number, now_ms: number): void {
    if (Math.abs(now_ms - this.#marks.at(-1)!.at_ms) < mark_every_ms) return;
    this.#marks.push({ seq, at_ms: now_ms });
    // Every second mark goes: the answer gets coarser, never later than the truth.
    if (this.#marks.length > marks_max) this.#marks = this.#marks.filter((_, i) => i % 2 === 0);
  }

  /** The time of the newest mark that is not after the record. */
  of(seq: number): number {
    let found = this.#marks[0]!;
    for (const mark of this.#marks) if (mark.seq <= seq) found = mark;
    return found.at_ms;
  }
}
