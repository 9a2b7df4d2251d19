// agent/sync: labels of this device's answers, as a file that the app reads: `labels.jsonl`, a line each, seq strictly growing. A label is there once, however
// often it comes: what is not beyond the last line is dropped. One fsync a reply; what is not whole is cut off, and comes again. Where something is in the way
// that is no file of ours (a folder, a link, a file that cannot be read), no labels are asked for until it is gone, and nothing is done to it.
import { closeSync, constants, fsyncSync, ftruncateSync, lstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { failure } from '@holdfast/base';
import { type DeviceLabel, labels_a_reply_max } from '@holdfast/protocol';
import { syncFolder, writeDurable } from '../durable-file.ts';

/** A larger file is written anew with its newer half: by another name and a rename, so that whoever reads it has the old one or the new one. */
const file_bytes_max = 1_048_576;
/** A file beyond this is none of ours. */
const read_bytes_max = 4 * file_bytes_max;
const newline = 10;
/** A link would lead to a file of somebody else. */
const no_follow = constants.O_NOFOLLOW;

export const labelsPath = (folder: string): string => resolve(join(folder, 'labels.jsonl'));

export class LabelFile {
  readonly path: string;
  #size = 0;
  #after = 0;
  /** An append failed half-way: what is behind `#size` counts for nothing, not even where it can be read. */
  #is_torn = false;

  #problem: string | null = null;

  /** Cuts off what is not whole. */
  constructor(folder: string) {
    this.path = labelsPath(folder);
    this.#tryLoad();
  }

  /** What is in the way of the file; null where nothing is. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The seq of the last label that is there; 0 for none. null while something is in the way, which is looked at anew each time. */
  get after(): number | null {
    if (this.#problem !== null) this.#tryLoad();
    return this.#problem === null ? this.#after : null;
  }

  /** Those beyond this seq, as they stand in the file; none while something is in the way. */
  beyond(seq: number): DeviceLabel[] {
    if ((this.after ?? 0) <= seq) return [];
    const lines = read(this.path).toString('utf8', 0, this.#size).split('\n').slice(0, -1); // prettier-ignore
    return lines.map((line) => JSON.parse(line) as DeviceLabel).filter((label) => label.seq > seq);
  }

  /** Keeps those that are new; how many these were. Fails with HF-AGENT-008, or where the disk refuses: then none was kept. */
  take(labels: readonly DeviceLabel[]): number {
    if (labels.length > 0 && !this.#isAsLeft()) this.#load(); // somebody has changed it: what it holds now is what counts
    const fresh = check(labels).filter((label) => label.seq > this.#after);
    if (fresh.length === 0) return 0;
    const lines = Buffer.from(fresh.map(({ seq, reference, at_ms, label }) => `${JSON.stringify({ seq, reference, at_ms, label })}\n`).join(''));
    if (this.#size + lines.length > file_bytes_max) this.#rewrite(lines);
    else this.#append(lines);
    this.#after = fresh.at(-1)!.seq;
    return fresh.length;
  }

  #isAsLeft(): boolean {
    const size = sizeOf(this.path);
    return size === this.#size || (this.#is_torn && size > this.#size);
  }

  #append(lines: Uint8Array): void {
    const is_new = this.#size === 0;
    const fd = openSync(this.path, constants.O_RDWR | constants.O_CREAT | no_follow, 0o600);
    try {
      this.#is_torn = true;
      ftruncateSync(fd, this.#size);
      writeAll(fd, lines, this.#size);
      fsyncSync(fd);
      if (is_new) syncFolder(dirname(this.path));
      this.#is_torn = false;
      this.#size += lines.length;
    } finally {
      closeSync(fd);
    }
  }

  #rewrite(lines: Uint8Array): void {
    const before = readFileSync(this.path).subarray(0, this.#size);
    const from = before.indexOf(newline, before.length >> 1) + 1;
    const content = Buffer.concat([from > 0 ? before.subarray(from) : before, lines]);
    writeDurable(this.path, content, 0o600);
    this.#size = content.length;
    this.#is_torn = false;
  }

  #tryLoad(): void {
    try {
      this.#load();
      this.#problem = null;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error); // the agent does all else; who asks for labels is told
    }
  }

  #load(): void {
    const { size, last } = wholeOf(read(this.path));
    [this.#size, this.#after, this.#is_torn] = [size, last, sizeOf(this.path) > size];
    if (!this.#is_torn) return;
    try {
      cut(this.path, size);
      this.#is_torn = false;
    } catch {
      // A disk that refuses must not keep the agent from its start: the next append cuts it, or says why it could not.
    }
  }
}

/** 0 where there is none. Fails where it is no file. */
function sizeOf(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) throw new Error(`${path} is not a file, expected one, or nothing`);
  return found?.size ?? 0;
}

function read(path: string): Buffer {
  const size = sizeOf(path);
  return size === 0 || size > read_bytes_max ? Buffer.alloc(0) : readFileSync(path);
}

function cut(path: string, size: number): void {
  const fd = openSync(path, constants.O_RDWR | no_follow);
  try {
    ftruncateSync(fd, size);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

/** The bytes up to the first line that is torn, no label, or not beyond the one before it, and the seq of the last before it. */
function wholeOf(bytes: Buffer): { size: number; last: number } {
  let [size, last] = [0, 0];
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, size)) {
    const seq = seqOf(bytes.toString('utf8', size, end));
    if (!(seq > last)) break;
    [size, last] = [end + 1, seq];
  }
  return { size, last };
}

function seqOf(line: string): number {
  try {
    const label = JSON.parse(line) as DeviceLabel;
    return isLabel(label) ? label.seq : Number.NaN;
  } catch {
    return Number.NaN; // no line of ours: it and what follows is cut off
  }
}

const isLabel = (one: DeviceLabel): boolean =>
  Number.isSafeInteger(one?.seq) && one.seq > 0 && [one.reference, one.at_ms].every((n) => Number.isFinite(n) && n >= 0) && Number.isFinite(one.label);

function check(labels: readonly DeviceLabel[]): readonly DeviceLabel[] {
  const is_list = Array.isArray(labels) && labels.length <= labels_a_reply_max;
  const bad = is_list ? labels.findIndex((label, i) => !isLabel(label) || (i > 0 && label.seq <= labels[i - 1]!.seq)) : 0;
  if (bad < 0) return labels;
  const saw = is_list ? `label ${JSON.stringify(labels[bad]).slice(0, 100)}` : 'labels that are no list, or too many';
  throw failure('HF-AGENT-008', { saw, expected: `at most ${labels_a_reply_max} labels with seq growing` });
}
