// PNG (ISO/IEC 15948, www.w3.org/TR/png-3): 8 bits a sample, without interlacing; gray, RGB, palette; alpha is left out.
// A picture of another kind is refused by name. Pixels are as they stand: no gamma, no colour profile, as a camera's driver would give them.
import { inflateSync } from 'node:zlib';
import { failure } from '@holdfast/base';
import type { Image } from '@holdfast/pipeline';

/** Samples a pixel, by colour type. */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const pixels_max = 100_000_000;

export function readPng(file: string, bytes: Buffer): Image {
  const bad = (saw: string, expected: string) => failure('HF-CLI-010', { file, saw, expected });
  const chunks = chunksOf(bytes);
  const head = chunks.find((c) => c.kind === 'IHDR')?.content;
  if (!head || head.length < 13) throw bad('no header', 'a whole PNG file');
  const [width, height, depth, colour, interlaced] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8]!, head[9]!, head[12]!];
  const each = samples[colour];
  if (depth !== 8 || !each || interlaced !== 0 || width * height > pixels_max || width * height === 0)
    throw bad(`${depth} bits, colour type ${colour}, ${width} x ${height}${interlaced ? ', interlaced' : ''}`, '8 bits a sample, not interlaced');
  const lines = inflated(Buffer.concat(chunks.filter((c) => c.kind === 'IDAT').map((c) => c.content)), height * (width * each + 1), bad);
  const flat = unfilter(lines, width * each, height, each, bad);
  const palette = chunks.find((c) => c.kind === 'PLTE')?.content ?? Buffer.alloc(0);
  return { width, height, ...pick(flat, colour, each, palette) };
}

function chunksOf(bytes: Buffer): { kind: string; content: Buffer }[] {
  const found = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    found.push({ kind: bytes.subarray(at + 4, at + 8).toString('latin1'), content: bytes.subarray(at + 8, Math.min(at + 8 + size, bytes.length)) });
    at += size + 12;
  }
  return found;
}

function inflated(packed: Buffer, size: number, bad: (saw: string, expected: string) => Error): Buffer {
  try {
    const lines = inflateSync(packed, { maxOutputLength: size });
    if (lines.length === size) return lines;
    throw bad(`${lines.length} bytes of pixels`, `${size}`);
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code?.startsWith('HF-') ? cause : bad((cause as Error).message, 'a whole PNG file');
  }
}

/** Section 9: each line begins with the kind of its filter; `left`, `above` and `corner` are samples that are known already. */
function unfilter(lines: Buffer, line_bytes: number, height: number, each: number, bad: (saw: string, expected: string) => Error): Uint8Array {
  const out = new Uint8Array(line_bytes * height);
  for (let y = 0; y < height; y++) {
    const kind = lines[y * (line_bytes + 1)]!;
    if (kind > 4) throw bad(`the filter ${kind} in line ${y + 1}`, '0 to 4');
    for (let x = 0; x < line_bytes; x++) {
      const at = y * line_bytes + x;
      const left = x >= each ? out[at - each]! : 0;
      const above = y > 0 ? out[at - line_bytes]! : 0;
      const corner = x >= each && y > 0 ? out[at - line_bytes - each]! : 0;
      out[at] = lines[y * (line_bytes + 1) + 1 + x]! + [0, left, above, (left + above) >> 1, paeth(left, above, corner)][kind]!;
    }
  }
  return out;
}

/** Section 9.4: of left, above and corner the one nearest to left + above - corner. */
function paeth(left: number, above: number, corner: number): number {
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

function pick(flat: Uint8Array, colour: number, each: number, palette: Uint8Array): { channels: number; pixels: Uint8Array } {
  if (colour === 3)
    return { channels: 3, pixels: Uint8Array.from({ length: flat.length * 3 }, (_, i) => palette[3 * flat[Math.floor(i / 3)]! + (i % 3)] ?? 0) };
  const channels = each >= 3 ? 3 : 1;
  if (channels === each) return { channels, pixels: flat };
  const count = flat.length / each;
  return { channels, pixels: Uint8Array.from({ length: count * channels }, (_, i) => flat[Math.floor(i / channels) * each + (i % channels)]!) };
}
