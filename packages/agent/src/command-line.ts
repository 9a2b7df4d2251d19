// agent: the arguments of the bundled file. Few and fixed, so they are read here; the large command line is another room.

import { failure } from '@holdfast/base';

export interface CommandLine {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** What stands after `--`. */
  readonly program: readonly string[];
}

const with_value = ['data', 'name', 'label', 'ring'];
const without_value = ['wait-for-bundle'];

/** Fails with HF-CLI-006 where an option is not known, or lacks its value. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const end = argv.indexOf('--');
  const own = end < 0 ? argv : argv.slice(0, end);
  const words: string[] = [];
  const options: Record<string, string> = {};
  const labels: Record<string, string> = {};
  for (let i = 0; i < own.length; i++) {
    const word = own[i]!;
    if (!word.startsWith('--')) {
      words.push(word);
      continue;
    }
    const [name = '', given] = splitOnce(word.slice(2));
    const value = without_value.includes(name) ? '' : (given ?? own[++i]);
    if (!with_value.includes(name) && !without_value.includes(name))
      throw wrong(word, 'an unknown option', [...with_value, ...without_value].map((one) => `--${one}`).join(', '));
    if (value === undefined) throw wrong(`--${name}`, 'nothing', 'a value');
    if (name === 'label') addLabel(labels, value);
    else options[name] = value;
  }
  return { words, options, labels, program: end < 0 ? [] : argv.slice(end + 1) };
}

function addLabel(labels: Record<string, string>, text: string): void {
  const [key = '', value] = splitOnce(text);
  if (!key || value === undefined) throw wrong('--label', text, 'KEY=VALUE');
  labels[key] = value;
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function wrong(option: string, saw: string, expected: string): Error {
  return failure('HF-CLI-006', { option, saw, expected, command: 'agent' });
}
