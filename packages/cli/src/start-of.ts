// What a file is that is not what was asked for, by its first bytes: the name of its format where it has one, and what to do with it; else the bytes
// themselves, in words that a terminal may print.

const magics: readonly (readonly [magic: string, says: string])[] = [
  ['1f8b', 'a gzip file (unpack it first: gunzip)'],
  ['504b0304', 'a ZIP file (so are .xlsx and .npz)'],
  ['28b52ffd', 'a Zstandard file (unpack it first: unzstd)'],
  ['425a68', 'a bzip2 file (unpack it first: bunzip2)'],
  ['fd377a585a00', 'an xz file (unpack it first: unxz)'],
  ['89504e47', 'a PNG image'],
  ['ffd8ff', 'a JPEG image'],
  ['25504446', 'a PDF file'],
  ['894844460d0a', 'an HDF5 file'],
  ['934e554d5059', 'an NPY file'],
  ['50415231', 'a Parquet file'],
  ['4f626a01', 'an Avro file'],
  ['4152524f5731', 'an Arrow file'],
  ['664c6143', 'a FLAC file'],
  ['4f676753', 'an Ogg file'],
  ['494433', 'an MP3 file'],
  ['464f524d', 'an AIFF file'],
  ['52494658', 'a RIFF file whose numbers are big-endian (RIFX)'],
  ['52463634', 'an RF64 file'],
  ['52494646', 'a RIFF file'],
];
const utf16 = 'text in UTF-16 (make it UTF-8: iconv -f UTF-16 -t UTF-8)';

/** "a gzip file …", "text that begins with …", "bytes that begin with 00 01 …", "no bytes". */
export function startOf(bytes: Buffer): string {
  if (bytes.length === 0) return 'no bytes';
  if (isUtf16(bytes)) return utf16;
  const found = magics.find(([magic]) => bytes.toString('hex', 0, magic.length / 2) === magic);
  if (found) return found[1];
  const text = bytes.toString('latin1', 0, 24);
  if (/^[\t\r\n\u0020-\u007e]*$/.test(text)) return `text that begins with ${JSON.stringify(text)}`;
  return `bytes that begin with ${bytes.toString('hex', 0, 8).replaceAll(/(..)(?=.)/g, '$1 ')}`;
}

/** By its mark, or, without one, because every other byte of its first letters is 0. */
function isUtf16(bytes: Buffer): boolean {
  if (/^(?:fffe|feff)/.test(bytes.toString('hex', 0, 2))) return true;
  const letters = bytes.subarray(0, Math.min(16, bytes.length - (bytes.length % 2)));
  const zeros = [0, 1].map((side) => letters.filter((byte, i) => i % 2 === side && byte === 0).length);
  return letters.length >= 8 && zeros.includes(letters.length / 2) && zeros.includes(0);
}
