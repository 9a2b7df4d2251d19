// faces: text that came in. PostgreSQL keeps no NUL and no half of a surrogate pair: they are refused at the door, with the place named.
import { failure } from '@holdfast/base';

/** No body of ours nests deeper. */
const depth_max = 20;

/** Looks through any JSON value. Fails with HF-REQ-001. */
export function checkText(value: unknown, where: string, depth = 0): void {
  if (typeof value === 'string') return checkString(value, where);
  if (typeof value !== 'object' || value === null) return;
  if (depth >= depth_max) throw failure('HF-REQ-001', { where: where.slice(0, 80), saw: 'a deeper nesting', expected: `${depth_max} levels at most` });
  for (const [key, inner] of Object.entries(value)) {
    checkString(key, where);
    checkText(inner, `${where}/${key}`, depth + 1);
  }
}

function checkString(text: string, where: string): void {
  if (!text.includes('\0') && text.isWellFormed()) return;
  throw failure('HF-REQ-001', {
    where: where.slice(0, 200).toWellFormed().replaceAll('\0', '\uFFFD'),
    saw: 'a NUL character or half of a surrogate pair',
    expected: 'text without them',
  });
}
