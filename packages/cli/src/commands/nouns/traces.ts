// trace: what programs did for their requests.
import type { Command } from 'commander';
import { printOne, printRows, printSome, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { verb, wholeNumber } from '../../verb.ts';

interface ListOptions {
  readonly experiment?: string;
  readonly run?: string;
  readonly filter?: string;
  readonly limit: number;
}

export function addTraces(program: Command): void {
  const noun = program.command('trace').description('traces of programs');
  verb(noun, 'ls', 'list traces, newest first', `trace ls --experiment parts --filter "status = 'ERROR'"`)
    .option('--experiment <name>', 'of this experiment')
    .option('--run <id>', 'made in this run, or linked to it')
    .option('--filter <text>', "in MLflow's grammar")
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 100)
    .action(list);
  verb(noun, 'show <id>', 'one trace with its spans', 'trace show TRACE').action(show);
}

async function list(query: ListOptions, command: Command): Promise<void> {
  const { traces } = await clientOf(command).call('traceSearch', { query });
  const rows = traces.map((t) => ({ ...t, started: time(t.started_ms) }));
  printSome(rows, ['id', 'experiment', 'name', 'state', 'started', 'duration_ms', 'spans'], query.limit, outputOf(command));
}

async function show(id: string, _options: object, command: Command): Promise<void> {
  const found = await clientOf(command).call('traceShow', { params: { id }, query: {} });
  const output = outputOf(command);
  if (output.json) return printOne(found, output);
  const { experiment, name, state, started_ms, duration_ms, request_preview: request, response_preview: response, run } = found.trace;
  printOne({ id, experiment, name, state, started: time(started_ms), duration_ms, run, request, response, spans: found.spans_total }, output);
  return printRows(found.spans, ['id', 'parent', 'name', 'type', 'state', 'start_us', 'duration_us'], output);
}
