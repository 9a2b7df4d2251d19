// mlflow: page tokens. Opaque to clients: the place to go on at, bound to what was asked, so that a token of another search is refused.
import { createHash } from 'node:crypto';
import { failure } from '@holdfast/base';
import type { Place } from '@holdfast/postgres';

const digestOf = (asked: unknown): string => createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 16);

/** NaN has no JSON: a place holds it as text, which PostgreSQL reads. */
export const pageToken = (place: Place, asked: unknown): string =>
  Buffer.from(JSON.stringify([digestOf(asked), ...place.map((value) => (Number.isNaN(value) ? 'NaN' : value))])).toString('base64url');

/** Undefined without a token. Fails with HF-MLF-007. */
export function readPageToken(token: string | undefined, asked: unknown): Place | undefined {
  if (!token) return undefined;
  const [digest, ...place] = decoded(token);
  if (digest !== digestOf(asked)) throw failure('HF-MLF-007', { why: 'it is of a search with another filter or order' });
  return place as (string | number)[];
}

function decoded(token: string): unknown[] {
  try {
    const value = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown;
    if (Array.isArray(value) && value.slice(1).every((one) => typeof one === 'string' || typeof one === 'number')) return value as unknown[];
  } catch {
    // no JSON: the same answer as for JSON of another shape
  }
  throw failure('HF-MLF-007', { why: 'could not base64-decode' });
}
