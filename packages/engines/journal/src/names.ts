// journal: file names. A segment is `<chain>-<number>.log`; a chain is a stream number, or `gap` for the counted drops.
// A dropped segment is renamed so that its name counts what it held: a rename needs no space, and is there wholly or not.
import type { Dropped } from './gaps.ts';

export interface SegmentName {
  readonly chain: string;
  readonly number: number;
}

export interface Tombstone extends Dropped {
  /** The seq of the gap record that counts it. */
  readonly gap_seq: number;
}

export const gapChain = 'gap';

export function segmentName(name: SegmentName): string {
  return `${name.chain}-${String(name.number).padStart(8, '0')}.log`;
}

export function parseSegmentName(text: string): SegmentName | null {
  const match = /^(\d+|gap)-(\d+)\.log$/.exec(text);
  return match === null ? null : { chain: match[1]!, number: Number(match[2]) };
}

/** `of` keeps the names of two segments that one gap counts apart. */
export function tombstoneName(gap_seq: number, dropped: Dropped, of: number): string {
  const { stream, from_seq, to_seq, records, reason } = dropped;
  return `dropped-${[gap_seq, stream, from_seq, to_seq, records, reason, of].join('-')}`;
}

export function parseTombstone(text: string): Tombstone | null {
  const match = /^dropped-(\d+)-(\d+)-(\d+)-(\d+)-(\d+)-(disk_full|outbox_full)-\d+$/.exec(text);
  if (match === null) return null;
  const [gap_seq, stream, from_seq, to_seq, records] = match.slice(1, 6).map(Number) as [number, number, number, number, number];
  return { gap_seq, stream, from_seq, to_seq, records, reason: match[6] as Dropped['reason'] };
}
