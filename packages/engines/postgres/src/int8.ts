// postgres: how values come back. int8 (bigint, count(*)) is a JS number where that is exact, else its digits as text.
import pg from 'pg';

const int8 = 20;
const int8Array = 1016;

/** 2^53 - 1 and below are exact as a number; a larger one stays text, so that no digit is lost silently. */
export function parseInt8(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

function parseInt8Array(text: string): unknown {
  const parts = pg.types.getTypeParser(int8Array as typeof pg.types.builtins.INT8)(text) as unknown;
  return Array.isArray(parts) ? parts.map(deepParse) : parts;
}

function deepParse(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(deepParse);
  return typeof part === 'string' ? parseInt8(part) : part;
}

/** Per-pool parsers: pg's own registry is global to the process and stays as it is. */
export const resultTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary' && oid === int8) return parseInt8;
    if (format !== 'binary' && oid === int8Array) return parseInt8Array;
    return pg.types.getTypeParser(oid, format as 'text');
  },
} as pg.CustomTypesConfig;
