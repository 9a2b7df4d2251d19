// cli/drift: what the readers of configurations of other systems share: objects with known keys, and how one that is not known is refused.
import { failure, oneOf } from '@holdfast/base';

export type Fields = Readonly<Record<string, unknown>>;
/** The monitors as they were asked for, and what was passed over. */
export interface Asked {
  readonly monitors: readonly Fields[];
  readonly notes: readonly string[];
}

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
export const refused = (file: string, saw: string, expected: string) => failure('HF-CLI-010', { file, saw, expected });

/** Every key is one of `known`. */
export function checkKeys(file: string, where: string, value: Fields, known: readonly string[]): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw refused(file, `the key ${JSON.stringify(unknown.slice(0, 80))} ${where}`, oneOf(unknown, known));
}
