// cli/tables: whether a file is text at all, by its first bytes: before a packed, a binary or a UTF-16 file is read as CSV and refused for what its lines are not.
// Text has no byte 0, hardly another control character, and is UTF-8 but for a letter here and there (an old Latin-1 is read, with those letters lost).
import { failure } from '@holdfast/base';
import { startOf } from '../start-of.ts';

/** Shares of the first bytes, and of the characters that they are in UTF-8. */
const limits = { controls: 0.05, not_utf8: 0.1 } as const;

const isControl = (byte: number): boolean => byte < 9 || (byte > 13 && byte < 32) || byte === 127;
const is_utf16 = /^(?:\u00ff\u00fe|\u00fe\u00ff)/;

function isText(head: Buffer): boolean {
  if (head.includes(0) || is_utf16.test(head.toString('latin1', 0, 2))) return false;
  if (head.filter(isControl).length > limits.controls * head.length) return false;
  const text = head.toString('utf8');
  return text.split('\ufffd').length - 1 <= Math.max(1, limits.not_utf8 * text.length); // the last character may be cut
}

/** Fails with HF-CLI-010, which says what the file begins with. */
export function checkText(file: string, head: Buffer, expected: string): void {
  if (head.length === 0 || !isText(head)) throw failure('HF-CLI-010', { file, saw: startOf(head), expected });
}
