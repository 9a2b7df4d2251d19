import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DriftReport } from '@holdfast/stats';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../test/run.ts';

interface Row {
  readonly at: string;
  readonly size: number | null;
  readonly city: string | null;
  readonly good: boolean;
  readonly say: string;
}

/** Rows without randomness: the k-th value of a low-discrepancy sequence is as good as a draw, and `shift` moves the sizes. */
function rowsOf(count: number, { from = 0, shift = 0 } = {}): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const u = ((i + from) * 0.618_033_988_749_895) % 1;
    return {
      at: new Date(1_700_000_000_000 + (i + from) * 60_000).toISOString(),
      size: i % 50 === 0 ? null : Number((u + shift).toFixed(6)),
      city: i % 40 === 7 ? null : ['Kiel', 'Bergen, "N"', 'Brest'][Math.floor(u * 100) % 3]!,
      good: u < 0.7,
      say: `${'word '.repeat(1 + (i % 9))}${i}`,
    };
  });
}
const keys = ['at', 'size', 'city', 'good', 'say'] as const;
const quoted = (cell: unknown): string => (cell === null ? '' : /[",]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell));
const csvOf = (rows: readonly Row[]): string => `${[keys.join(','), ...rows.map((row) => keys.map((key) => quoted(row[key])).join(','))].join('\n')}\n`;
const linesOf = (rows: readonly Row[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
const parquetOf = (rows: readonly Row[]): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      rowGroupSize: 700,
      columnData: [
        { name: 'at', data: rows.map((row) => new Date(row.at)), type: 'TIMESTAMP' },
        { name: 'size', data: rows.map((row) => row.size), type: 'DOUBLE' },
        { name: 'city', data: rows.map((row) => row.city), type: 'STRING' },
        { name: 'good', data: rows.map((row) => row.good), type: 'BOOLEAN' },
        { name: 'say', data: rows.map((row) => row.say), type: 'STRING' },
      ],
    }),
  );

let folder: string;
const at = (name: string): string => path.join(folder, name);
const put = (name: string, content: string | Uint8Array) => writeFile(at(name), content);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-check-'));
  const [reference, same, moved] = [rowsOf(2_000), rowsOf(1_500, { from: 2_000 }), rowsOf(1_500, { from: 2_000, shift: 0.2 })];
  await put('reference.csv', csvOf(reference));
  await put('reference.jsonl', linesOf(reference));
  await put('reference.parquet', parquetOf(reference));
  await put('same.csv', csvOf(same));
  await put('same.parquet', parquetOf(same));
  await put('moved.csv', csvOf(moved));
  await put('moved.jsonl', linesOf(moved));
  await put('moved.parquet', parquetOf(moved));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const check = (reference: string, current: string, ...more: string[]) => run(['drift', 'check', at(reference), at(current), ...more]);
const reportOf = async (reference: string, current: string, ...more: string[]): Promise<DriftReport> => {
  const { code, stdout, stderr } = await check(reference, current, '--json', ...more);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as DriftReport;
};
const refusal = async (reference: string, current: string, ...more: string[]) => (await check(reference, current, ...more)).stderr.split('\n')[0];

describe('holdfast drift check', () => {
  it('finds the column that moved and no other, and says the same of the same rows in CSV, JSON lines and Parquet', async () => {
    const first = await reportOf('reference.csv', 'moved.csv');
    const others = [await reportOf('reference.parquet', 'moved.jsonl'), await reportOf('reference.jsonl', 'moved.parquet')];
    expect(first).toMatchObject({ v: 1, drifted: 1, not_comparable: 0, reference: { rows: 2_000 }, current: { rows: 1_500 }, notes: [] });
    expect(first.columns.map(({ name, kind, drifted }) => [name, kind, drifted])[0]).toEqual(['size', 'numeric', true]);
    expect(Object.fromEntries(first.columns.map(({ name, kind }) => [name, kind]))).toEqual({
      at: 'time',
      size: 'numeric',
      city: 'category',
      good: 'category',
      say: 'text',
    });
    expect(first.columns.find(({ name }) => name === 'size')).toMatchObject({ reference: { missing: 40, rows: 2_000 } });
    for (const other of others) expect(other.columns).toEqual(first.columns);
  });

  it('says no drift where there is none, and has the exit code 8 for drift only where it is asked for', async () => {
    expect((await check('reference.csv', 'same.parquet', '--fail-on-drift')).code).toBe(0);
    const [shown, failed] = [await check('reference.csv', 'moved.csv'), await check('reference.csv', 'moved.csv', '--fail-on-drift')];
    expect([shown.code, failed.code]).toEqual([0, 8]);
    expect(failed.stdout).toMatch(/^COLUMN +VERDICT.*\nsize +drifted /);
    expect(failed.stderr).toContain('1 column drifted of 5: 1500 rows of moved.csv against 2000 rows of reference.csv.');
    expect((await check('reference.csv', 'moved.csv', '--fail-on-drift', '--tolerance', '0.5')).code).toBe(0);
  });

  it('writes one HTML file, and takes the columns that it is told', async () => {
    const report = await reportOf('reference.csv', 'moved.csv', '--columns', 'size, city', '--html', at('report.html'));
    expect(report.columns.map(({ name }) => name)).toEqual(['size', 'city']);
    const html = await readFile(at('report.html'), 'utf8');
    expect(html).toContain('<h3>size <span class="bad">drifted</span></h3>');
    expect(html.length).toBeLessThan(200_000);
  });

  it('names what it cannot compare, and what one side lacks', async () => {
    await put('other.csv', 'size,city,extra\nbig,Kiel,1\nsmall,Kiel,2\n');
    const report = await reportOf('reference.csv', 'other.csv', '--columns', 'size,city');
    expect(report).toMatchObject({ not_comparable: 1, columns: expect.arrayContaining([expect.objectContaining({ name: 'size', fault: 'not_comparable', note: 'The reference holds numbers, the current file words.' })]) as object }); // prettier-ignore
    expect((await check('reference.csv', 'other.csv', '--columns', 'size', '--fail-on-drift')).code).toBe(8);
    await put('lacks.csv', csvOf(rowsOf(500)).replaceAll(/^([^,]*),[^,]*/gm, '$1')); // without `size`
    const without = await reportOf('reference.csv', 'lacks.csv');
    expect(without.notes).toEqual(['The current file has no column size: every value of it is missing.']);
    expect(without.columns[0]).toMatchObject({ name: 'size', drifted: true, fault: 'missing', current: { rows: 500, missing: 500 } });
    expect((await reportOf('other.csv', 'reference.csv')).notes.join(' ')).toContain('no column extra');
  });

  it('counts what is no number as missing, and says how many', async () => {
    const rows = ['x', ...Array.from({ length: 1_500 }, (_, i) => String(i / 7))];
    await put('numbers.csv', rows.join('\n'));
    await put('spoiled.csv', [...rows, 'ERR', 'ERR', ''].join('\n'));
    const report = await reportOf('numbers.csv', 'spoiled.csv');
    expect(report.notes).toEqual(['x: 2 cells of the current file are no numbers, and count as missing.']);
    expect(report.columns[0]).toMatchObject({ drifted: false, current: { rows: 1_502, missing: 2 } });
  });

  it('reads semicolons with decimal commas, and tabs', async () => {
    const values = Array.from({ length: 200 }, (_, i) => i / 8);
    await put('comma.csv', ['x;y', ...values.map((value) => `${String(value).replace('.', ',')};a`)].join('\r\n'));
    await put('tab.csv', ['x\ty', ...values.map((value) => `${value}\ta`)].join('\n'));
    const report = await reportOf('comma.csv', 'tab.csv');
    expect(report.columns.find(({ name }) => name === 'x')).toMatchObject({ kind: 'numeric', distance: 0, reference: { mean: 12.4375, missing: 0 } });
  });

  it('takes truth and time for the same however they are written', async () => {
    const lines = Array.from({ length: 300 }, (_, i) => `2025-01-0${1 + (i % 9)} 10:0${i % 10},${i % 3 === 0}`);
    await put('python.csv', ['at,good', ...lines.map((line) => line.replace('true', 'True').replace('false', 'FALSE'))].join('\n'));
    await put('other.csv', ['at,good', ...lines.map((line) => line.replace(' ', 'T').replace(/,/, 'Z,'))].join('\n'));
    const report = await reportOf('python.csv', 'other.csv');
    expect(report.columns.find(({ name }) => name === 'good')).toMatchObject({ distance: 0, test: 'g' });
    const at_column = report.columns.find(({ name }) => name === 'at')!;
    expect([at_column.kind, at_column.reference]).toEqual(['time', at_column.current]);
    expect(at_column.reference.min).toBe(Date.UTC(2025, 0, 1, 10, 0));
  });

  it('takes a reference of one value, of one row or of NaN alone for what it is', async () => {
    await put('constant.csv', `x,y\n${'5,nan\n'.repeat(60)}`);
    await put('one.csv', 'x,y\n5,nan\n');
    expect(await reportOf('constant.csv', 'constant.csv')).toMatchObject({ drifted: 0, columns: expect.arrayContaining([expect.objectContaining({ name: 'y', test: 'none', note: 'Neither side has a value.' })]) as object }); // prettier-ignore
    expect(await reportOf('one.csv', 'constant.csv')).toMatchObject({ drifted: 0 });
    await put('known.csv', `x,y\n${'5,1\n'.repeat(60)}`);
    const unlike = await reportOf('constant.csv', 'known.csv');
    expect(unlike).toMatchObject({ drifted: 0, not_comparable: 1 });
    expect(unlike.columns[0]).toMatchObject({ name: 'y', drifted: false, fault: 'not_comparable', note: expect.stringContaining('The reference has no value: it cannot be compared') as string }); // prettier-ignore
    const shown = await check('constant.csv', 'known.csv', '--fail-on-drift');
    expect([shown.code, shown.stdout]).toEqual([8, expect.stringMatching(/^y +not comparable .*The reference has no value/m)]);
    expect(shown.stderr).toContain('No column drifted of 2 (1 not comparable)');
  });

  it('refuses what is no table with the place, what was seen and what was expected', async () => {
    await put('head.csv', 'a,b\n');
    await put('ragged.csv', 'a,b\n1,2\n3\n');
    await put('twice.csv', 'a,a\n1,2\n');
    await put('broken.jsonl', '{"a":1}\n{"a":\n');
    await put('broken.parquet', 'PAR1 and nothing else');
    await put('strangers.csv', 'nobody\n1\n');
    await put('unclosed.csv', 'a,b\n1,"2\n3,4\n');
    await put('list.json', '[{"a": 1}]');
    expect(await refusal('unclosed.csv', 'same.csv')).toMatch(/a quote that is not closed in line 2/);
    expect(await refusal('list.json', 'same.csv')).toMatch(/saw a list of JSON, expected JSON lines/);
    expect(await refusal('head.csv', 'head.csv')).toMatch(/HF-CLI-010: .*head\.csv.*saw 0 rows, expected at least 1 row/);
    expect(await refusal('ragged.csv', 'same.csv', '--columns', 'a')).toMatch(/no column "a"/);
    expect(await refusal('ragged.csv', 'ragged.csv')).toMatch(/saw 1 cells in line 3, expected 2/);
    expect(await refusal('twice.csv', 'same.csv')).toMatch(/names of columns, each once/);
    expect(await refusal('broken.jsonl', 'same.csv')).toMatch(/in line 2, expected one JSON object/);
    expect(await refusal('broken.parquet', 'same.csv')).toMatch(/HF-CLI-010: .*expected a whole Parquet file/);
    expect(await refusal('strangers.csv', 'same.csv')).toMatch(/expected a column of .*nobody/);
    expect(await refusal('reference.csv', 'same.csv', '--columns', 'sise')).toMatch(/saw no column "sise", expected one of the columns at, size/);
    expect(await refusal('nowhere.csv', 'same.csv')).toMatch(/HF-CLI-009/);
    expect((await check('reference.csv', 'same.csv', '--alpha', '2')).code).toBe(2);
  });
});
