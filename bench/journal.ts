// bench: durable records a second of the journal (the outbox of a device) at 1, 10, 100 and 1000 a sync, against the floor of the same bytes in one
// bare write and fdatasync a group, in turns in the same run. 200-byte records. What the disk takes to sync differs much between machines: look at the ratio.

import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Journal } from '@holdfast/journal';
import { type BenchRow, atLeast, atMost, report, seen } from '../tests/load/report.ts';

const record_bytes = 200;
const slice_ms = 400;
const turns = 4;
const groups = [1, 10, 100, 1000] as const;
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
const payload = new Uint8Array(record_bytes).map((_, i) => i * 31);

/** Repeats the act for a slice of time; records a second of `each` a turn. */
async function rateOf(each: number, act: () => Promise<void>): Promise<number> {
  const start = performance.now();
  let done = 0;
  while (performance.now() < start + slice_ms) {
    await act();
    done += each;
  }
  return done / ((performance.now() - start) / 1000);
}

async function measure(group: number): Promise<{ rate: number; floor: number; amplification: number }> {
  const journal = await Journal.open({
    folder: path.join(folder, `journal-${group}`),
    bytes_max: 2 ** 31,
    priority_of: () => 1,
    gap: () => ({ stream: 5, payload: new Uint8Array() }),
  });
  const file = await open(path.join(folder, `floor-${group}`), 'a');
  const bare = new Uint8Array(group * record_bytes);
  let [rate, floor, appended] = [0, 0, 0];
  for (let turn = 0; turn < turns; turn++) {
    floor += await rateOf(group, async () => {
      await file.write(bare);
      await file.datasync();
    });
    rate += await rateOf(group, async () => {
      for (let i = 0; i < group; i++) journal.append(1, payload);
      appended += group;
      await journal.sync();
    });
  }
  const { written_bytes, records, dropped } = journal.stats();
  if (records !== appended || dropped !== 0) throw new Error(`appended ${appended}, the journal holds ${records} and dropped ${dropped}`);
  await journal.close();
  await file.close();
  return { rate: rate / turns, floor: floor / turns, amplification: written_bytes / (appended * record_bytes) };
}

try {
  const rows: BenchRow[] = [];
  for (const group of groups) {
    const { rate, floor, amplification } = await measure(group);
    const what = `${group} a sync`;
    rows.push(group === 100 ? atLeast(what, rate, 'records/s', 200_000) : seen(what, rate, 'records/s'));
    rows.push(seen(`${what}: floor, bare write and fdatasync`, floor, 'records/s'));
    rows.push(group === 100 ? atLeast(`${what}: journal / floor`, rate / floor, 'x', 0.5) : seen(`${what}: journal / floor`, rate / floor, 'x'));
    if (group >= 100) rows.push(atMost(`${what}: bytes written / payload`, amplification, 'x', 1.3));
  }
  report('journal', rows);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
