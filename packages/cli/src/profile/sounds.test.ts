import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseProfile, project } from '@holdfast/stats';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../test/run.ts';
import { readEmbeddings } from './embeddings.ts';
import { readSounds } from './sounds.ts';

interface Wav {
  readonly says: string;
  /** In base64. */
  readonly file: string;
  readonly is: readonly number[];
}
/** Written by Python's wave module and by hand; the numbers are those of the Python SDK. */
const { wavs } = JSON.parse(readFileSync(new URL('../../../stats/golden/descriptors.json', import.meta.url), 'utf8')) as { wavs: Wav[] };
const wavOf = (says: string): Buffer => Buffer.from(wavs.find((one) => one.says === says)!.file, 'base64');
const plain = wavOf('PCM of 16 bits');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-sounds-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, content: Uint8Array | string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** The file with bytes of it changed. */
function changed(file: Buffer, at: number, ...bytes: number[]): Buffer {
  const other = Buffer.from(file);
  other.set(bytes, at);
  return other;
}

/** As numpy.save writes it (version 1.0). */
function npy(descr: string, shape: string, content: Uint8Array, order = 'False'): Buffer {
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
  const size = Buffer.alloc(2);
  size.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), size, Buffer.from(header), content]);
}
const floats = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

describe('a WAV file', () => {
  it.each(wavs.map(({ says, file, is }) => [says, file, is] as const))('of %s gives the numbers of the Python SDK', async (_says, file, is) => {
    const { rows } = await readSounds(await put('a.wav', Buffer.from(file, 'base64')));
    expect(rows[0]!.length).toBe(is.length);
    rows[0]!.forEach((value, i) => expect(value).toBeCloseTo(is[i]!, 9));
  });

  it.each<[string, Buffer, RegExp]>([
    ['cut short', plain.subarray(0, -8), /saw 292 bytes of samples, and then its end, expected 300/],
    ['without samples', plain.subarray(0, 36), /saw no samples/],
    ['of no length', Buffer.concat([plain.subarray(0, 40), Buffer.alloc(4)]), /saw 0 samples/],
    ['in mu-law', changed(plain, 20, 7), /saw mu-law, 16 bits, expected PCM/],
    ['of 12 bits', changed(plain, 34, 12), /saw PCM, 12 bits/],
    ['of a format of its maker', changed(wavOf('floats of 32 bits, extensible'), 59, 1), /a format of its maker, 32 bits/],
    ['without a channel', changed(plain, 22, 0), /saw 0 channels/],
    ['whose blocks are of another size', changed(plain, 32, 3), /3 bytes for each/],
    ['of half a sample', changed(plain.subarray(0, -1), 40, 43, 1), /299 bytes of samples, expected a multiple of 2/],
    ['that is big-endian', changed(plain, 3, 0x58), /RIFX/],
    ['that is a FLAC file', Buffer.from('fLaC\0\0\0\x22'), /a FLAC file, expected a WAV file/],
    ['that is noise', Buffer.of(7, 27, 91, 200, 1, 2, 3, 4, 5), /bytes that begin with 07 1b 5b c8 01 02 03 04, expected a WAV file/],
    ['without a byte', Buffer.alloc(0), /no bytes, expected a WAV file/],
  ])('%s is refused by what it is', async (_says, content, saw) => {
    await expect(readSounds(await put('a.wav', content))).rejects.toMatchObject({ code: 'HF-CLI-010', message: expect.stringMatching(saw) as string });
  });

  it('of which a sample is no number has no numbers, as in the SDKs', async () => {
    const file = changed(wavOf('floats of 32 bits'), 44, 0, 0, 0xc0, 0x7f);
    expect((await readSounds(await put('a.wav', file))).rows[0]!.map(Number.isNaN)).toEqual([true, true, true]);
  });
});

describe('sounds', () => {
  it('are those of a folder, whose folders are conditions, or of a list of paths', async () => {
    const loud = wavOf('PCM of 8 bits');
    const files = { 'in/b.wav': plain, 'in/a.WAV': loud, 'in/night/c.wave': plain, 'in/notes.txt': 'not read' };
    for (const [name, content] of Object.entries(files)) await put(name, content);
    const { rows, conditions } = await readSounds(path.join(folder, 'in'));
    const of = (file: Buffer) => wavs.find((one) => one.file === file.toString('base64'))!.is[0]!;
    expect(rows.map(([level]) => level!.toFixed(9))).toEqual([loud, plain, plain].map((file) => of(file).toFixed(9)));
    expect(conditions).toEqual({ names: ['clean', 'night'], of: [0, 0, 1] });
    const listed = await readSounds(await put('list.txt', `in/b.wav\r\n\n${path.join(folder, 'in', 'a.WAV')}\n`));
    expect([listed.rows, listed.conditions]).toEqual([[rows[1], rows[0]], null]);
  });

  it('that are not there are named: an empty folder, a path of a list, a file of another kind', async () => {
    await mkdir(path.join(folder, 'empty'));
    await expect(readSounds(path.join(folder, 'empty'))).rejects.toMatchObject({ message: expect.stringContaining('saw no file NAME.wav') as string });
    await expect(readSounds(await put('list', 'a.wav\n'))).rejects.toMatchObject({ code: 'HF-CLI-009', message: expect.stringContaining('a.wav') as string });
    await expect(readSounds(await put('list', '\n'))).rejects.toMatchObject({ message: expect.stringContaining('saw no path') as string });
    await expect(readSounds(await put('song', 'ID3\x04'))).rejects.toMatchObject({ message: expect.stringContaining('an MP3 file') as string });
    await expect(readSounds(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'HF-CLI-009' });
  });
});

