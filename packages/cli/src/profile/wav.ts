// WAV: PCM of 8, 16, 24 and 32 bits, floats of 32 and 64, little-endian, with any number of channels: a sound is their mean, as an app with one microphone logs it.
// Full scale is 1: PCM is divided by 2^(bits - 1), 8 bits count from 128. Anything else, and a file that is cut short, is refused by what it is (HF-CLI-010).
// Sources: Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0, 1991; WAVEFORMATEXTENSIBLE in Microsoft's mmreg.h.
import { failure } from '@holdfast/base';
import { startOf } from '../start-of.ts';

export interface Sound {
  /** -1 to 1; floats may be beyond. */
  readonly samples: Float64Array;
  readonly rate_hz: number;
}

interface Format {
  readonly read: (bytes: Buffer, at: number) => number;
  readonly channels: number;
  readonly rate_hz: number;
  readonly sample_bytes: number;
}
type Refuse = (saw: string, expected: string) => Error;

const samples_max = 16_777_216;
/** A program that writes to a pipe does not know the size, and says the largest there is: ffmpeg 2^32 - 1, sox and arecord some 2^31. */
const size_unknown_min = 0x7fff0000;
const extensible = 0xfffe;
/** Behind its first two bytes, which are the format, the name of a format that is in this list (KSDATAFORMAT_SUBTYPE). */
const subtype_tail = '000000001000800000aa00389b71';

const readers: Readonly<Record<string, Format['read']>> = {
  '1/8': (bytes, at) => (bytes[at]! - 128) / 128,
  '1/16': (bytes, at) => bytes.readInt16LE(at) / 2 ** 15,
  '1/24': (bytes, at) => bytes.readIntLE(at, 3) / 2 ** 23,
  '1/32': (bytes, at) => bytes.readInt32LE(at) / 2 ** 31,
  '3/32': (bytes, at) => bytes.readFloatLE(at),
  '3/64': (bytes, at) => bytes.readDoubleLE(at),
};
const names: Readonly<Record<number, string>> = { 1: 'PCM', 2: 'ADPCM', 3: 'floats', 6: 'A-law', 7: 'mu-law', 0x11: 'IMA ADPCM', 0x31: 'GSM', 0x55: 'MP3' };

export function readWav(file: string, bytes: Buffer): Sound {
  const refuse: Refuse = (saw, expected) => failure('HF-CLI-010', { file, saw, expected });
  if (textAt(bytes, 0) !== 'RIFF' || textAt(bytes, 8) !== 'WAVE') throw refuse(startOf(bytes), 'a WAV file, which begins with RIFF, a size and WAVE');
  const chunks = chunksOf(bytes, refuse);
  return { samples: meanOfChannels(chunks.samples, formatOf(chunks.format, refuse), chunks.is_open, refuse), rate_hz: chunks.format.readUInt32LE(4) };
}

const textAt = (bytes: Buffer, at: number): string => bytes.toString('latin1', at, at + 4);

/** `is_open`: the file does not say how long it is. */
function chunksOf(bytes: Buffer, refuse: Refuse): { readonly format: Buffer; readonly samples: Buffer; readonly is_open: boolean } {
  let format: Buffer | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const [size, from] = [bytes.readUInt32LE(at + 4), at + 8];
    const chunk = bytes.subarray(from, from + size);
    if (textAt(bytes, at) === 'fmt ') format = chunk;
    if (textAt(bytes, at) === 'data' && format !== null) {
      const is_open = size >= size_unknown_min;
      if (chunk.length < size && !is_open) throw refuse(`${chunk.length} bytes of samples, and then its end`, `${size}, as its header says`);
      return { format, samples: chunk, is_open };
    }
    at = from + size + (size % 2);
  }
  throw refuse(format === null ? 'no chunk "fmt " before its samples' : 'no samples', 'a whole WAV file');
}

function formatOf(chunk: Buffer, refuse: Refuse): Format {
  if (chunk.length < 16) throw refuse(`a chunk "fmt " of ${chunk.length} bytes`, 'at least 16');
  const [channels, rate_hz, block, bits] = [chunk.readUInt16LE(2), chunk.readUInt32LE(4), chunk.readUInt16LE(12), chunk.readUInt16LE(14)];
  const kind = kindOf(chunk);
  const read = kind === null ? undefined : readers[`${kind}/${bits}`];
  const said = kind === null ? 'a format of its maker' : (names[kind] ?? `the format ${kind}`);
  if (!read) throw refuse(`${said}, ${bits} bits`, 'PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64 (ffmpeg -i IN -c:a pcm_s16le OUT.wav)');
  const sample_bytes = bits / 8;
  if (channels === 0 || rate_hz === 0 || block !== channels * sample_bytes)
    throw refuse(`${channels} channels, ${rate_hz} samples a second, ${block} bytes for each`, 'a channel, a rate, and bytes for every channel');
  return { read, channels, rate_hz, sample_bytes };
}

function kindOf(chunk: Buffer): number | null {
  const kind = chunk.readUInt16LE(0);
  if (kind !== extensible) return kind;
  return chunk.toString('hex', 26, 40) === subtype_tail ? chunk.readUInt16LE(24) : null;
}

function meanOfChannels(bytes: Buffer, { read, channels, sample_bytes }: Format, is_open: boolean, refuse: Refuse): Float64Array {
  const block = channels * sample_bytes;
  if (bytes.length % block !== 0 && !is_open) throw refuse(`${bytes.length} bytes of samples`, `a multiple of ${block}`);
  const count = Math.floor(bytes.length / block);
  if (count === 0 || count > samples_max) throw refuse(`${count} samples`, `1 to ${samples_max}: a file is what the app logs at once`);
  const samples = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += read(bytes, i * block + channel * sample_bytes);
    samples[i] = sum / channels;
  }
  return samples;
}
