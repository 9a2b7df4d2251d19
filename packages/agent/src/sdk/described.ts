// agent/sdk: what is not a number, as numbers: texts, sounds, words and embeddings are described in the app, and the record that the ring takes stays as it
// is. They stand behind the inputs in the order texts, categories, audio, embeddings, each by its name and that of the number. What is absent is NaN.
import { audio_descriptors, categoryCode, describeAudio, describeText, project, projection_dimensions, text_descriptors } from '@holdfast/stats';

export interface Sound {
  /** -1 to 1. */
  readonly samples: ArrayLike<number>;
  readonly rate_hz: number;
}

/** Names of what is logged beside the inputs. */
export interface DescribedNames {
  readonly texts?: readonly string[];
  readonly categories?: readonly string[];
  readonly audio?: readonly string[];
  readonly embeddings?: readonly string[];
}

/** One an inference, each list in the order of its names. */
export interface Described {
  readonly texts?: readonly (string | null)[];
  readonly categories?: readonly (string | null)[];
  readonly audio?: readonly (Sound | null)[];
  readonly embeddings?: readonly (ArrayLike<number> | null)[];
}

const dimensions = Array.from({ length: projection_dimensions }, (_, i) => `p${i}`);
const named = (names: readonly string[] = [], parts: readonly string[]) => names.flatMap((name) => parts.map((part) => `${name}.${part}`));

/** The names of the numbers, as the profile knows them behind `input.`. */
export function describedNames({ texts, categories = [], audio, embeddings }: DescribedNames): string[] {
  return [...named(texts, text_descriptors), ...categories, ...named(audio, audio_descriptors), ...named(embeddings, dimensions)];
}

/** The numbers, in the order of the names. */
export function describe(names: DescribedNames, given: Described): number[] {
  return [
    ...each(names.texts, given.texts, text_descriptors.length, describeText),
    ...each(names.categories, given.categories, 1, (word) => [categoryCode(word)]),
    ...each(names.audio, given.audio, audio_descriptors.length, ({ samples, rate_hz }) => describeAudio(samples, rate_hz)),
    ...each(names.embeddings, given.embeddings, projection_dimensions, project),
  ];
}

function each<T>(names: readonly string[] = [], values: readonly (T | null)[] = [], count: number, of: (value: T) => number[]): number[] {
  return names.flatMap((_, i) => {
    const value = values[i] ?? null;
    return value === null ? Array.from({ length: count }, () => Number.NaN) : of(value);
  });
}
