// cli/drift: a stream of bytes as numbers, one a line, in bounded memory: a line is cut at a limit, and nothing of it is kept beyond its chunk.
// A number is what JSON writes, with an optional sign and with NaN, Infinity and -Infinity in any case; whatever else stands on a line is no number.

export interface Line {
  /** From 1. */
  readonly line: number;
  /** null where the line is no number. */
  readonly value: number | null;
  /** The line, cut where it is long. */
  readonly text: string;
}

const line_chars_max = 1000;
const number = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)$/i;

export function readNumber(text: string): number | null {
  const word = text.trim();
  if (!number.test(word)) return null;
  if (/nan$/i.test(word)) return Number.NaN;
  return Number(word.replace(/inf(?:inity)?$/i, 'Infinity'));
}

/** Cuts text into lines; `end` gives the last one where no newline closed it. */
export class NumberLines {
  #line = 0;
  #rest = '';

  /** The lines that this piece of text completes. */
  push(text: string): Line[] {
    const pieces = text.split('\n');
    const last = pieces.pop()!;
    const lines = pieces.map((piece, i) => this.#made(i === 0 ? this.#rest + piece : piece));
    // a line beyond the limit stays too long, and so no number, however it ends
    this.#rest = (pieces.length === 0 ? this.#rest + last : last).slice(0, line_chars_max + 1);
    return lines;
  }

  end(): Line[] {
    return this.#rest === '' ? [] : [this.#made(this.#rest)];
  }

  #made(text: string): Line {
    this.#line++;
    const value = text.length > line_chars_max ? null : readNumber(text);
    return { line: this.#line, value, text: text.slice(0, 60) };
  }
}
