// One way to declare a command: what is typed, what it does, and one example that its help shows (a test runs each example past the program).
import { type Command, InvalidArgumentError } from 'commander';

/** `holdfast <noun> <verb>`, or an everyday verb where the parent is the program. The example is what follows `holdfast`. */
export function verb(parent: Command, usage: string, says: string, example: string): Command {
  return parent.command(usage).description(says).addHelpText('after', `\nExample:\n  $ holdfast ${example}`);
}

/** A whole number of an option or an argument. */
export const wholeNumber =
  (min = 0, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`a whole number ${max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`}`);
  };

/** A number of an option. */
export const anyNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`a number from ${min} to ${max}`);
  };

/** `key=value` of an option that may be given again. */
export function collectLabel(text: string, labels: Record<string, string> = {}): Record<string, string> {
  const match = /^([A-Za-z0-9._-]{1,63})=(.{0,200})$/.exec(text);
  if (!match) throw new InvalidArgumentError('a name, "=", and a value');
  return { ...labels, [match[1]!]: match[2]! };
}

/** One word of a few; commander checks it. */
export const roles = ['guest', 'viewer', 'editor', 'admin'] as const;
export type Role = (typeof roles)[number];

/** `key=number` of an option that may be given again. */
export function collectMetric(text: string, metrics: Record<string, number> = {}): Record<string, number> {
  const match = /^(.{1,250})=([^=]+)$/.exec(text);
  const value = Number(match?.[2]?.trim() || Number.NaN);
  if (!match || !Number.isFinite(value)) throw new InvalidArgumentError('a name, "=", and a number');
  return { ...metrics, [match[1]!]: value };
}
