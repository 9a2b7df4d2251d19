// cli/test: a written command line held against the real program: does the command exist, with these options and so many arguments?
import { Command, type Option } from 'commander';
import { makeProgram } from '../src/program.ts';

/** What is wrong with the words behind `holdfast`; null where nothing is. A command that is only mentioned needs no arguments, unless it is to be run. */
export function wrongWith(line: string, { runs }: { runs: boolean }): string | null {
  const words = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const { command, rest } = find(makeProgram(), words);
  if (!command.parent) return words[0] === '--help' || (words.length === 0 && !runs) ? null : `no command ${words[0]}`;
  if (rest[0] === '--help') return null;
  if (command.commands.length > 0) return rest.length === 0 && !runs ? null : `no verb ${rest[0] ?? ''} of ${command.name()}`;
  const { given, options, problem } = sortOut(command, rest);
  return problem ?? countArguments(command, given, runs || given > 0) ?? missingOption(command, options, runs || options.length > 0);
}

function find(command: Command, words: readonly string[]): { command: Command; rest: readonly string[] } {
  const inner = command.commands.find((c) => c.name() === words[0]);
  return inner ? find(inner, words.slice(1)) : { command, rest: words };
}

function sortOut(command: Command, words: readonly string[]): { given: number; options: string[]; problem: string | null } {
  const known: Option[] = [...command.options, ...(everyParent(command).at(-1)?.options ?? [])];
  const options: string[] = [];
  let given = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') return { given: given + words.length - i - 1, options, problem: null };
    if (!/^-\D/.test(word)) {
      given++;
      continue;
    }
    const option = known.find((o) => o.long === word.split('=')[0] || o.short === word);
    if (!option) return { given, options, problem: `no option ${word} of ${command.name()}` };
    options.push(option.long!);
    if (option.required && !word.includes('=')) i++;
  }
  return { given, options, problem: null };
}

const everyParent = (command: Command): Command[] => (command.parent ? [command.parent, ...everyParent(command.parent)] : []);

function countArguments(command: Command, given: number, whole: boolean): string | null {
  const { registeredArguments: taken } = command;
  const most = taken.some((a) => a.variadic) ? Number.POSITIVE_INFINITY : taken.length;
  const least = whole ? taken.filter((a) => a.required).length : 0;
  return given >= least && given <= most ? null : `${given} arguments, ${command.name()} takes ${least} to ${most}`;
}

function missingOption(command: Command, given: readonly string[], whole: boolean): string | null {
  const missing = whole ? command.options.find((o) => o.mandatory && !given.includes(o.long!)) : undefined;
  return missing ? `${command.name()} needs ${missing.flags}` : null;
}
