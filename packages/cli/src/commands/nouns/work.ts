// workflow and rollout. Each command is a thin call of one route; every read command takes --json[=fields].
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { StepDefinition } from '@holdfast/protocol/rest';
import { printOne, printRows, say, time } from '../../output.ts';
import { clientOf, collectLabel, outputOf, wholeNumber } from '../../settings.ts';

export function addWorkflows(program: Command): void {
  const noun = program.command('workflow').description('workflows and executions');
  noun
    .command('ls')
    .description('list executions, newest first')
    .action(async (_o: object, command: Command) => {
      const { executions } = await clientOf(command).call('executionList', {});
      printRows(
        executions.map((e) => ({ ...e, started: time(e.created_ms) })),
        ['id', 'workflow', 'state', 'started', 'cause'],
        outputOf(command),
      );
    });
  noun
    .command('set <name> <file>')
    .description('make or change a workflow from a JSON file: {"steps": [...]}')
    .action(async (name: string, file: string, _o: object, command: Command) => {
      const body = JSON.parse(await readFile(file, 'utf8')) as { steps: StepDefinition[] };
      printOne(await clientOf(command).call('workflowPut', { params: { name }, body }), outputOf(command));
    });
  noun
    .command('start <name>')
    .description('start a workflow')
    .option('--param <key=value>', 'a parameter; may be given again', collectLabel, {})
    .action(async (name: string, options: { param: Record<string, string> }, command: Command) => {
      const execution = await clientOf(command).call('executionStart', { params: { name }, body: { params: options.param } });
      printOne({ id: execution.id, state: execution.state }, outputOf(command));
      say(`next: holdfast workflow show ${execution.id}`);
    });
  noun
    .command('show <execution>')
    .description('the steps of an execution')
    .action(async (id: string, _o: object, command: Command) => {
      const execution = await clientOf(command).call('executionShow', { params: { id } });
      if (outputOf(command).json !== undefined) return printOne(execution, outputOf(command));
      printRows(execution.steps, ['name', 'kind', 'state', 'attempt', 'worker', 'wait_reason', 'error'], outputOf(command));
    });
  noun
    .command('cancel <execution>')
    .description('cancel an execution')
    .action(async (id: string, _o: object, command: Command) => void (await clientOf(command).call('executionCancel', { params: { id } })));
}

export function addRollouts(program: Command): void {
  const noun = program.command('rollout').description('rollouts: a version on its way to devices');
  const shown = ['id', 'model', 'model_version', 'state', 'reason'];
  noun
    .command('ls')
    .description('list rollouts')
    .action(async (_o: object, command: Command) => printRows((await clientOf(command).call('rolloutList', {})).rollouts, shown, outputOf(command)));
  noun
    .command('show <id>')
    .description('one rollout, a line a wave')
    .action(async (id: string, _o: object, command: Command) => {
      const rollout = await clientOf(command).call('rolloutShow', { params: { id } });
      if (outputOf(command).json !== undefined) return printOne(rollout, outputOf(command));
      say(`${rollout.state}: ${rollout.reason}`);
      printRows(
        rollout.waves.map((w) => ({ number: w.number, state: w.state, devices: w.devices, ...w.counts })),
        ['number', 'state', 'devices', 'pending', 'downloading', 'installed', 'healthy', 'failed', 'cancelled'],
        outputOf(command),
      );
    });
  noun
    .command('create <model> <version>')
    .description('bring a version to devices')
    .option('--selector <labels>', 'devices; without it all', '')
    .option('--waves <list>', 'growing totals, such as 1,25%,100%')
    .option('--watch-ms <n>', 'how long a healthy wave is watched', wholeNumber('--watch-ms'))
    .action(async (model: string, version: string, options: { selector: string; waves?: string; watchMs?: number }, command: Command) => {
      const body = {
        model,
        version: wholeNumber('VERSION', 1)(version),
        selector: options.selector,
        ...(options.waves ? { waves: options.waves.split(',') } : {}),
        ...(options.watchMs === undefined ? {} : { watch_ms: options.watchMs }),
      };
      const rollout = await clientOf(command).call('rolloutCreate', { body });
      printOne({ id: rollout.id, state: rollout.state, reason: rollout.reason }, outputOf(command));
    });
  for (const verb of ['pause', 'resume', 'abort'] as const) {
    const route = { pause: 'rolloutPause', resume: 'rolloutResume', abort: 'rolloutAbort' } as const;
    noun
      .command(`${verb} <id>`)
      .description(`${verb} a rollout`)
      .action(async (id: string, _o: object, command: Command) => {
        const { state, reason } = await clientOf(command).call(route[verb], { params: { id } });
        printOne({ id, state, reason }, outputOf(command));
      });
  }
}
