import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../test/run.ts';

const good = `x,y\n${Array.from({ length: 60 }, (_, i) => `${i},${i % 7}`).join('\n')}\n`;
const parquet = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'x', data: Array.from({ length: 60 }, (_, i) => i / 2), type: 'DOUBLE' }] }));
/** Bytes of a fixed seed that are no text. */
const noise = (count: number, seed = 7): Buffer => {
  let state = seed;
  return Buffer.from(Array.from({ length: count }, () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16));
};

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-files-'));
  await writeFile(at('good.csv'), good);
  await mkdir(at('folder.csv'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Anything that steers a terminal, but for the ends of lines. */
const controls = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u;

/** The one line that names the file, from either side of the command. */
async function refusal(name: string): Promise<string> {
  const [first, second] = [await run(['drift', 'check', at(name), at('good.csv')]), await run(['drift', 'check', at('good.csv'), at(name)])];
  expect([first.code, first.stdout, second.code, second.stdout]).toEqual([2, '', 2, '']);
  expect(first.stderr).not.toMatch(controls);
  expect(first.stderr.split('\n')[0]).toBe(second.stderr.split('\n')[0]);
  return first.stderr.split('\n')[0]!;
}

describe('holdfast drift check of a file that is no table', () => {
  it.each<[string, Uint8Array | string, RegExp]>([
    ['text.parquet', good, /text\.parquet is not.*saw text that begins with "x,y.*expected a Parquet file, which begins with PAR1/],
    ['noise.parquet', noise(5_000), /saw bytes that begin with (?:[\da-f]{2} ){7}[\da-f]{2}, expected a Parquet file, which begins with PAR1/],
    ['cut.parquet', parquet.subarray(0, -20), /cut\.parquet is not.*expected a whole Parquet file/],
    ['head.parquet', parquet.subarray(0, 6), /head\.parquet is not.*expected a whole Parquet file/],
    ['spoiled.parquet', Buffer.concat([parquet.subarray(0, -30), noise(22), parquet.subarray(-8)]), /expected a whole Parquet file/],
    ['empty.parquet', '', /saw no bytes, expected a Parquet file/],
    ['noise.csv', noise(5_000), /noise\.csv is not.*saw bytes that begin with .*expected CSV or JSON lines in UTF-8, or Parquet/],
    ['short.csv', noise(40, 99), /saw (?:bytes|text) that begin/],
    ['utf16.csv', Buffer.from(`\ufeff${good}`, 'utf16le'), /saw text in UTF-16 \(make it UTF-8: iconv -f UTF-16 -t UTF-8\)/],
    ['bare.csv', Buffer.from(good, 'utf16le'), /saw text in UTF-16/],
    ['packed.csv', gzipSync(good), /saw a gzip file \(unpack it first: gunzip\), expected CSV/],
    ['sheet.csv', Buffer.from('PK\x03\x04\x14\0\x06\0'), /saw a ZIP file \(so are \.xlsx and \.npz\)/],
    ['empty.csv', '', /saw no bytes, expected CSV/],
    [
      'broken.jsonl',
      '{"x": 1, "y": 2}\n{"x": 1, "y\u001b[31m\u009b": \n',
      /saw "\{\\"x\\": 1, \\"y\\u001b\[31m\\u009b\\": " in line 2, expected one JSON object/,
    ],
  ])('%s is refused in one line that says what it is', async (name, content, says) => {
    await writeFile(at(name), content);

    expect(await refusal(name)).toMatch(says);
  });

  it('is a folder, or is not there', async () => {
    expect(await refusal('folder.csv')).toMatch(/^HF-CLI-009: .*folder\.csv cannot be used: it is a folder, expected a file/);
    expect(await refusal('nowhere.csv')).toMatch(/^HF-CLI-009: .*nowhere\.csv cannot be used: it does not exist/);
  });
});

it('writes no control character of a file to the terminal: not of a name of a column, not of a word, in tables, notes, errors and JSON', async () => {
  const name = 'b\u001b]0;owned\u0007\u009b2J\u202e\nforged';
  const word = `a \u001b[5m ${'word that is long enough for text '.repeat(3)}`;
  const rows = (of: (i: number) => string) => `"${name}",x\n${Array.from({ length: 200 }, (_, i) => `"${of(i)}",${i}`).join('\n')}\n`;
  await writeFile(
    at('before.csv'),
    rows((i) => (i % 2 === 0 ? word : 'c')),
  );
  await writeFile(
    at('after.csv'),
    rows(() => word),
  );
  await writeFile(at('without.csv'), 'x\n1\n2\n');
  for (const args of [
    [at('after.csv')],
    [at('without.csv')],
    [at('after.csv'), '--json'],
    [at('without.csv'), '--json'],
    [at('after.csv'), '--columns', 'none'],
  ]) {
    const { stdout, stderr } = await run(['drift', 'check', at('before.csv'), ...args]);
    expect(stdout + stderr).toMatch(/b\\+u001b\]0;owned\\+u0007\\+u009b2J/);
    expect(stdout + stderr).not.toMatch(controls);
    if (!args.includes('--json')) expect(stdout + stderr).not.toMatch(/^forged/m);
  }
});
