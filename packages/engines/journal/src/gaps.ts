// journal: drops that are counted but not yet on the disk as gap records. Neighbouring drops of a stream become one gap.

export type DropReason = 'disk_full' | 'outbox_full' | 'torn';

export interface Dropped {
  readonly stream: number;
  /** The first and the last record that was dropped; `records` says how many there were. */
  readonly from_seq: number;
  readonly to_seq: number;
  readonly records: number;
  readonly reason: DropReason;
}

export interface Gap {
  /** The gap is a record too: its own place in the order. */
  readonly seq: number;
  dropped: Dropped;
  /** Renamed segments that stay until the gap record is durable. */
  readonly tombstones: string[];
}

/** Drops from the disk and drops from memory are no neighbours: what lies between may live. */
export type DropPlace = 'disk' | 'memory';

export class Gaps {
  #open = new Map<string, Gap>();
  readonly #nextSeq: () => number;

  constructor(nextSeq: () => number) {
    this.#nextSeq = nextSeq;
  }

  /** The seq that a drop will be counted under. */
  seqFor(dropped: Dropped, place: DropPlace): number {
    return this.#open.get(keyOf(dropped, place))?.seq ?? this.#nextSeq();
  }

  add(dropped: Dropped, place: DropPlace, seq = this.seqFor(dropped, place), tombstone?: string): void {
    const key = keyOf(dropped, place);
    const gap = this.#open.get(key);
    if (gap === undefined) {
      this.#open.set(key, { seq, dropped, tombstones: tombstone === undefined ? [] : [tombstone] });
      return;
    }
    gap.dropped = merge(gap.dropped, dropped);
    if (tombstone !== undefined) gap.tombstones.push(tombstone);
  }

  /**
   * Puts a gap back that is not durable yet. It keeps its seq, under which its tombstones are filed; one without any
   * joins the drops that came meanwhile, so that a disk that stays full does not pile up gaps.
   */
  restore(gap: Gap): void {
    const key = gap.tombstones.length > 0 ? `restored/${gap.seq}` : keyOf(gap.dropped, 'memory');
    const open = this.#open.get(key);
    this.#open.set(key, open === undefined ? gap : { ...gap, dropped: merge(gap.dropped, open.dropped) });
  }

  /** All gaps so far, closed: what is dropped from now on is counted by new ones. */
  take(): readonly Gap[] {
    const gaps = [...this.#open.values()].sort((a, b) => a.seq - b.seq);
    this.#open = new Map();
    return gaps;
  }

  get size(): number {
    return this.#open.size;
  }

  /** The lowest seq that is not yet durable, or Infinity. */
  lowestSeq(): number {
    let lowest = Infinity;
    for (const gap of this.#open.values()) lowest = Math.min(lowest, gap.seq);
    return lowest;
  }
}

function keyOf(dropped: Dropped, place: DropPlace): string {
  return `${dropped.stream}/${dropped.reason}/${place}`;
}

export function merge(a: Dropped, b: Dropped): Dropped {
  const from_seq = Math.min(a.from_seq, b.from_seq);
  const to_seq = Math.max(a.to_seq, b.to_seq);
  return { ...a, from_seq, to_seq, records: a.records + b.records };
}
