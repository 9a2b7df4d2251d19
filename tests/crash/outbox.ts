// tests/crash: what the outbox of an agent that does not run holds, and what can be said of a record that is in none.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Journal } from '@holdfast/journal';
import type { CrashDevice } from './house.ts';

/** The outbox as a kill left it: how far it is acknowledged, and what waits on the disk beyond that. */
export interface SeenOutbox {
  readonly device: string;
  readonly boot: string;
  readonly acked: number;
  /** The number that the next record would have had: one was given to all below, on the disk or only in memory. */
  readonly next: number;
  readonly waiting: ReadonlySet<number>;
}

/** Looks at a copy: opening a journal mends it. */
export async function seeOutbox({ name, folder }: CrashDevice): Promise<SeenOutbox> {
  const outbox = path.join(folder, 'outbox');
  const line = async (file: string) => (await readFile(path.join(outbox, file), 'utf8').catch(() => '')).trim().split(' '); // no file: nothing was acknowledged yet
  const [boot = ''] = await line('boot');
  const [acked = '0', given = '1'] = await line('cursor');
  if (boot === '') return { device: name, boot, acked: 0, next: 1, waiting: new Set() };
  const copy = await mkdtemp(path.join(tmpdir(), 'holdfast-outbox-'));
  try {
    await cp(outbox, copy, { recursive: true });
    const waiting = await seqsOf(copy);
    return { device: name, boot, acked: Number(acked), next: Math.max(Number(given), ...[...waiting].map((seq) => seq + 1)), waiting };
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** The numbers of the records that wait in the journal of this folder. */
export async function seqsOf(folder: string): Promise<Set<number>> {
  const journal = await Journal.open({ folder, bytes_max: 33_554_432, priority_of: () => 1, gap: () => ({ stream: 5, payload: new Uint8Array() }) });
  const seqs = journal.read(0, { records_max: 1_000_000, bytes_max: 1e9 }).map((record) => record.seq);
  await journal.close();
  return new Set(seqs);
}

/**
 * True where a kill left the record on no disk: it had a number, was not acknowledged and did not wait. Records are on the disk at most 100 ms
 * after they were made, a group to a file a stream; a kill before that, or in its middle, loses what nobody had been promised.
 */
export const wasNeverWritten = (seq: number, seen: readonly SeenOutbox[]): boolean =>
  seen.some(({ acked, next, waiting }) => seq > acked && seq < next && !waiting.has(seq));
