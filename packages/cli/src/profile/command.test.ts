import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseProfile } from '@holdfast/stats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../test/run.ts';

// Both written by onnx (opset 17): flatten and Gemm over [N, 1, 2, 2] to three scores; Gemm over [N, 2] to two, with the weights [[1, -1], [-1, 1]].
const of_images =
  'CAg6vQEKHAoBeBIBZiIHRmxhdHRlbioLCgRheGlzGAGgAQIKEgoBZgoBVwoBYhIBeSIER2VtbRIBZyo7CAQIAxABQgFXSjAAAIA/AACAvwAAAAAAAAA/AAAAQAAAAAAAAAAAAACAPwAAAMAAAIA+AAAAAAAAgD8qFQgDEAFCAWJKDM3MzD3NzEw+mpmZPlocCgF4EhcKFQgBEhEKAxIBTgoCCAEKAggCCgIIAmIUCgF5Eg8KDQgBEgkKAxIBTgoCCANCBAoAEBE=';
const of_rows = 'CAg6XQoPCgF4CgFXEgF5IgRHZW1tEgFnKhsIAggCEAFCAVdKEAAAgD8AAIC/AACAvwAAgD9aFAoBeBIPCg0IARIJCgMSAU4KAggCYhQKAXkSDwoNCAESCQoDEgFOCgIIAkIECgAQEQ==';
const image_pipeline = {
  dataset: { name: 'd' },
  model: { name: 'm' },
  preproc: { pipeline: ['hwctochw', 'scale'], params: { scale: [0, 1] } },
  postproc: { pipeline: ['softmax', 'argmax'] },
};
const row_pipeline = { dataset: { name: 'd' }, model: { name: 'parts' }, preproc: { pipeline: [] }, postproc: { pipeline: ['softmax', 'argmax'] } };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-profile-'));
  const files = {
    'images.onnx': Buffer.from(of_images, 'base64'),
    'rows.onnx': Buffer.from(of_rows, 'base64'),
    'images.json': JSON.stringify(image_pipeline),
    'rows.json': JSON.stringify(row_pipeline),
    'images.idx': Buffer.concat([Buffer.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2), Buffer.of(255, 0, 0, 0, 0, 255, 0, 0)]),
    'labels.idx': Buffer.of(0, 0, 8, 1, 0, 0, 0, 2, 0, 2),
    'labelled.csv': 'length,kind,width\n5,big,1\n1,small,5\n6,small,2\n7,,2\n',
    'rows.csv': '"length, mm",width\r\n5,1\r\n1,5\r\n,2\r\n4,nan\r\n7,2\r\n',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => path.join(folder, name);
const profile = (kind: string, ...more: string[]) =>
  run(['model', 'profile', at(`${kind}.onnx`), '--pipeline', at(`${kind}.json`), '-o', at('profile.json'), ...more, '--json']);
const made = async () => parseProfile(await readFile(at('profile.json'), 'utf8'));

