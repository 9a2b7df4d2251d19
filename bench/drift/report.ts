// bench drift, part report: `holdfast drift check` of two files of 243,000 rows x 20 columns: the size of its HTML, how long it takes over reading the files (the
// floor, of the same run), and its memory; then of files of ten times the rows, and of columns of 100 times the rows, which need no file.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CurrentNumbers, ReferenceNumbers, compareNumbers, html_bytes_max, makeReport, reportHtml } from '@holdfast/stats';
import { uniforms } from '../../packages/stats/cases/cases.ts';
import { child } from './report-child.ts';
import type { BenchRow } from '../../tests/load/report.ts';

const rows = 243_000;
const columns = 20;
const seed = 20_265;

export function reportRows(): BenchRow[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
  try {
    const [once, ten] = [1, 10].map((times) => measure(folder, rows * times));
    const hundred = bytesOfColumns(rows * 100);
    const bytes = { unit: 'B', bar: html_bytes_max };
    const after_ms = once!.check_ms - once!.read_ms;
    const note = `seed ${seed}; 16 columns of numbers, 2 of words, 1 of times, 1 of texts; CSV`;
    return [
      { what: `report: HTML of ${rows} rows x ${columns}`, value: once!.bytes, ...bytes, ok: once!.bytes <= html_bytes_max, note },
      { what: `report: HTML of ${rows * 10} rows x ${columns}`, value: ten!.bytes, ...bytes, ok: ten!.bytes <= html_bytes_max, note },
      {
        what: `report: HTML of ${rows * 100} rows x ${columns}`,
        value: hundred,
        ...bytes,
        ok: hundred <= html_bytes_max,
        note: 'numbers alone, without a file',
      },
      {
        what: 'report: beyond reading both files',
        value: after_ms,
        unit: 'ms',
        bar: 1000,
        ok: after_ms <= 1000,
        note: `reading takes ${once!.read_ms.toFixed(0)} ms`,
      },
      { what: 'report: check / reading both files', value: once!.check_ms / once!.read_ms, unit: 'x', bar: null, ok: true, note: 'best of two in one process' },
      {
        what: 'report: memory at 10 x the rows / at the rows',
        value: ten!.resident_mb / once!.resident_mb,
        unit: 'x',
        bar: 1.5,
        ok: ten!.resident_mb <= 1.5 * once!.resident_mb,
        note: `peak ${once!.resident_mb.toFixed(0)} and ${ten!.resident_mb.toFixed(0)} MB`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly read_ms: number;
  readonly check_ms: number;
  readonly resident_mb: number;
  readonly bytes: number;
}

function measure(folder: string, count: number): Measured {
  const [reference, current, html] = ['reference.csv', 'current.csv', 'report.html'].map((name) => path.join(folder, name)) as [string, string, string];
  writeRows(reference, count, seed, 0);
  writeRows(current, count, seed + 1, 0.2);
  const said = execFileSync(process.execPath, [child, reference, current, html], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return { ...(JSON.parse(said) as Omit<Measured, 'bytes'>), bytes: statSync(html).size };
}

function writeRows(file: string, count: number, from: number, shift: number): void {
  const next = uniforms(from);
  const out = openSync(file, 'w');
  const numbers = Array.from({ length: 16 }, (_, i) => `x${i}`);
  let text = `${['at', 'city', 'good', 'words', ...numbers].join(',')}\n`;
  for (let row = 0; row < count; row++) {
    const values = numbers.map((_, i) => (next() + next() + next() + next() + (i === 4 ? shift : 0)).toFixed(4));
    const words = 'word '.repeat(1 + Math.floor(next() * 9));
    text += `${new Date(1.7e12 + row * 1000).toISOString()},c${Math.floor(next() * next() * 12)},${next() < 0.3},${words}${row},${values.join(',')}\n`;
    if (text.length > 1_000_000) {
      writeSync(out, text);
      text = '';
    }
  }
  writeSync(out, text);
  closeSync(out);
}

function bytesOfColumns(count: number): number {
  const next = uniforms(seed + 2);
  const drafts = Array.from({ length: columns }, (_, i) => {
    const reference = new ReferenceNumbers();
    for (let row = 0; row < count; row++) reference.add(next());
    const frozen = reference.freeze();
    const current = new CurrentNumbers(frozen);
    for (let row = 0; row < count; row++) current.add(next() * (1 + i / 50));
    return compareNumbers(`column ${i}`, 'numeric', frozen, current.freeze());
  });
  const side = { name: 'rows', rows: count };
  const rule = { alpha: 0.05, distance_min: 0.05 };
  const frame = { title: 'rows', reference: side, current: side, made_at_ms: null, period: null, rule, notes: [], tables: [] };
  return reportHtml(makeReport(frame, drafts)).length;
}
