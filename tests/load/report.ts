// tests/load: what a benchmark prints: a table for people, and as last line one JSON object for programs. A timing never fails anything.
import { cpus } from 'node:os';

export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: number | null;
  readonly ok: boolean;
  readonly note: string;
}

const shown = (value: number) => (Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4)));

export const atLeast = (what: string, value: number, unit: string, bar: number, note = ''): BenchRow => ({
  what,
  value: shown(value),
  unit,
  bar,
  ok: value >= bar,
  note,
});
export const atMost = (what: string, value: number, unit: string, bar: number, note = ''): BenchRow => ({
  what,
  value: shown(value),
  unit,
  bar,
  ok: value <= bar,
  note,
});
export const seen = (what: string, value: number, unit: string, note = ''): BenchRow => ({ what, value: shown(value), unit, bar: null, ok: true, note });

export function report(name: string, rows: readonly BenchRow[]): void {
  const width = Math.max(...rows.map((row) => row.what.length));
  for (const row of rows) {
    const bar = row.bar === null ? '' : `bar ${row.bar}`;
    console.log(
      `${row.ok ? 'ok ' : 'BAD'}  ${row.what.padEnd(width)}  ${String(shown(row.value)).padStart(10)} ${row.unit.padEnd(10)} ${bar.padEnd(12)} ${row.note}`.trimEnd(),
    );
  }
  console.log(JSON.stringify({ name, machine: `${cpus().length} x ${cpus()[0]?.model ?? 'cpu'}, node ${process.versions.node}`, rows }));
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
