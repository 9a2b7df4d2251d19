// journal: the behaviour that its callers rely on, on a real folder, and a real writer that is killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultDisk } from './fault-disk.ts';
import { type Dropped } from './gaps.ts';
import { Journal, type JournalOptions } from './journal.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function tempFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'hf-journal-'));
  folders.push(folder);
  return folder;
}

const gap = (dropped: Dropped) => ({ stream: 9, payload: new TextEncoder().encode(JSON.stringify(dropped)) });
const all = { records_max: 1e6, bytes_max: 1e9 };

function open(folder: string, more: Partial<JournalOptions> = {}): Promise<Journal> {
  return Journal.open({ folder, bytes_max: 1e6, priority_of: (stream) => stream, gap, ...more });
}

function gapsOf(journal: Journal): Dropped[] {
  const records = journal.read(0, all).filter((record) => record.stream === 9);
  return records.map((record) => JSON.parse(new TextDecoder().decode(record.payload)) as Dropped);
}

describe('Journal', () => {
  it('reads only what was synced, in order over streams, within the limits', async () => {
    const journal = await open(tempFolder());
    for (let i = 0; i < 10; i++) journal.append(1 + (i % 3), Uint8Array.of(i));
    expect(journal.read(0, all)).toEqual([]);
    await journal.sync();
    expect(journal.read(0, all).map((record) => record.payload[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(journal.read(4, { records_max: 2, bytes_max: 1e9 }).map((record) => record.seq)).toEqual([5, 6]);
    expect(journal.read(4, { records_max: 9, bytes_max: 1 })).toHaveLength(1);
    await journal.close();
  });

  it('keeps boot, records, the ack and the numbering over a restart', async () => {
    const folder = tempFolder();
    const first = await open(folder);
    for (let i = 0; i < 5; i++) first.append(1, Uint8Array.of(i));
    await first.sync();
    await first.ack(3);
    await first.close();
    const second = await open(folder);
    expect(second.boot).toBe(first.boot);
    expect(second.read(0, all).map((record) => record.seq)).toEqual([4, 5]);
    await second.ack(99);
    await second.close();
    const third = await open(folder);
    expect([third.read(0, all), third.append(1, new Uint8Array(1))]).toEqual([[], 6]);
    await third.close();
  });

  it('shares one group commit among calls that come together', async () => {
    const disk = new FaultDisk({ random: () => 0.5, eio: 0, short: 0, capacity_bytes: 1e9 });
    let syncs = 0;
    const counting = Object.assign(Object.create(disk) as FaultDisk, {
      append: async (file: string) => {
        const opened = await disk.append(file);
        return { ...opened, datasync: () => (syncs++, opened.datasync()) };
      },
    });
    for (const name of ['makeFolder', 'list', 'read', 'readPart', 'truncate', 'rename', 'unlink', 'syncFolder'] as const) {
      Object.assign(counting, { [name]: (disk[name] as () => unknown).bind(disk) });
    }
    const journal = await open('/j', { disk: counting });
    syncs = 0;
    const waits = Array.from({ length: 50 }, () => (journal.append(1, new Uint8Array(9)), journal.sync()));
    await Promise.all(waits);
    expect(syncs).toBe(1);
  });

  it('drops the lowest priority first, whole segments, and counts them in one gap', async () => {
    const journal = await open(tempFolder(), { bytes_max: 36_000 });
    for (let i = 0; i < 20; i++) {
      journal.append(2, new Uint8Array(480));
      journal.append(1, new Uint8Array(480));
      await journal.sync();
    }
    for (let i = 0; i < 40; i++) journal.append(2, new Uint8Array(480));
    await journal.sync();
    const kept = journal.read(0, all);
    const dropped = gapsOf(journal);
    expect(kept.filter((record) => record.stream === 2)).toHaveLength(60);
    expect(dropped.map((one) => [one.stream, one.reason])).toEqual([[1, 'outbox_full']]);
    expect(kept.filter((record) => record.stream === 1).length + dropped[0]!.records).toBe(20);
    expect(journal.stats().dropped).toBe(dropped[0]!.records);
    await journal.close();
  });

  it('cuts a torn tail at the first bad record, counts it once, and goes on', async () => {
    const folder = tempFolder();
    const journal = await open(folder);
    for (let i = 0; i < 3; i++) journal.append(1, new Uint8Array(100).fill(i));
    await journal.close();
    const file = path.join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.log'))!,
    );
    const bytes = readFileSync(file);
    bytes[150] = bytes[150]! ^ 1;
    writeFileSync(file, bytes);
    for (const expected of [[1], [1]]) {
      const again = await open(folder);
      await again.sync();
      expect(
        again
          .read(0, all)
          .filter((record) => record.stream === 1)
          .map((record) => record.seq),
      ).toEqual(expected);
      expect(gapsOf(again)).toEqual([{ stream: 1, from_seq: 2, to_seq: 3, records: 2, reason: 'torn' }]);
      await again.close();
    }
  });

  it('takes garbage behind the last record for what it is', async () => {
    const folder = tempFolder();
    const journal = await open(folder);
    journal.append(1, Uint8Array.of(1));
    await journal.close();
    appendFileSync(
      path.join(
        folder,
        readdirSync(folder).find((name) => name.endsWith('.log'))!,
      ),
      Buffer.alloc(64, 0xff),
    );
    const again = await open(folder);
    expect(again.read(0, all)).toHaveLength(1);
    expect(again.append(1, new Uint8Array(0))).toBe(2);
    await again.close();
  });

  it('refuses a record over the limit, and says a full disk on sync but not on append', async () => {
    const disk = new FaultDisk({ random: () => 0.5, eio: 0, short: 0, capacity_bytes: 1e9 });
    const journal = await open('/j', { disk, record_bytes_max: 1_000 });
    expect(() => journal.append(1, new Uint8Array(1_001))).toThrow(expect.objectContaining({ code: 'HF-JRN-001' }));
    disk.faults.capacity_bytes = 0;
    for (let i = 0; i < 2_000; i++) journal.append(1, new Uint8Array(1_000));
    await expect(journal.sync()).rejects.toMatchObject({ code: 'HF-DISK-001' });
    disk.faults.capacity_bytes = 1e9;
    await journal.sync();
    const lost = gapsOf(journal).reduce((sum, one) => sum + one.records, 0);
    expect(lost).toBeGreaterThan(900);
    expect(journal.read(0, all).filter((record) => record.stream === 1)).toHaveLength(2_000 - lost);
  });

  it('writes again to a new segment after an I/O error, and loses nothing', async () => {
    const disk = new FaultDisk({ random: () => 0.5, eio: 0, short: 0, capacity_bytes: 1e9 });
    const journal = await open('/j', { disk });
    journal.append(1, Uint8Array.of(1));
    await journal.sync();
    journal.append(1, Uint8Array.of(2));
    disk.faults.eio = 1;
    await expect(journal.sync()).rejects.toMatchObject({ code: 'HF-JRN-002' });
    disk.faults.eio = 0;
    await journal.sync();
    expect(journal.read(0, all).map((record) => record.payload[0])).toEqual([1, 2]);
    expect([...disk.files.keys()].filter((name) => name.includes('/1-'))).toHaveLength(2);
  });
});

describe('a writer that is killed at a random moment', () => {
  it('loses nothing that it had synced, in 15 kills', async () => {
    const folder = tempFolder();
    const source = fileURLToPath(new URL('./journal.ts', import.meta.url));
    const script = `const { Journal } = await import(process.argv[1]);
      const journal = await Journal.open({ folder: process.argv[2], bytes_max: 1e8, segment_bytes: 65536, priority_of: (s) => s, gap: () => ({ stream: 9, payload: new Uint8Array(0) }) });
      for (let i = 0; ; i++) { let seq; for (let k = 0; k < 20; k++) seq = journal.append(1 + (k % 3), new Uint8Array(50 + (i % 100)).fill(seq)); await journal.sync();
        process.stdout.write(seq + '\\n'); if (i % 37 === 0) { process.stdout.write('a' + (seq - 500) + '\\n'); await journal.ack(seq - 500); } }`;
    // what each writer had synced; between two of them lie numbers that a kill took with what nobody had been promised
    const promised: { first: number; last: number }[] = [];
    let acked = 0;
    for (let kill = 0; kill < 15; kill++) {
      const told = await runAndKill(['--input-type=module', '-e', script, source, folder], 20 + Math.random() * 120);
      promised.push({ first: told.first_sync - 19, last: told.last_sync });
      acked = Math.max(acked, told.acked);
      const journal = await open(folder, { bytes_max: 1e8 });
      const seqs = journal
        .read(0, all)
        .filter((record) => record.stream !== 9)
        .map((record) => record.seq);
      const there = new Set(seqs);
      for (const { first, last } of promised)
        for (let seq = Math.max(acked + 1, first); seq <= last; seq++) expect(there.has(seq), `kill ${kill}, record ${seq}`).toBe(true);
      expect(seqs[0] ?? 0).toBeLessThanOrEqual(acked + 501 + 37 * 20);
      await journal.close();
    }
  });
});

/** Lets the writer run for a while after its first sync; returns its syncs, and the last ack that it began (what it covers may be gone). */
async function runAndKill(args: readonly string[], run_ms: number): Promise<{ first_sync: number; last_sync: number; acked: number }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(child.stdout, 'data');
  await sleep(run_ms);
  child.kill('SIGKILL');
  await once(child, 'close');
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
  const syncs = lines.filter((line) => /^\d+$/.test(line)).map(Number);
  const acks = lines.filter((line) => line.startsWith('a')).map((line) => Number(line.slice(1)));
  return { first_sync: syncs[0]!, last_sync: syncs.at(-1)!, acked: Math.max(0, ...acks) };
}
