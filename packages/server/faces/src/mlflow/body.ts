// mlflow: the body of a request as Python's clients write it: JSON with bare NaN and Infinity, or JSON in a string of JSON.
import { isUtf8 } from 'node:buffer';
import { failure } from '@holdfast/base';
import type { Fields } from './fields.ts';

type Given = Readonly<Record<string, unknown>>;
/** What stands for a body that is no JSON object. */
const unreadable = Symbol('unreadable');
export type Body = Given | typeof unreadable;

/** Bytes that are no UTF-8 are not read in another way: what was meant would be kept as something else. */
export function readBody(bytes: Buffer): Body {
  if (!isUtf8(bytes)) return unreadable;
  const value = parsed(bytes.toString('utf8').replace(/^\ufeff/, ''));
  const inner = typeof value === 'string' ? parsed(value) : value; // old clients encode twice
  if (inner === null || inner === undefined) return {};
  return typeof inner === 'object' && !Array.isArray(inner) ? (inner as Given) : unreadable;
}

const bare = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return parsedWithNames(text);
  }
}
/** Python writes NaN and Infinity without quotes; where the text is no JSON with them in quotes either, `unreadable`. */
function parsedWithNames(text: string): unknown {
  try {
    return JSON.parse(text.replace(bare, (found) => (found.startsWith('"') ? found : `"${found}"`))) as unknown;
  } catch {
    return unreadable;
  }
}

/** MLflow takes a body that it cannot read for an empty one; here it is refused on every route, with the same words where it has some. */
export function fieldsGiven(body: Body, fields: Fields): Given {
  if (body !== unreadable) return body;
  const first = Object.entries(fields).find(([, field]) => field.required)?.[0];
  throw first === undefined ? failure('HF-MLF-006', { what: 'The body is not a JSON object' }) : failure('HF-MLF-001', { field: first });
}
