import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readImages } from './images.ts';

// Written by Pillow 12 and numpy 2 from random pixels; the pixels beside them are those that they were written from.
const pillow: Readonly<Record<string, readonly [number, number, number, string, string]>> = {
  'RGB, filters 0, 1, 2 and 4': [
    5,
    12,
    3,
    'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAMCAIAAAAlAuB6AAAAqklEQVR4nFXBS27CMBAAUBIMSkzs2J7xxH8nCLrvfaqehuMgddWTdF2x4AwIJDasea9h27Vfjlbswry46JkOJYmOpjlLBOlYEJ2liBHHoYfIWT585qrnKaDzmpZ29Y7V0DmJMA7CGxyBIfed03Lamw2QAiaIO2u10qbSaPjqflmXf/v8u319nB7f1+bn91ywpDyBmcPBt0VlSpEoQ+LU9y04rjdKK3SyYk0vC0UXKljuN30AAAAASUVORK5CYII=',
    'BAYDHScoMjQzTFRUZG9tFSAhOTQwT0tTbGJof32FLy0pTkpLY2Zne3JxkpiPTFFaa3Bri4eFn5+esLW/TFFaa3Bri4eFn5+esLW/a2tig35/npaRrLiwxMfSf3V7i5aQrK2zvr3G2tfljIuFpKulvb3E0Nzc6e7v998DHt0V+9P1XCaE+F7jr7WszcnK6ebh/PgBFhwazcXJ4+Xl//z+DxQLLCUj4N3T9Or1EAwSJyIqQEQ/',
  ],
  gray: [3, 3, 1, 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAADCAAAAABzQ+pjAAAAFElEQVR4nGOs5LJj+MyhwnT/lTQAE/oDyEuvamcAAAAASUVORK5CYII=', 'eYPB8wgk0vI/'],
  'RGB and alpha': [
    3,
    2,
    3,
    'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAI0lEQVR4nGOYc/RVLtf29vulcfyljEuO3jL/zJGh6HDcIQQAp6QL0eL0/W0AAAAASUVORK5CYII=',
    'nMXqCreHdV4PpMXal81C15SC',
  ],
  palette: [
    4,
    5,
    3,
    'iVBORw0KGgoAAAANSUhEUgAAAAQAAAAFCAMAAABVc73pAAAAPFBMVEW/9hfA1olP3mxF00F0xlxopIzRVHNrhEoiYmcfdPodbJ/sRrnnNIDJH025S4p8HfspUvgPR38VB91DBcDHDrrtAAAAIUlEQVR4nGNgYmYVYmBk4+Vk4OARFmTgZ+DjZhBg52IBAAilAL/gN9ugAAAAAElFTkSuQmCC',
    'T95sRdNBaKSMFQfdwNaJ0VRzyR9NH3T6ImJn5zSAQwXAD0d/fB37v/YXuUuK7Ea5KVL4a4RKHWyfdMZc',
  ],
  'gray and alpha': [
    3,
    3,
    1,
    'iVBORw0KGgoAAAANSUhEUgAAAAMAAAADCAQAAAD8IX00AAAAHUlEQVR4nGOsrOTisrNj+PyZg0NFhen+/VevpKUBRpoHjISgtB4AAAAASUVORK5CYII=',
    'eYPB8wgk0vI/',
  ],
};
const one_bit = 'iVBORw0KGgoAAAANSUhEUgAAAAMAAAADAQAAAAB+U4gSAAAADklEQVR4nGNIYFJgOAAAAw4BQ8NPV1cAAAAASUVORK5CYII=';
const npy =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDIsIDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqC+8ANJYvREa7Cyd8xjs1bMHoUONqq3Nc=';
const npy_of_floats =
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDEsIDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAJDAAB7QwAAQEMAAFBBAAAUQgAAC0MAAERCAAAOQwAATUMAALZCAABAQgAA9EI=';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-images-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, content: Uint8Array | string): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}
const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

/** A PNG of gray lines, each behind the number of its filter. */
function png(width: number, height: number, lines: Uint8Array): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const chunk = (kind: string, content: Buffer): Buffer => {
    const [size, named, sum] = [Buffer.alloc(4), Buffer.concat([Buffer.from(kind), content]), Buffer.alloc(4)];
    size.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([size, named, sum]);
  };
  return Buffer.concat([Buffer.of(137, 80, 78, 71, 13, 10, 26, 10), chunk('IHDR', head), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))]);
}

