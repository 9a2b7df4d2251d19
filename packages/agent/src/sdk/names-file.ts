// agent/sdk: the side file `<ring>.json` with the names of inputs and outputs. Written whole and renamed, so never half read.

import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';

export interface Names {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Those of the inputs that are words, by their codes; absent where none is, and from SDKs of before. */
  readonly categories?: readonly string[];
}

const bytes_max = 4_194_304;

export function namesPath(ring: string): string {
  return `${ring}.json`;
}

export function writeNames(ring: string, names: Names): void {
  const path = namesPath(ring);
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, `${JSON.stringify({ v: 1, ...names })}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

/** The names beside a ring, or null where there are none that can be read: an app may log without names. */
export function readNames(ring: string): Names | null {
  try {
    if (statSync(namesPath(ring)).size > bytes_max) return null;
    const value = JSON.parse(readFileSync(namesPath(ring), 'utf8')) as Partial<Names> & { v?: unknown };
    const { v, inputs, outputs, categories = [] } = value;
    if (v !== 1 || !isNameList(inputs) || !isNameList(outputs) || !isNameList(categories)) return null;
    return { inputs, outputs, ...(categories.length > 0 ? { categories } : {}) };
  } catch {
    return null; // Absent or not JSON: the same as no names; the file belongs to the app.
  }
}

function isNameList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 65_535 && value.every((name) => typeof name === 'string' && name.length > 0 && name.length <= 200);
}
