// Sounds and embeddings of a reference, as the numbers that the SDKs log for them, under the names that they log them by; one row an inference.
import { failure } from '@holdfast/base';
import { projection_dimensions } from '@holdfast/stats';
import { InvalidArgumentError } from 'commander';
import type { Conditions } from './conditions.ts';
import { readEmbeddings } from './embeddings.ts';
import { readSounds, soundNames } from './sounds.ts';

export interface DescribedGroup {
  /** Of the sound or of the embedding, as the program logs it. */
  readonly name: string;
  /** Of its numbers. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

export interface Described {
  readonly sounds: readonly DescribedGroup[];
  readonly embeddings: readonly DescribedGroup[];
  /** Of the folder, where there is but one source. */
  readonly conditions: Conditions | null;
}

export type Places = Readonly<Record<string, string>>;

/** `name=place` of an option that may be given again, once for each name. */
export function collectPlace(text: string, places: Places = {}): Places {
  const match = /^([^=]{1,200})=(.+)$/.exec(text);
  if (!match) throw new InvalidArgumentError('the name that the program logs it by, "=", and a path');
  if (Object.hasOwn(places, match[1]!)) throw new InvalidArgumentError(`${JSON.stringify(match[1])} once`);
  return { ...places, [match[1]!]: match[2]! };
}

export async function readDescribed({ audio = {}, embeddings = {} }: { readonly audio?: Places; readonly embeddings?: Places }): Promise<Described> {
  const sounds: DescribedGroup[] = [];
  const projected: DescribedGroup[] = [];
  let conditions: Conditions | null = null;
  for (const [name, place] of Object.entries(audio)) {
    const read = await readSounds(place);
    conditions = read.conditions;
    sounds.push({ name, names: soundNames(name), rows: read.rows });
  }
  for (const [name, file] of Object.entries(embeddings)) projected.push({ name, names: projectionNames(name), rows: await readEmbeddings(file) });
  return { sounds, embeddings: projected, conditions: sounds.length + projected.length === 1 ? conditions : null };
}

const projectionNames = (name: string): string[] => Array.from({ length: projection_dimensions }, (_, i) => `${name}.p${i}`);

/** Beside rows of a file there is one of each. */
export function checkCount({ name, rows }: DescribedGroup, expected: number): void {
  if (rows.length === expected) return;
  throw failure('HF-CLI-008', { saw: `${rows.length} of ${name}`, expected: `${expected}, one a row of the CSV file`, help: 'model profile --help' });
}
