// bench: what one logged inference costs the app (10 inputs, 3 outputs), against the floor of writing the same bytes with one bare
// fs.writeSync into a file of the same kind, in the same run and in turns, so that a noisy machine hits both.

import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@holdfast/agent/sdk';
import { readSlot, ring } from '@holdfast/protocol';

const calls = 20_000;
const rounds = 10;
const record_bytes = 24 + 24 + 4 * 13;

const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'holdfast-bench-'));
const inputs = Float32Array.from({ length: 10 }, (_, i) => i / 3);
const outputs = Float32Array.of(0.1, 0.7, 0.2);

function timeEach(work: () => void, into: Float64Array, from: number): void {
  for (let i = 0; i < calls; i++) {
    const start = process.hrtime.bigint();
    work();
    into[from + i] = Number(process.hrtime.bigint() - start) / 1000;
  }
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

function measure(): { floor: Float64Array; log: Float64Array; dropped: number; whole: number } {
  const log = openLog({ ring: join(folder, 'ring') });
  const fd = openSync(join(folder, 'floor'), 'w+');
  const bytes = new Uint8Array(record_bytes);
  const floor_us = new Float64Array(calls * rounds);
  const log_us = new Float64Array(calls * rounds);
  let at = 0;
  const bare = () => void writeSync(fd, bytes, 0, bytes.length, (at++ % 8192) * 256);
  const logged = () => log.inference({ inputs, outputs, predicted: 1, latency_ms: 2 });
  for (const warm of [bare, logged]) for (let i = 0; i < calls; i++) warm();
  for (let round = 0; round < rounds; round++) {
    timeEach(bare, floor_us, round * calls);
    timeEach(logged, log_us, round * calls);
  }
  log.close();
  closeSync(fd);
  return { floor: floor_us.sort(), log: log_us.sort(), dropped: log.dropped, whole: wholeSlots(readFileSync(join(folder, 'ring'))) };
}

function wholeSlots(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let whole = 0;
  for (let at: number = ring.header_bytes; at < bytes.length; at += ring.slot_bytes_default) if (readSlot(bytes, view, at, ring.slot_bytes_default)) whole++;
  return whole;
}

const { floor, log, dropped, whole } = measure();
rmSync(folder, { recursive: true, force: true });

const ratio = quantile(log, 0.5) / quantile(floor, 0.5);
const rows = [
  { what: 'log call, median', value: quantile(log, 0.5), unit: 'us', bar: 5, ok: quantile(log, 0.5) <= 5, note: '10 inputs, 3 outputs' },
  { what: 'log call, p99', value: quantile(log, 0.99), unit: 'us', bar: 100, ok: quantile(log, 0.99) <= 100, note: '' },
  { what: 'log call, p99.9', value: quantile(log, 0.999), unit: 'us', bar: null, ok: true, note: '' },
  { what: 'floor: bare writeSync, median', value: quantile(floor, 0.5), unit: 'us', bar: null, ok: true, note: 'the same bytes, without framing and CRC' },
  { what: 'log call / floor, medians', value: ratio, unit: 'x', bar: 4, ok: ratio <= 4, note: '' },
  { what: 'calls dropped', value: dropped, unit: 'calls', bar: 0, ok: dropped === 0, note: `of ${calls * (rounds + 1)}` },
  { what: 'slots whole at the end', value: whole, unit: 'slots', bar: 8192, ok: whole === 8192, note: 'by their CRC' },
].map((row) => ({ ...row, value: Number(row.value.toFixed(3)) }));

for (const row of rows)
  console.log(
    `${row.ok ? 'ok ' : 'BAD'}  ${row.what.padEnd(32)} ${String(row.value).padStart(10)} ${row.unit.padEnd(8)} ${row.bar === null ? '' : `bar ${row.bar}`}  ${row.note}`,
  );
console.log(JSON.stringify({ name: 'agent-log-call', machine: `${cpus().length} x ${cpus()[0]?.model ?? 'cpu'}, node ${process.versions.node}`, rows }));