describe('holdfast model profile', () => {
  it('makes a profile from images, through pipeline and model', async () => {
    const { code, stdout } = await profile('images', '--images', at('images.idx'), '--classes', 'a,b,c');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ inferences: 2, classes: ['a', 'b', 'c'], conditions: [] });
    const { n, classes, features } = await made();
    expect([n, classes.counts]).toEqual([2, [1, 1, 0]]); // by hand: the first pixel alone is class a, the second is b
    expect(features.map((f) => f.name)).toContain('image.brightness');
    expect(features.find((f) => f.name === 'image.brightness')!.moments.mean).toBeCloseTo(63.75, 10);
  });

  it('of images in order, with a tolerance, says so; an option for something that is not given is refused, not passed over', async () => {
    expect((await profile('images', '--images', at('images.idx'), '--classes', 'a,b,c', '--ordered', '--tolerance', '0.3')).code).toBe(0);
    expect((await made()).tolerance).toBe(0.3);
    for (const stray of ['--categories', '--texts', '--label']) {
      const { code, stderr } = await profile('images', '--images', at('images.idx'), stray, 'colour');
      expect([code, stderr]).toEqual([2, expect.stringContaining(`saw ${stray} without --csv`)]);
    }
  });

  it('makes a profile from rows of numbers: an empty cell is a missing value, and classes without names are numbered', async () => {
    const { code, stdout } = await profile('rows', '--csv', at('rows.csv'));
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { inferences: 5, classes: ['0', '1'], features: ['input.length, mm', 'input.width', 'output.confidence', 'output.margin'] },
    ]);
    const { features, classes } = await made();
    expect(features[0]!.moments).toMatchObject({ count: 4, mean: 4.25, min: 1, max: 7 });
    expect(classes.counts[1]).toBe(1); // by hand: of 5-1, 1-5 and 7-2 the second alone is below 0; a missing value has no class by right
  });

  it('makes the calibration table of labels: an IDX file, a line each, or a column of the CSV file', async () => {
    await profile('images', '--images', at('images.idx'), '--classes', 'a,b,c', '--labels', at('labels.idx'));
    expect((await made()).calibration!.classes).toEqual({ predicted: [1, 1, 0], actual: [1, 0, 1], correct: [1, 0, 0] });
    await writeFile(at('labels.txt'), 'a\n1\n');
    await profile('images', '--images', at('images.idx'), '--classes', 'a,b,c', '--labels', at('labels.txt'));
    expect((await made()).calibration!.classes.correct).toEqual([1, 1, 0]);
    const { stdout } = await profile('rows', '--csv', at('labelled.csv'), '--label', 'kind', '--classes', 'big,small');
    expect(JSON.parse(stdout)).toMatchObject({ inferences: 4, labelled: 3, features: ['input.length', 'input.width', 'output.confidence', 'output.margin'] });
    expect((await made()).calibration!.classes).toEqual({ predicted: [2, 1], actual: [1, 2], correct: [1, 1] });
  });

  it('names a label that is no class, labels that are too few, and a column that is not there', async () => {
    await writeFile(at('labels.txt'), 'a\nzebra\n');
    const images = ['--images', at('images.idx'), '--classes', 'a,b,c', '--labels'];
    expect((await profile('images', ...images, at('labels.txt'))).stderr).toContain('zebra');
    await writeFile(at('labels.txt'), 'a\n');
    expect((await profile('images', ...images, at('labels.txt'))).stderr).toContain('1 labels, expected 2');
    expect((await profile('rows', '--csv', at('labelled.csv'), '--label', 'sort')).stderr).toContain('no column sort');
    expect((await profile('rows', '--csv', at('labelled.csv'), '--labels', at('labels.txt'))).stderr).toContain('--labels without --images');
  });

  it('makes a profile of lists in JSON, with no model: numbers, words, embeddings, null as missing', async () => {
    const reference = { temperature: [20.5, null, 21, 22], site: ['north', 'south', 'north'], pooled: [[1, 2, 3], [2, 1, 0], null] };
    await writeFile(at('reference.json'), JSON.stringify(reference));
    const { stdout, code } = await run(['model', 'profile', at('reference.json'), '-o', at('profile.json'), '--ordered', '--tolerance', '0.1', '--json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { inferences: 4, classes: [], labelled: 0 }]);
    const { features, embeddings, tolerance } = await made();
    expect(features.map((f) => [f.name, f.missing])).toEqual([
      ['input.temperature', 1],
      ...Array.from({ length: 8 }, (_, i) => [`input.pooled.p${i}`, 2]),
      ['input.site', 0],
      ['embedding.pooled.novelty', 2],
    ]);
    expect(features.find((f) => f.name === 'input.site')).toMatchObject({ counts: [2, 1, 0, 0], categories: { names: ['north', 'south'] } });
    expect([embeddings!.map(({ name }) => name), tolerance]).toEqual([['pooled'], 0.1]);
  });

  it.each([
    ['[]', 'saw no object'],
    ['{}', 'saw 0 features'],
    ['{"a": []}', '"a": 0 values'],
    ['{"a": 1}', '"a": no list'],
    ['{"a": [1, "x"]}', '"a"[1]: "x"'],
    ['{"a": [[1], [true]]}', '"a"[1]: [true]'],
    ['{"a": [true]}', '"a"[0]: true'],
    ['{"a": [1, 2', 'expected one JSON value'],
  ])('refuses the reference %s and says why', async (text, message) => {
    await writeFile(at('reference.json'), text);
    const refused = await run(['model', 'profile', at('reference.json'), '-o', at('p')]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('takes words and texts of a CSV file that the model does not', async () => {
    await writeFile(at('mixed.csv'), 'length,colour,width,note\n5,red,1,Hello you\n1,,5,\n7,blue,2,Two words\n');
    const { code } = await profile('rows', '--csv', at('mixed.csv'), '--categories', 'colour', '--texts', 'note');
    const { features } = await made();
    expect([code, features.map((f) => f.name).slice(4)]).toEqual([
      0,
      ['input.note.characters', 'input.note.words', 'input.note.non_ascii', 'input.note.digits', 'input.note.upper', 'input.colour'],
    ]);
    expect(features.find((f) => f.name === 'input.note.words')).toMatchObject({ missing: 1, moments: { count: 2, mean: 2 } });
    expect(features.at(-1)).toMatchObject({ missing: 1, categories: { names: ['blue', 'red'], others: [] } });
  });

  it('takes sounds and embeddings beside rows, one a row', async () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (5, 2), }\n";
    const values = new Uint8Array(Float32Array.from({ length: 10 }, (_, i) => i - 4.5).buffer);
    await writeFile(at('e.npy'), Buffer.concat([Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(header.length)}\x00${header}`, 'latin1'), values]));
    const { code } = await profile('rows', '--csv', at('rows.csv'), '--embeddings', `pooled=${at('e.npy')}`);
    const { features, embeddings, n } = await made();
    expect([code, n, embeddings!.map(({ name }) => name)]).toEqual([0, 5, ['pooled']]);
    expect(features.map((f) => f.name)).toEqual(expect.arrayContaining(['input.length, mm', 'output.margin', 'input.pooled.p7', 'embedding.pooled.novelty']));
    const short = await profile('rows', '--csv', at('labelled.csv'), '--label', 'kind', '--classes', 'big,small', '--embeddings', `pooled=${at('e.npy')}`);
    expect([short.code, short.stderr]).toEqual([2, expect.stringContaining('saw 5 of pooled, expected 4')]);
  });

  it('names the line and the cell that are wrong, and what is no model, no pipeline or no row', async () => {
    for (const [name, content, args, code, saw] of [
      ['x.csv', 'a,b\n1,2\n1,two\n', ['--csv'], 'HF-CLI-010', '"two" as b in line 3'],
      ['x.csv', 'a,b\n1\n', ['--csv'], 'HF-CLI-010', '1 cells in line 2, expected 2'],
      ['x.csv', 'a,a\n1,2\n', ['--csv'], 'HF-CLI-010', 'names of columns, each once'],
      ['x.csv', 'a,b\n', ['--csv'], 'HF-CLI-010', '0 rows'],
      ['x.csv', 'a\n1\n', ['--csv'], 'HF-MODEL-002', 'shape [1]'],
    ] as const) {
      await writeFile(at(name), content);
      const done = await profile('rows', ...args, at(name));
      expect(JSON.parse(done.stderr)).toMatchObject({ code, message: expect.stringContaining(saw) as string });
    }
    await writeFile(at('broken.json'), '{"model": ');
    const broken = await run(['model', 'profile', at('rows.onnx'), '--pipeline', at('broken.json'), '--csv', at('rows.csv'), '-o', at('p')]);
    expect(broken.stderr).toMatch(/^HF-PIPE-001: Line 1/);
    const none = await run(['model', 'profile', at('rows.csv'), '--pipeline', at('rows.json'), '--csv', at('rows.csv'), '-o', at('p')]);
    expect(none.stderr).toMatch(/^HF-MODEL-001: /);
    expect((await profile('images', '--csv', at('rows.csv'))).stderr).toContain('HF-MODEL-002');
    expect((await profile('rows')).stderr).toContain('saw neither, expected one of --images and --csv');
  });
});
