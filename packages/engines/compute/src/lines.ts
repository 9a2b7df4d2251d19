// compute: bytes to lines. A line is at most 16 KiB; what is beyond is left out, and the line says how much.
import { StringDecoder } from 'node:string_decoder';

export const line_bytes_max = 16 * 1024;

export class Lines {
  readonly #onLine: (text: string) => void;
  #kept: Buffer[] = [];
  #kept_bytes = 0;
  #cut_bytes = 0;

  constructor(onLine: (text: string) => void) {
    this.#onLine = onLine;
  }

  take(chunk: Buffer): void {
    let at = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, at)) {
      this.#keep(chunk.subarray(at, end));
      this.#emit();
      at = end + 1;
    }
    this.#keep(chunk.subarray(at));
  }

  /** The last line may have no end. */
  end(): void {
    if (this.#kept_bytes + this.#cut_bytes > 0) this.#emit();
  }

  #keep(bytes: Buffer): void {
    const room = Math.min(bytes.length, line_bytes_max - this.#kept_bytes);
    if (room > 0) this.#kept.push(bytes.subarray(0, room));
    this.#kept_bytes += room;
    this.#cut_bytes += bytes.length - room;
  }

  /** The decoder holds back half a character at the cut, which `write` alone leaves out. */
  #emit(): void {
    const bytes = Buffer.concat(this.#kept);
    const text = this.#cut_bytes > 0 ? new StringDecoder('utf8').write(bytes) : bytes.toString('utf8');
    const note = this.#cut_bytes > 0 ? ` … (${this.#cut_bytes} bytes more were cut)` : '';
    this.#kept = [];
    this.#kept_bytes = this.#cut_bytes = 0;
    this.#onLine(text.replace(/\r$/, '') + note);
  }
}
