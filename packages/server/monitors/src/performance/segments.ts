// monitors/performance: what the windows and answers of a model are put together by: the device, the model version, a label of devices, or a word of what they say of
// their hardware. Of devices only those are asked for that have a window or an answer, a page at a time.
import type { Fleet, Word } from '@holdfast/fleet';
import { Segment, type ToldAnswer } from './gather.ts';

export type SegmentKeys = Pick<ToldAnswer, 'device' | 'model_version'>;
/** Null: in no segment, because there are too many devices. */
type NamesOf = (page: readonly SegmentKeys[]) => Promise<readonly (string | null)[]>;

const devices_max = 100_000;
const page_rows = 200;

/** `device`, `model_version`, `label:NAME` or `hardware:NAME`. Of a label or a word: its value; devices without it, and removed ones, are one segment. */
export function segmentsBy(fleet: Pick<Fleet, 'wordOf'>, by: string, devices_most = devices_max): NamesOf {
  if (by === 'device') return async (page) => page.map(({ device }) => device);
  if (by === 'model_version') return async (page) => page.map(({ model_version }) => String(model_version));
  const at = by.indexOf(':');
  const word: Word = { kind: by.slice(0, at) === 'label' ? 'label' : 'hardware', name: by.slice(at + 1) };
  const known = new Map<string, string>();
  return async (page) => {
    const fresh = [...new Set(page.map(({ device }) => device))].filter((device) => !known.has(device)).slice(0, devices_most - known.size);
    const said = fresh.length === 0 ? new Map<string, string>() : await fleet.wordOf(fresh, word);
    for (const device of fresh) known.set(device, said.get(device) ?? `no ${word.name}`);
    return page.map(({ device }) => known.get(device) ?? null);
  };
}

/** All together, and each segment. */
export class Segments {
  readonly whole = new Segment();
  readonly parts = new Map<string, Segment>();
  /** Windows and answers that are in no segment. */
  outside = 0;
  readonly #names: NamesOf | null;

  constructor(names: NamesOf | null) {
    this.#names = names;
  }

  /** Gives each of the rows with its segments, whatever their number. */
  async *each<R extends SegmentKeys>(rows: AsyncIterable<R> | Iterable<R>): AsyncGenerator<readonly [R, readonly Segment[]]> {
    let page: R[] = [];
    for await (const row of rows) {
      page.push(row);
      if (page.length < page_rows) continue;
      yield* await this.#segmentsOf(page);
      page = [];
    }
    yield* await this.#segmentsOf(page);
  }

  async #segmentsOf<R extends SegmentKeys>(page: readonly R[]): Promise<(readonly [R, readonly Segment[]])[]> {
    if (!this.#names) return page.map((row) => [row, [this.whole]] as const);
    const names = await this.#names(page);
    return page.map((row, i) => [row, [this.whole, ...this.#part(names[i] ?? null)]] as const);
  }

  #part(name: string | null): Segment[] {
    if (name === null) {
      this.outside++;
      return [];
    }
    const part = this.parts.get(name) ?? new Segment();
    this.parts.set(name, part);
    return [part];
  }
}
