// agent/sync: the file of labels: each seq once and in order, whatever comes twice, is cut, or is taken away.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import { LabelFile } from './label-file.ts';

const folderOf = temporaryFolders();
const label = (seq: number) => ({ seq, reference: seq % 7, at_ms: 1_790_000_000_000 + seq, label: seq % 3 });
const labels = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => label(from + i));
const linesOf = (folder: string): ReturnType<typeof label>[] =>
  readFileSync(join(folder, 'labels.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ReturnType<typeof label>);

describe('the file of labels', () => {
  it('holds what came, a line each, and is not made before something came', () => {
    const folder = folderOf();
    const file = new LabelFile(folder);
    expect([file.take([]), file.after, existsSync(file.path)]).toEqual([0, 0, false]);
    expect(file.take(labels(1, 3))).toBe(3);
    expect(linesOf(folder)).toEqual(labels(1, 3));
    expect(readFileSync(file.path, 'utf8').split('\n')[0]).toBe('{"seq":1,"reference":1,"at_ms":1790000000001,"label":1}');
  });

  it('takes a label once that comes twice, also after a start, and keeps a hole where labels were forgotten', () => {
    const folder = folderOf();
    expect(new LabelFile(folder).take(labels(1, 4))).toBe(4);
    const again = new LabelFile(folder);
    expect([again.after, again.take(labels(1, 4)), again.take([...labels(3, 5), label(9)])]).toEqual([4, 0, 2]);
    expect(linesOf(folder).map((line) => line.seq)).toEqual([1, 2, 3, 4, 5, 9]);
  });

  it.each([1, 20, 54, 55, 56, 100, 109])('cuts what is torn when it starts, and takes it again: %i bytes gone', (gone) => {
    const folder = folderOf();
    const { path } = new LabelFile(folder);
    new LabelFile(folder).take(labels(1, 5));
    truncateSync(path, statSync(path).size - gone);
    const again = new LabelFile(folder);
    expect(again.after).toBeLessThan(5);
    expect(linesOf(folder).at(-1)?.seq).toBe(again.after);
    again.take(labels(again.after! + 1, 6));
    expect(linesOf(folder)).toEqual(labels(1, 6));
  });

  it('cuts what is no label of ours, and what goes back', () => {
    const folder = folderOf();
    const file = new LabelFile(folder);
    file.take(labels(1, 3));
    appendFileSync(file.path, `${JSON.stringify(label(2))}\n${JSON.stringify(label(4))}\n`);
    expect(new LabelFile(folder).after).toBe(3);
    appendFileSync(file.path, `{"seq":"4"}\n${JSON.stringify(label(5))}\n`);
    expect(new LabelFile(folder).after).toBe(3);
    expect(linesOf(folder)).toEqual(labels(1, 3));
    writeFileSync(file.path, Buffer.alloc(5_000_000)); // none of ours at all
    expect([new LabelFile(folder).after, statSync(file.path).size]).toEqual([0, 0]);
  });

  it('goes by what is there where somebody took the file away or changed it meanwhile', () => {
    const folder = folderOf();
    const file = new LabelFile(folder);
    file.take(labels(1, 3));
    rmSync(file.path);
    expect(file.take(labels(4, 5))).toBe(2);
    expect([linesOf(folder), file.after]).toEqual([labels(4, 5), 5]);
    writeFileSync(file.path, `${JSON.stringify(label(1))}\n`);
    expect(file.take(labels(6, 6))).toBe(1);
    expect(linesOf(folder)).toEqual([label(1), label(6)]);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link to a file of somebody else', (path: string) => symlinkSync(`${path}.other`, path)],
    ['a link that goes round', (path: string) => symlinkSync(path, path)],
  ])('asks for nothing while %s is in the way, leaves it as it is, and goes on when it is gone', (_what, put) => {
    const folder = folderOf();
    const path = join(folder, 'labels.jsonl');
    writeFileSync(`${path}.other`, 'not ours');
    put(path);
    const file = new LabelFile(folder);
    expect([file.after, file.problem]).toEqual([null, expect.stringContaining('is not a file')]);
    expect(() => file.take(labels(1, 2))).toThrow('is not a file');
    expect(readFileSync(`${path}.other`, 'utf8')).toBe('not ours');
    rmSync(path, { recursive: true });
    expect([file.after, file.problem, file.take(labels(1, 2)), file.after]).toEqual([0, null, 2, 2]);
  });

  it('is written anew with its newer half where it would pass a megabyte, and goes on in order', () => {
    const folder = folderOf();
    const file = new LabelFile(folder);
    for (let from = 1; from < 40_000; from += 500) file.take(labels(from, from + 499));
    const seqs = linesOf(folder).map((line) => line.seq);
    expect(statSync(file.path).size).toBeLessThanOrEqual(1_048_576);
    expect(statSync(file.path).size).toBeGreaterThan(400_000);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => 40_000 - seqs.length + 1 + i));
    expect(new LabelFile(folder).after).toBe(40_000);
  });

  it.each([
    [[label(2), label(1)]],
    [[label(1), { ...label(2), reference: -1 }]],
    [[{ ...label(1), label: null as unknown as number }]],
    [[{ ...label(1.5) }]],
    [Array.from({ length: 501 }, (_, i) => label(i + 1))],
    ['labels' as unknown as ReturnType<typeof labels>],
  ])('refuses a whole reply that is not one: %j', (bad) => {
    const folder = folderOf();
    const file = new LabelFile(folder);
    expect(() => file.take(bad)).toThrow(expect.objectContaining({ code: 'HF-AGENT-008' }));
    expect([file.after, existsSync(file.path)]).toEqual([0, false]);
  });
});
