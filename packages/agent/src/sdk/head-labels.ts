// agent/sdk: the labels that the agent received, as JSON lines in a file that grows and is now and then replaced by one without its older half. Each label is
// given once, by its growing `seq`; a line that is not whole yet waits for the next time, and one that is no label is counted and passed over.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { isCount, isRecord, isReference } from './head-checks.ts';

export interface ReceivedLabel {
  readonly seq: number;
  readonly reference: number;
  readonly at_ms: number | null;
  readonly label: number;
}

const chunk_bytes = 65_536;
const line_bytes_max = 4_096;

export class LabelFile {
  readonly #path: string | null;
  /** Held open: as long as it is, its number on the disk is not given to another file. */
  #fd: number | null = null;
  /** Where the next line begins. */
  #at = 0;
  readonly #chunk = Buffer.alloc(chunk_bytes);

  constructor(path: string | null) {
    this.#path = path;
  }

  /** The next labels with a seq above `after`, at most `most` of them. */
  read(after: number, most: number): { labels: ReceivedLabel[]; passed_over: number } {
    const found = { labels: [] as ReceivedLabel[], passed_over: 0 };
    if (!this.#isOpen()) return found;
    let last = after;
    while (found.labels.length < most) {
      const line = this.#nextLine();
      if (line === null) break;
      const label = line === '' ? null : readLabel(line);
      if (!label) found.passed_over++;
      else if (label.seq > last) found.labels.push(label);
      last = Math.max(last, label?.seq ?? 0);
    }
    return found;
  }

  /** What was read and not kept is read again. */
  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
    this.#at = 0;
  }

  #isOpen(): boolean {
    const now = this.#path === null ? undefined : statSync(this.#path, { throwIfNoEntry: false });
    const mine = this.#fd === null ? null : fstatSync(this.#fd);
    if (mine && (!now || now.ino !== mine.ino || now.dev !== mine.dev || now.size < this.#at)) this.close();
    if (!now?.isFile()) return false;
    this.#fd ??= openSync(this.#path!, 'r');
    return true;
  }

  /** The next whole line; empty for one that is too long to be a label; null where there is none yet. */
  #nextLine(): string | null {
    let skipped = false;
    for (;;) {
      const bytes = readSync(this.#fd!, this.#chunk, 0, skipped ? chunk_bytes : line_bytes_max, this.#at);
      const end = this.#chunk.subarray(0, bytes).indexOf(0x0a);
      if (end >= 0) {
        this.#at += end + 1;
        return skipped ? '' : this.#chunk.toString('utf8', 0, end);
      }
      if (bytes < line_bytes_max) return null;
      skipped = true;
      this.#at += bytes;
    }
  }
}

/** Null where the line is no label. */
function readLabel(line: string): ReceivedLabel | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null; // Counted by the caller.
  }
  if (!isRecord(value)) return null;
  const { seq, reference, at_ms = null, label } = value;
  const timed = at_ms === null || (typeof at_ms === 'number' && Number.isFinite(at_ms));
  if (!isCount(seq) || !isReference(reference) || !timed || typeof label !== 'number') return null;
  return { seq, reference, at_ms: at_ms as number | null, label };
}
