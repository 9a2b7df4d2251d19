// Wrong usage, as commander words it, in words of the catalogue: what was seen, what was expected, and whose help says more.
import { type Command, type CommanderError } from 'commander';
import { type HoldfastError, failure } from '@holdfast/base';

/** `device ls` of the command that lists devices; empty for the program itself. */
export function commandPath(command: Command): string {
  return command.parent?.parent ? `${commandPath(command.parent)} ${command.name()}` : command.parent ? command.name() : '';
}

export function usageFailure(command: Command, error: CommanderError): HoldfastError {
  const says = error.code === 'commander.help' ? `no verb after '${command.name()}'` : error.message.replace(/^error: /, '');
  const [first = '', ...more] = says.split('\n');
  const path = commandPath(command);
  const meant = more.length === 0 ? '' : ` ${more.join(' ').replace('Did you', 'did you')}`;
  const invalid = /^(?:option '(.+?)' argument|command-argument value) '(.*?)' is invalid(?: for argument '(.+?)')?\. (.*)$/s.exec(error.message.slice(7));
  if (invalid) {
    const [, option, saw = '', argument, expected = ''] = invalid;
    const wanted = expected.replace(/^Allowed choices are (.*)$/, 'one of $1').replace(/\.$/, '');
    return failure('HF-CLI-006', { option: option ?? argument, saw: JSON.stringify(saw), expected: wanted, command: path }, error);
  }
  const help = `${path} --help`.trim();
  return failure('HF-CLI-008', { saw: `${first.replace(/\.$/, '')}${meant}`, expected: expectedBy(command, error.code), help }, error);
}

/** What the command takes in the place where the wrong thing stood. */
function expectedBy(command: Command, code: string): string {
  if (code === 'commander.unknownCommand' || code === 'commander.help') return `one of ${command.commands.map((c) => c.name()).join(', ')}`;
  if (code === 'commander.unknownOption') return `one of ${[...optionsOf(command), '--help'].join(', ')}`;
  return `holdfast ${commandPath(command)} ${command.usage()}`.replaceAll(/ +/g, ' ').trim();
}

const optionsOf = (command: Command): string[] => [
  ...command.options.map((o) => o.long ?? o.short ?? o.flags),
  ...(command.parent ? optionsOf(command.parent) : []),
];
