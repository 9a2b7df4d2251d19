// PGM and PPM, the binary ones of Netpbm (netpbm.sourceforge.net/doc/pgm.html, ppm.html): a line of text, then one byte a value.
import { failure } from '@holdfast/base';
import type { Image } from '@holdfast/pipeline';

/** Between the numbers stand spaces, lines and comments; behind the last one exactly one space. */
const header = /^P([56])(?:\s|#[^\n]*\n)+(\d{1,6})(?:\s|#[^\n]*\n)+(\d{1,6})(?:\s|#[^\n]*\n)+(\d{1,5})\s/;

export function readPnm(file: string, bytes: Buffer): Image {
  const head = header.exec(bytes.subarray(0, 1_000).toString('latin1'));
  const [, kind, width = 0, height = 0, greatest] = head?.map(Number) ?? [];
  if (!head || greatest !== 255)
    throw failure('HF-CLI-010', { file, saw: head ? `values up to ${greatest}` : 'no header', expected: 'PGM or PPM with values up to 255' });
  const channels = kind === 6 ? 3 : 1;
  const pixels = new Uint8Array(bytes.subarray(head[0].length, head[0].length + width * height * channels));
  if (pixels.length !== width * height * channels || pixels.length === 0)
    throw failure('HF-CLI-010', { file, saw: `${pixels.length} values`, expected: `${width * height * channels} for ${width} x ${height}` });
  return { width, height, channels, pixels };
}
