// The command line: `holdfast <noun> <verb>`, and a few everyday verbs. Data on stdout, talk on stderr, exit codes of GLOSSARY.md.
import { Command, CommanderError } from 'commander';
import { HoldfastError } from '@holdfast/base';
import { addDeviceSide } from './commands/device-side.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEveryday } from './commands/everyday.ts';
import { addNouns } from './commands/nouns/index.ts';
import { addUp } from './commands/up.ts';
import { addWorker } from './commands/worker.ts';

function makeProgram(): Command {
  const program = new Command('holdfast')
    .description('Keeps machine-learning models at the edge from drifting.')
    .option('--server <url>', 'address of the server (HOLDFAST_SERVER)')
    .option('--token <token>', 'API token (HOLDFAST_TOKEN)')
    .option('--json [fields]', 'print JSON; with names, only these fields')
    .enablePositionalOptions(false)
    .showSuggestionAfterError()
    .exitOverride();
  addUp(program);
  addDeviceSide(program);
  addEveryday(program);
  addDoctor(program);
  addWorker(program);
  addNouns(program);
  for (const command of everyCommand(program)) command.exitOverride().showSuggestionAfterError();
  return program;
}

const everyCommand = (command: Command): Command[] => command.commands.flatMap((inner) => [inner, ...everyCommand(inner)]);

/** Prints the error as it should be read, and returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
  if (error instanceof HoldfastError) {
    process.stderr.write(`${error.code}: ${error.message}\n${error.hint}\nMore: holdfast explain ${error.code}\n`);
    return error.exit;
  }
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  return 1;
}

try {
  await makeProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
