// The program: every command, and how an error leaves it: a code of the catalogue on stderr, and its exit code. Nothing else ends a command.
import { Command, CommanderError } from 'commander';
import { HoldfastError, failure } from '@holdfast/base';
import { addDeviceSide } from './commands/device-side.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEveryday } from './commands/everyday.ts';
import { addMlflow } from './commands/mlflow.ts';
import { addNouns } from './commands/nouns/index.ts';
import { addUp } from './commands/up.ts';
import { addWorker } from './commands/worker.ts';
import { plainJson, plainLines } from './plain-text.ts';
import { usageFailure } from './usage.ts';

export function makeProgram(): Command {
  const program = new Command('holdfast')
    .description('Keeps machine-learning models at the edge from drifting.')
    .option('--server <url>', 'address of the server (HOLDFAST_SERVER)')
    .option('--token <token>', 'API token (HOLDFAST_TOKEN)')
    .option('--json [fields]', 'print JSON; --json=a,b prints these fields only')
    .enablePositionalOptions(false);
  program.commandsGroup('Start and look:');
  addUp(program);
  addDeviceSide(program);
  addEveryday(program);
  addDoctor(program);
  addWorker(program);
  addNouns(program);
  addMlflow(program);
  for (const command of [program, ...everyCommand(program)]) strict(command);
  return program;
}

export const everyCommand = (command: Command): Command[] => command.commands.flatMap((inner) => [inner, ...everyCommand(inner)]);

/** What commander would print and exit with becomes an error of the catalogue. */
function strict(command: Command): void {
  command
    .helpCommand(false)
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => undefined, writeErr: () => undefined })
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : usageFailure(command, error);
    });
}

/** Runs one command and returns its exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    await makeProgram().parseAsync(args.length === 0 ? ['--help'] : aloneJson(args), { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // help was asked for and printed
    return report(known(error), args);
  }
}

/** `--json` alone takes nothing: the word after it is not its fields but an argument. */
function aloneJson(args: readonly string[]): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  return args.map((arg, i) => (arg === '--json' && i < end ? '--json=' : arg));
}

function known(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  if (process.env['HOLDFAST_DEBUG']) process.stderr.write(`${plainLines((error as Error).stack ?? String(error))}\n`);
  return failure('HF-CLI-011', { message: (error as Error).message ?? String(error) }, error);
}

function report(error: HoldfastError, args: readonly string[]): number {
  const { code, message, hint, exit, retryable } = error;
  const json = aloneJson(args).some((arg) => arg.startsWith('--json='));
  process.stderr.write(
    json
      ? `${plainJson(JSON.stringify({ code, message, hint, exit, retryable }))}\n`
      : plainLines(`${code}: ${message}\n${hint}\nMore: holdfast explain ${code}\n`),
  );
  return exit;
}
