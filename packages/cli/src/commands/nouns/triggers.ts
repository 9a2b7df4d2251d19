// trigger: from an alert to a workflow.
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { printDone, printOne, printRows } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { collectLabel, verb, wholeNumber } from '../../verb.ts';

interface SetOptions {
  readonly workflow: string;
  readonly model: string;
  readonly cooldownS: number;
  readonly param: Record<string, string>;
  readonly disable?: boolean;
}

export function addTriggers(program: Command): void {
  const noun = program.command('trigger').description('triggers: from alert to workflow');
  verb(noun, 'ls', 'list triggers', 'trigger ls').action(async (_o: object, command: Command) =>
    printRows((await clientOf(command).call('triggerList', {})).triggers, ['name', 'workflow', 'cooldown_ms', 'enabled', 'firings'], outputOf(command)),
  );
  verb(noun, 'show <name>', 'one trigger, and what it did', 'trigger show parts-drift').action(async (name: string, _o: object, command: Command) => {
    const found = (await clientOf(command).call('triggerList', {})).triggers.find((t) => t.name === name);
    if (!found) throw failure('HF-REQ-004', { kind: 'trigger', name });
    printOne(found, outputOf(command));
  });
  verb(
    noun,
    'set <name>',
    'make a trigger, or write it anew: an alert on a model starts a workflow',
    'trigger set parts-drift --workflow parts-retrain --model parts',
  )
    .requiredOption('--workflow <name>', 'the workflow to start')
    .requiredOption('--model <name>', 'the model whose alerts start it')
    .option('--cooldown-s <n>', 'seconds in which it starts nothing more', wholeNumber(0, 3_155_760_000), 86_400)
    .option('--param <key=value>', 'a parameter of the execution; may be given again', collectLabel, {})
    .option('--disable', 'start nothing')
    .action(set);
  verb(noun, 'rm <name>', 'remove a trigger', 'trigger rm parts-drift').action(async (name: string, _o: object, command: Command) => {
    await clientOf(command).call('triggerDelete', { params: { name } });
    printDone(`removed ${name}`, { name, removed: true }, outputOf(command));
  });
}

async function set(name: string, { workflow, model, cooldownS, param, disable }: SetOptions, command: Command): Promise<void> {
  const body = { workflow, on: { kind: 'alert' as const, model }, cooldown_ms: cooldownS * 1000, params: param, enabled: !disable };
  printOne(await clientOf(command).call('triggerPut', { params: { name }, body }), outputOf(command));
}
