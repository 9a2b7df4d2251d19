// postgres/embedded: what PostgreSQL says. Lines go to the caller and to a file of at most 1 MiB (and the one before);
// the last ones are kept for the message of a failed start.
import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';

const file_bytes_max = 1024 * 1024;
const lines_max = 20;
const line_bytes_max = 4096;

export class ServerLog {
  readonly file: string;
  readonly #onLine: (line: string) => void;
  readonly #last: string[] = [];
  #size_bytes: number;
  #rest = '';

  constructor(file: string, onLine: (line: string) => void) {
    this.file = file;
    this.#onLine = onLine;
    this.#size_bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  follow(stream: Readable): void {
    stream.setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  /** The last lines, as one text. */
  tail(): string {
    return this.#last.join(' | ') || 'it said nothing';
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, line_bytes_max);
    for (const line of lines) this.#add(line.slice(0, line_bytes_max));
  }

  #add(line: string): void {
    this.#last.push(line);
    if (this.#last.length > lines_max) this.#last.shift();
    this.#write(`${new Date().toISOString()} ${line}\n`);
    this.#onLine(line);
  }

  #write(text: string): void {
    try {
      if (this.#size_bytes > file_bytes_max) {
        renameSync(this.file, `${this.file}.1`);
        this.#size_bytes = 0;
      }
      appendFileSync(this.file, text, { mode: 0o600 });
      this.#size_bytes += Buffer.byteLength(text);
    } catch {
      // a full disk must not end the server for the sake of its log; the caller has the line
    }
  }
}

export function isDiskFull(text: string): boolean {
  return /No space left on device|ENOSPC|Disk quota exceeded/.test(text);
}