describe('a PNG file', () => {
  it.each(Object.entries(pillow))('of %s has the pixels that it was written from', async (_, [width, height, channels, file, pixels]) => {
    const [image] = (await readImages(await put('x.png', bytes(file)))).images;
    expect(image).toMatchObject({ width, height, channels });
    expect([...image!.pixels]).toEqual([...bytes(pixels)]);
  });

  it('of averages (filter 3) is added up by half of left and above', async () => {
    // By hand: line 1 from nothing: 10, 20 + 10/2 = 25; line 2: 4 + 10/2 = 9, 6 + (9 + 25)/2 = 23.
    const file = await put('x.png', png(2, 2, Uint8Array.of(3, 10, 20, 3, 4, 6)));
    expect([...(await readImages(file)).images[0]!.pixels]).toEqual([10, 25, 9, 23]);
  });

  it('of another kind, cut short, or broken is refused with what was seen', async () => {
    const whole = bytes(pillow['gray']![3]);
    for (const [content, saw] of [
      [bytes(one_bit), /1 bits, colour type 0, 3 x 3/],
      [whole.subarray(0, 20), /no header/],
      [whole.subarray(0, 50), /a whole PNG file/],
      [png(2, 2, Uint8Array.of(9, 1, 1, 0, 1, 1)), /the filter 9 in line 1/],
      [png(2, 3, Uint8Array.of(0, 1, 1)), /3 bytes of pixels/],
    ] as const)
      await expect(readImages(await put('x.png', content))).rejects.toMatchObject({ code: 'HF-CLI-010', message: expect.stringMatching(saw) as string });
  });
});

describe('a file of many images', () => {
  it('is read as numpy and as MNIST have it', async () => {
    const { images } = await readImages(await put('images.npy', bytes(npy)));
    expect(images.map(({ width, height, channels }) => [width, height, channels])).toEqual([
      [2, 2, 3],
      [2, 2, 3],
    ]);
    expect([...images[1]!.pixels]).toEqual([49, 142, 205, 91, 48, 122, 20, 56, 218, 170, 220, 215]);
    const idx = await put('images.idx', Buffer.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4));
    expect((await readImages(idx)).images.map((i) => [i.width, i.height, ...i.pixels])).toEqual([
      [2, 1, 1, 2],
      [2, 1, 3, 4],
    ]);
  });

  it('of other numbers, of another shape or cut short is refused', async () => {
    for (const [content, saw] of [
      [bytes(npy_of_floats), /numbers of kind <f4, expected bytes/],
      [bytes(npy).subarray(0, -1), /23 bytes behind its header, expected 24/],
      [Buffer.of(0, 0, 8, 1, 0, 0, 0, 1, 7), /a shape of 1, expected count x height x width/],
      [Buffer.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0), /a JPEG file/],
      [Buffer.from('not an image'), /bytes of another kind/],
      [Buffer.from(''), /no bytes/],
    ] as const)
      await expect(readImages(await put('x', content))).rejects.toMatchObject({ code: 'HF-CLI-010', message: expect.stringMatching(saw) as string });
  });
});

describe('a folder', () => {
  it('holds a condition for each folder inside, in the order of the paths', async () => {
    await put('in/night/1.pgm', 'P5 # a lamp\n2 1\n255\nab');
    await put('in/a.ppm', 'P6\n1 1\n255\nabc');
    await put('in/notes.txt', 'not read');
    const { images, conditions } = await readImages(path.join(folder, 'in'));
    expect(images.map((i) => [i.channels, Buffer.from(i.pixels).toString()])).toEqual([
      [3, 'abc'],
      [1, 'ab'],
    ]);
    expect(conditions).toEqual({ names: ['clean', 'night'], of: [0, 1] });
    await rm(path.join(folder, 'in', 'night'), { recursive: true });
    expect((await readImages(path.join(folder, 'in'))).conditions).toBeNull();
  });

  it('without an image, or that is not there, is refused', async () => {
    await mkdir(path.join(folder, 'empty'));
    await expect(readImages(path.join(folder, 'empty'))).rejects.toMatchObject({ code: 'HF-CLI-010' });
    await expect(readImages(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'HF-CLI-009' });
    await expect(readImages(await put('x.pgm', 'P5\n2 2\n255\nabc'))).rejects.toMatchObject({ message: expect.stringContaining('3 values') as string });
    await expect(readImages(await put('x.pgm', 'P5\n2 2\n65535\nabcdefgh'))).rejects.toMatchObject({ message: expect.stringContaining('65535') as string });
  });
});
