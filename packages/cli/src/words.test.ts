import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { catalogue } from '@holdfast/base';
import { describe, expect, it } from 'vitest';
import { wrongWith } from '../test/command-words.ts';
import { run } from '../test/run.ts';
import { everyCommand, makeProgram } from './program.ts';
import { commandPath } from './usage.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const filesOf = (patterns: readonly string[]): { file: string; text: string }[] =>
  patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root, exclude: (file) => /(?:^|\/)(?:node_modules|dist)(?:\/|$)/.test(file) }))
    .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));

const sources = filesOf(['packages/**/src/**/*.ts', 'packages/**/src/**/*.tsx', 'examples/*/src/*.ts', 'tools/*.ts']).filter(
  ({ file }) => !file.includes('.test.'),
);
const all = sources.map(({ text }) => text).join('\n');
/** Every value that the sources give a place of a sentence; `${…}` in it is a word. */
const given = (place: string): string[] =>
  [...all.matchAll(new RegExp(`failure\\('HF-[^;]*?\\b${place}: (?:'([^']*)'|\`([^\`]*)\`)`, 'g'))].map((m) => (m[1] ?? m[2]!).replaceAll(/\$\{[^}]*\}/g, 'X'));

describe('a hint of the catalogue', () => {
  it('names commands that exist, with their options and arguments', () => {
    const kinds = [...all.matchAll(/HF-REQ-004', \{ kind: '([^']+)'/g)].map((m) => m[1]!);
    expect(kinds).toEqual(expect.arrayContaining(['device', 'join-token', 'execution']));
    const wrong: string[] = [];
    for (const [code, { hint }] of Object.entries(catalogue)) {
      const command = /\bholdfast (.+)$/.exec(hint)?.[1];
      if (command === undefined) continue;
      const filled = { command: [...given('command'), 'device ls'], help: given('help'), see: given('see'), kind: kinds };
      const places = Object.entries(filled).filter(([place]) => command.includes(`{${place}}`));
      const lines = places.length === 0 ? [command] : places.flatMap(([place, values]) => values.map((value) => command.replace(`{${place}}`, value)));
      for (const line of lines) {
        const found = wrongWith(line.replaceAll(/\{\w+\}/g, 'X').replace(/[.,;)]+$/, ''), { runs: false });
        if (found !== null) wrong.push(`${code}: holdfast ${line}: ${found}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** Command lines of a page: of its shell blocks, which are run, and of its code spans, which may only name one. */
function linesOf(page: string): { line: string; runs: boolean }[] {
  const shell = [...page.matchAll(/^ *```(?:sh|bash|console)\n([\s\S]*?)^ *```/gm)].map((m) => m[1]!).join('\n');
  const spans = [...page.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/`([^`\n]+)`/g)].map((m) => m[1]!);
  const cut = (text: string, runs: boolean) =>
    [...text.replaceAll('\\\n', ' ').matchAll(/(?<![\w./@-])holdfast ([a-z][^\n]*)/g)].map((m) => ({ line: untilEnd(m[1]!), runs }));
  return [...cut(shell, true), ...spans.filter((span) => /^(?:npx )?holdfast [a-z]/.test(span)).flatMap((span) => cut(span, false))];
}

/** The command up to what ends it in a shell. */
const untilEnd = (text: string): string => (/^(?:"[^"]*"|'[^']*'|\$\([^)]*\)|[^|;&#>)…"'])*/.exec(text)?.[0] ?? '').replace(/\s2$/, '').trim();

describe('a page', () => {
  it('shows commands that exist, with their options and arguments', () => {
    const pages = filesOf(['*.md', 'docs/**/*.md', 'sdk/**/*.md', 'packages/**/README.md', 'examples/*/*.md']);
    const lines = pages.flatMap(({ file, text }) => linesOf(text).map((found) => ({ file, ...found })));
    expect(lines.length).toBeGreaterThan(25);
    const wrong = lines.map(({ file, line, runs }) => ({ at: `${file}: holdfast ${line}`, found: wrongWith(line, { runs }) }));
    expect(wrong.filter(({ found }) => found !== null)).toEqual([]);
  });
});

describe('a text of the sources', () => {
  it('names commands that exist', () => {
    const nouns = new Map(makeProgram().commands.map((c) => [c.name(), c.commands.map((verb) => verb.name())]));
    const named = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/(?:npx |<code>|`|: )holdfast ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g)].map((m) => ({ file, noun: m[1]!, verb: m[2] })),
    );
    expect(named.length).toBeGreaterThan(20);
    const wrong = named.filter(({ noun, verb }) => {
      const verbs = nouns.get(noun);
      return verbs === undefined || (verbs.length > 0 && verb !== undefined && !verbs.includes(verb));
    });
    expect(wrong).toEqual([]);
  });
});

describe('the example of a command', () => {
  it('is a whole command of the program', async () => {
    const wrong: string[] = [];
    for (const command of everyCommand(makeProgram()).filter((c) => c.commands.length === 0)) {
      const { stdout } = await run([...commandPath(command).split(' '), '--help']);
      const example = /^ {2}\$ holdfast (.*)$/m.exec(stdout)?.[1] ?? '';
      const found = wrongWith(example, { runs: true });
      if (found !== null) wrong.push(`${example}: ${found}`);
    }
    expect(wrong).toEqual([]);
  });
});