describe('embeddings of an NPY file', () => {
  it('of floats of 4 and of 8 bytes are projected as the SDKs do it', async () => {
    const values = [0.5, -1.5, 2, 0.25, 4, -8];
    const expected = [project(values.slice(0, 3)), project(values.slice(3))];
    expect(await readEmbeddings(await put('a.npy', npy('<f4', '(2, 3)', floats(values))))).toEqual(expected);
    expect(await readEmbeddings(await put('a.npy', npy('<f8', '(2, 3)', new Uint8Array(Float64Array.from(values).buffer))))).toEqual(expected);
  });

  it.each<[string, Buffer, RegExp]>([
    ['of big-endian floats', npy('>f4', '(1, 2)', floats([1, 2])), /kind ">f4", expected floats of 4 or 8 bytes/],
    ['of objects', npy('|O', '(1, 2)', floats([1, 2])), /kind "\|O"/],
    ['of no kind', npy('constructor', '(1, 2)', floats([1, 2])), /kind "constructor"/],
    ['whose shape is none', npy('<f4', '(3 4, 4)', floats([1, 2])), /the shape \(3 4, 4\)/],
    ['in one dimension', npy('<f4', '(2,)', floats([1, 2])), /a shape of 2, expected 1 to 1000000 rows x 1 to 65536 numbers/],
    ['without a row', npy('<f4', '(0, 2)', floats([])), /a shape of 0 x 2/],
    ['cut short', npy('<f4', '(2, 2)', floats([1, 2])), /8 bytes behind its header, expected 16 for 2 x 2/],
    ['that is larger than it says', npy('<f4', '(1, 1)', floats([1, 2])), /8 bytes behind its header, expected 4/],
    ['columns first', npy('<f4', '(1, 2)', floats([1, 2]), 'True'), /columns first/],
    ['whose header is cut', npy('<f4', '(1, 2)', floats([])).subarray(0, 40), /a header without a shape/],
    ['that is an .npz', Buffer.from('PK\x03\x04'), /a ZIP file/],
    ['that is text', Buffer.from('[[1, 2]]'), /text that begins with "\[\[1, 2\]\]", expected an NPY file/],
  ])('%s are refused by what they are', async (_says, content, saw) => {
    await expect(readEmbeddings(await put('a.npy', content))).rejects.toMatchObject({ code: 'HF-CLI-010', message: expect.stringMatching(saw) as string });
  });
});

describe('holdfast model profile of sounds and embeddings', () => {
  const made = async () => parseProfile(readFileSync(path.join(folder, 'p.json'), 'utf8'));
  const profile = (...args: string[]) => run(['model', 'profile', ...args, '-o', path.join(folder, 'p.json'), '--json']);

  it('needs no model, and may stand beside lists', async () => {
    await put('in/a.wav', plain);
    await put('in/night/b.wav', wavOf('PCM of 8 bits'));
    const alone = await profile('--audio', `mic=${path.join(folder, 'in')}`);
    expect([alone.code, JSON.parse(alone.stdout)]).toMatchObject([
      0,
      { inferences: 2, features: ['input.mic.level_db', 'input.mic.centroid_hz', 'input.mic.zero_crossings'], conditions: ['clean', 'night'] },
    ]);
    const embeddings = await put('e.npy', npy('<f4', '(3, 2)', floats([1, 2, 3, 4, 5, 6])));
    const lists = await put('lists.json', '{"temperature": [20.5, null]}');
    const beside = await profile(lists, '--audio', `mic=${path.join(folder, 'in')}`, '--embeddings', `pooled=${embeddings}`);
    expect([beside.code, JSON.parse(beside.stdout)]).toMatchObject([0, { inferences: 3, conditions: [] }]);
    const { features } = await made();
    expect(features.filter(({ name }) => !/\.p\d$/.test(name)).map(({ name, missing }) => [name, missing])).toEqual([
      ['input.temperature', 1],
      ['input.mic.level_db', 0],
      ['input.mic.centroid_hz', 0],
      ['input.mic.zero_crossings', 0],
      ['embedding.pooled.novelty', 0],
    ]);
  });

  it('is refused where a name stands for two things, or there is nothing to make it of', async () => {
    const wav = await put('a.wav', plain);
    const lists = await put('lists.json', '{"mic": [1]}');
    expect((await profile(lists, '--audio', `mic=${wav}`)).stderr).toContain('saw \\"mic\\" twice');
    expect((await profile('--audio', `mic=${wav}`, '--audio', `mic=${wav}`)).code).toBe(2);
    expect((await profile('--audio', wav)).stderr).toContain('the name that the program logs it by');
    expect((await profile()).stderr).toContain('saw no file');
    const again = await profile(await put('again.json', '{"mic.level_db": [1]}'), '--audio', `mic=${wav}`);
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/input\.mic\.level_db.* again, expected each name once/)]);
    await expect(made()).rejects.toThrow('ENOENT');
    expect((await profile('--audio', `mic=${wav}`, '--images', folder)).stderr).toContain('saw --audio with --images');
  });
});
