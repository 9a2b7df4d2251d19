// pipeline/json: a parser of JSON (RFC 8259) that keeps the line of every value and key, and allows a comma before ] and }.
// No comments. A key that comes twice is refused, with both lines. Limits: 1 MiB of text, 32 levels.
import { type JsonMember, type JsonNode, problem } from './node.ts';

export const json_limits = { text_chars_max: 1_048_576, depth_max: 32 } as const;

export function parseJson(text: string): JsonNode {
  if (text.length > json_limits.text_chars_max) throw problem(1, `saw a document of ${text.length} characters, expected ${json_limits.text_chars_max} at most`);
  const reader = new Reader(text.startsWith('\uFEFF') ? text.slice(1) : text);
  const node = reader.value(1);
  reader.skipSpace();
  if (!reader.atEnd()) throw reader.unexpected('the end of the document');
  return node;
}

const number_pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// eslint-disable-next-line no-control-regex -- RFC 8259 forbids raw control characters in a string
const string_pattern = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

class Reader {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  skipSpace(): void {
    for (; !this.atEnd(); this.#at++) {
      const char = this.#text[this.#at]!;
      if (char === '\n') this.#line += 1;
      else if (char !== ' ' && char !== '\t' && char !== '\r') return;
    }
  }

  value(depth: number): JsonNode {
    this.skipSpace();
    const line = this.#line;
    if (depth > json_limits.depth_max) throw problem(line, `saw more than ${json_limits.depth_max} levels, expected ${json_limits.depth_max} at most`);
    const char = this.#text[this.#at];
    if (char === '{') return { kind: 'object', line, members: this.#members(depth) };
    if (char === '[') return { kind: 'list', line, items: this.#items(depth) };
    if (char === '"') return { kind: 'string', line, value: this.#string() };
    return this.#word(line);
  }

  /** The error for what stands at the current place. */
  unexpected(expected: string): Error {
    const rest = this.#text.slice(this.#at, this.#at + 20).split('\n')[0]!;
    const comment = rest.startsWith('//') || rest.startsWith('/*') ? ' (comments are not allowed)' : '';
    return problem(this.#line, `saw ${this.atEnd() ? 'the end of the document' : JSON.stringify(rest)}${comment}, expected ${expected}`);
  }

  #word(line: number): JsonNode {
    for (const [word, value] of [
      ['true', true],
      ['false', false],
    ] as const)
      if (this.#take(word)) return { kind: 'boolean', line, value };
    if (this.#take('null')) return { kind: 'null', line };
    const digits = this.#match(number_pattern);
    if (digits === null) throw this.unexpected('a value');
    const value = Number(digits);
    if (!Number.isFinite(value)) throw problem(line, `saw the number ${digits.slice(0, 40)}, expected one that fits a double`);
    return { kind: 'number', line, value };
  }

  #members(depth: number): Map<string, JsonMember> {
    const members = new Map<string, JsonMember>();
    this.#each('}', () => {
      const line = this.#line;
      if (this.#text[this.#at] !== '"') throw this.unexpected('a key in double quotes, or }');
      const key = this.#string();
      const before = members.get(key);
      if (before) throw problem(line, `saw the key ${JSON.stringify(key)} again, expected it once (it stands on line ${before.line} already)`);
      this.skipSpace();
      if (!this.#take(':')) throw this.unexpected('":" after the key');
      members.set(key, { line, node: this.value(depth + 1) });
    });
    return members;
  }

  #items(depth: number): JsonNode[] {
    const items: JsonNode[] = [];
    this.#each(']', () => items.push(this.value(depth + 1)));
    return items;
  }

  /** Reads entries between commas up to `close`; a comma may stand before it. */
  #each(close: string, readEntry: () => void): void {
    this.#at += 1;
    for (;;) {
      this.skipSpace();
      if (this.#take(close)) return;
      readEntry();
      this.skipSpace();
      if (this.#take(close)) return;
      if (!this.#take(',')) throw this.unexpected(`"," or "${close}"`);
    }
  }

  #string(): string {
    const raw = this.#match(string_pattern);
    if (raw === null) throw this.unexpected('a string that is closed on its line');
    return JSON.parse(raw) as string;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at += found[0].length;
    return found[0];
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}
