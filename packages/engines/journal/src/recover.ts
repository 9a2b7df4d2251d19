// journal: what a folder holds when it is opened. Torn tails are cut at the first bad record and counted; a drop that was
// cut short by a kill is finished.
import type { Chain } from './chain.ts';
import type { JournalDisk } from './disk.ts';
import type { Dropped, Gap } from './gaps.ts';
import { merge } from './gaps.ts';
import { type Tombstone, gapChain, parseSegmentName, parseTombstone } from './names.ts';
import { head_bytes } from './record.ts';
import { Segment, indexSegment } from './segment.ts';

/** A step between two seqs that is larger than this is no seq, but damage. */
const seq_step_max = 1_000_000;

export interface Recovered {
  readonly gaps: readonly Gap[];
  readonly torn: readonly Dropped[];
  readonly last_seq: number;
}

export async function recover(disk: JournalDisk, folder: string, acked: number, chainFor: (key: string) => Chain): Promise<Recovered> {
  const names = await disk.list(folder);
  const torn = await recoverSegments(disk, folder, names, chainFor);
  const counted = new Set(chainFor(gapChain).segments.flatMap((segment) => segment.seqs));
  const gaps = await recoverTombstones(disk, folder, names, (seq) => seq <= acked || counted.has(seq));
  const keys = new Set(names.map((name) => parseSegmentName(name)?.chain).filter((key) => key !== undefined));
  const last_seq = Math.max(acked, 0, ...torn.map((one) => one.to_seq), ...[...keys].map((key) => chainFor(key).last_seq), ...gaps.map((gap) => gap.seq));
  return { gaps, torn, last_seq };
}

type ChainFor = (key: string) => Chain;

async function recoverSegments(disk: JournalDisk, folder: string, names: readonly string[], chainFor: ChainFor): Promise<Dropped[]> {
  const found = names.map((name) => ({ name, parsed: parseSegmentName(name) })).filter((one) => one.parsed !== null);
  found.sort((a, b) => a.parsed!.number - b.parsed!.number);
  const torn: Dropped[] = [];
  for (const { name, parsed } of found) {
    const chain = chainFor(parsed!.chain);
    const lost = await recoverSegment(disk, new Segment(`${folder}/${name}`, parsed!.number), chain);
    if (lost !== null) torn.push(lost);
  }
  return torn;
}

async function recoverSegment(disk: JournalDisk, segment: Segment, chain: Chain): Promise<Dropped | null> {
  const bytes = (await disk.read(segment.file)) ?? new Uint8Array(0);
  const before = chain.last_seq;
  const cut = indexSegment(segment, bytes, before);
  chain.adopt(segment);
  if (!cut) return null;
  await disk.truncate(segment.file, segment.size_bytes); // at once, so that it is counted once
  segment.sealed = true;
  if (chain.key === gapChain) return null; // its tombstones are still there, and count again
  return lostRecords(Number(chain.key), Math.max(before, segment.last_seq), bytes, segment.size_bytes);
}

/**
 * Counts what the cut takes away: the record at the cut, where enough of its head is there to name it, and those behind it,
 * as far as the lengths lead. Behind a torn tail there is nothing; behind damage in the middle there may be much.
 */
function lostRecords(stream: number, after_seq: number, bytes: Uint8Array, from: number): Dropped | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seqs: number[] = [];
  for (let at = from; bytes.length - at >= 16; at += head_bytes + view.getUint32(at, true)) {
    const seq = view.getFloat64(at + 8, true);
    const last = seqs[seqs.length - 1] ?? after_seq;
    if (!Number.isSafeInteger(seq) || seq <= last || seq > last + seq_step_max) break;
    seqs.push(seq);
  }
  if (seqs.length === 0) return null;
  return { stream, from_seq: seqs[0]!, to_seq: seqs[seqs.length - 1]!, records: seqs.length, reason: 'torn' };
}

async function recoverTombstones(disk: JournalDisk, folder: string, names: readonly string[], isCounted: (seq: number) => boolean): Promise<Gap[]> {
  const gaps = new Map<number, Gap>();
  for (const name of names) {
    const tombstone = parseTombstone(name);
    if (tombstone === null) continue;
    if (isCounted(tombstone.gap_seq)) await disk.unlink(`${folder}/${name}`);
    else addTombstone(gaps, tombstone, `${folder}/${name}`);
  }
  return [...gaps.values()];
}

function addTombstone(gaps: Map<number, Gap>, tombstone: Tombstone, file: string): void {
  const { gap_seq, ...dropped } = tombstone;
  const gap = gaps.get(gap_seq);
  if (gap === undefined) {
    gaps.set(gap_seq, { seq: gap_seq, dropped, tombstones: [file] });
    return;
  }
  gap.dropped = merge(gap.dropped, dropped);
  gap.tombstones.push(file);
}
