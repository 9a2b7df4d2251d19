// tracking: the path of an artifact: a key of a table, never a path of a disk. It is refused as soon as anybody could read it in two ways.
import { failure } from '@holdfast/base';

/** A path is a key of an index, which takes 2,700 bytes. */
const path_bytes_max = 2_000;
const part_chars_max = 255;

/** A path that was decoded once. Fails with HF-TRACK-011. */
export function checkArtifactPath(path: string): string {
  const parts = path.split('/');
  const odd = /[\p{Cc}\\#;]|%(?:2[ef]|5c|23|25|00|3b)/iu; // separators, "#" and ";", and what decodes to "..", "/", "\", "#", "%", NUL or ";"
  const fits = Buffer.byteLength(path) <= path_bytes_max && path.isWellFormed() && !odd.test(path) && !/^[a-z]:/i.test(path);
  const named = parts.every((part) => part !== '' && part !== '.' && part !== '..' && part.length <= part_chars_max);
  if (!fits || !named) throw failure('HF-TRACK-011', { saw: JSON.stringify(path.slice(0, 120).toWellFormed()) });
  return path;
}

/** A folder: the path of one, or '' for the root. */
export function checkArtifactFolder(path: string): string {
  const folder = path.replace(/\/$/, '');
  return folder === '' ? '' : checkArtifactPath(folder);
}
