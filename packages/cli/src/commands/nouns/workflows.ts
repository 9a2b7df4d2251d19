// workflow, execution: what is done, and the times that it was done.
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import type { StepDefinition } from '@holdfast/protocol/rest';
import { readJsonFile } from '../../files.ts';
import { printOne, printRows, printSome, say, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { addLogOptions, printLog } from '../../step-log.ts';
import { collectLabel, verb, wholeNumber } from '../../verb.ts';

interface RunOptions {
  readonly param: Record<string, string>;
  readonly key?: string;
}

export function addWorkflows(program: Command): void {
  const noun = program.command('workflow').description('workflows: a DAG of steps');
  verb(noun, 'ls', 'list workflows', 'workflow ls').action(list);
  verb(noun, 'show <name>', 'the steps of a workflow', 'workflow show parts-retrain').action(show);
  verb(noun, 'set <name> <file>', 'make or change a workflow from a JSON file: {"steps": [...]}', 'workflow set parts-retrain workflow.json').action(set);
  verb(noun, 'run <name>', 'start a workflow', 'workflow run parts-retrain --param epochs=4')
    .option('--param <key=value>', 'a parameter; may be given again', collectLabel, {})
    .option('--key <text>', 'the same key starts it once')
    .action(run);
  const execution = program.command('execution').description('executions of workflows');
  verb(execution, 'ls', 'list executions, newest first', 'execution ls --workflow parts-retrain')
    .option('--workflow <name>', 'of this workflow')
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 50)
    .action(listExecutions);
  verb(execution, 'show <id>', 'the steps of an execution', 'execution show EXECUTION').action(showExecution);
  addLogOptions(verb(execution, 'logs <execution> [step]', 'the log of a step, or of every step', 'execution logs EXECUTION train --follow')).action(printLog);
  verb(execution, 'cancel <id>', 'cancel an execution', 'execution cancel EXECUTION').action(async (id: string, _o: object, command: Command) => {
    const { state } = await clientOf(command).call('executionCancel', { params: { id } });
    printOne({ id, state }, outputOf(command));
  });
}

async function list(_options: object, command: Command): Promise<void> {
  const { workflows } = await clientOf(command).call('workflowList', {});
  const rows = workflows.map((w) => ({ ...w, last: w.executions[0]?.state ?? null, started: time(w.executions[0]?.created_ms) }));
  printRows(rows, ['name', 'version', 'steps', 'last', 'started'], outputOf(command));
}

async function show(name: string, _options: object, command: Command): Promise<void> {
  const workflow = await clientOf(command).call('workflowShow', { params: { name } });
  const output = outputOf(command);
  if (output.json) return printOne(workflow, output);
  const rows = workflow.steps.map((s) => ({ ...s, does: s.argv?.join(' ') ?? JSON.stringify(s.with ?? {}) }));
  return printRows(rows, ['name', 'kind', 'needs', 'does'], output);
}

async function set(name: string, file: string, _options: object, command: Command): Promise<void> {
  const body = await readJsonFile(file);
  if (typeof body !== 'object' || body === null || !('steps' in body) || !Array.isArray(body.steps))
    throw failure('HF-CLI-010', { file, saw: JSON.stringify(body).slice(0, 80), expected: '{"steps": [...]}' });
  // The server checks each step, and names the one that is wrong.
  const workflow = await clientOf(command).call('workflowPut', { params: { name }, body: body as { steps: StepDefinition[] } });
  printOne({ name: workflow.name, version: workflow.version, steps: workflow.steps.map((s) => s.name) }, outputOf(command));
}

async function run(name: string, { param, key }: RunOptions, command: Command): Promise<void> {
  const body = { params: param, ...(key === undefined ? {} : { key }) };
  const { id, state } = await clientOf(command).call('executionStart', { params: { name }, body });
  printOne({ id, state }, outputOf(command));
  if (!outputOf(command).json) say(`next: holdfast execution show ${id}`);
}

async function listExecutions(query: { workflow?: string; limit: number }, command: Command): Promise<void> {
  const { executions } = await clientOf(command).call('executionList', { query });
  const rows = executions.map((e) => ({ ...e, started: time(e.created_ms) }));
  printSome(rows, ['id', 'workflow', 'state', 'started', 'cause'], query.limit, outputOf(command));
}

async function showExecution(id: string, _options: object, command: Command): Promise<void> {
  const execution = await clientOf(command).call('executionShow', { params: { id } });
  const output = outputOf(command);
  if (output.json) return printOne(execution, output);
  say(`${execution.state}: ${execution.cause}`);
  return printRows(execution.steps, ['name', 'kind', 'state', 'attempt', 'worker', 'wait_reason', 'error'], output);
}
