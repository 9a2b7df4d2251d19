// webhook: who outside hears of changes in the registry.
import type { Command } from 'commander';
import { printDone, printOne, printRows, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { verb } from '../../verb.ts';

const usual = 'registered_model.created,model_version.created,model_version_alias.created';

export function addWebhooks(program: Command): void {
  const noun = program.command('webhook').description('webhooks: calls at changes of models');
  verb(noun, 'ls', 'list webhooks, and how their last call went', 'webhook ls').action(async (_o: object, command: Command) => {
    const { webhooks } = await clientOf(command).call('webhookList', {});
    const rows = webhooks.map((w) => ({ ...w, last: time(w.last_ms), went: w.last_error ?? w.last_status }));
    printRows(rows, ['id', 'name', 'url', 'events', 'is_active', 'last', 'went', 'failures', 'waiting'], outputOf(command));
  });
  verb(noun, 'add <name> <url>', 'call an address at changes of models', 'webhook add builds https://builds.example/hook')
    .option('--events <list>', 'with commas between', usual)
    .option('--secret <text>', 'signs every call; it is never shown again')
    .action(async (name: string, url: string, { events, secret }: { events: string; secret?: string }, command: Command) => {
      const body = { name, url, events: events.split(','), ...(secret === undefined ? {} : { secret }) };
      printOne(await clientOf(command).call('webhookCreate', { body }), outputOf(command));
    });
  verb(noun, 'rm <id>', 'remove a webhook', 'webhook rm WEBHOOK').action(async (id: string, _o: object, command: Command) => {
    await clientOf(command).call('webhookDelete', { params: { id } });
    printDone(`removed ${id}`, { id, removed: true }, outputOf(command));
  });
  verb(noun, 'test <id>', 'call the address once, now, with an example', 'webhook test WEBHOOK').action(async (id: string, _o: object, command: Command) =>
    printOne(await clientOf(command).call('webhookTest', { params: { id } }), outputOf(command)),
  );
}
