// channel: who outside hears of alerts: by e-mail, a Slack-shaped message or a signed call.
import { failure } from '@holdfast/base';
import type { Command } from 'commander';
import { printDone, printOne, printRows, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { verb } from '../../verb.ts';

const kinds = ['email', 'slack', 'webhook'] as const;
const events = ['alert.opened', 'alert.device_joined', 'alert.resolved'] as const;

interface SetOptions extends Partial<Record<(typeof kinds)[number], string>> {
  readonly model?: string;
  readonly events?: string;
  readonly secret?: string;
  readonly off?: boolean;
}

export function addChannels(program: Command): void {
  const noun = program.command('channel').description('channels: who outside hears of alerts');
  verb(noun, 'ls', 'list channels, and how their last message went', 'channel ls').action(async (_o: object, command: Command) => {
    const { channels } = await clientOf(command).call('channelList', {});
    const rows = channels.map((c) => ({ ...c, last: time(c.last_ms), went: c.last_error ?? c.last_status }));
    printRows(rows, ['name', 'kind', 'to', 'model', 'events', 'enabled', 'last', 'went', 'failures', 'waiting'], outputOf(command));
  });
  verb(noun, 'set <name>', 'make a channel, or change it', 'channel set ops --email ops@example.org')
    .option('--email <recipients>', 'mailboxes, with commas between')
    .option('--slack <url>', 'an incoming webhook of Slack, Mattermost or Rocket.Chat')
    .option('--webhook <url>', 'an address that is called, as the Standard Webhooks have it')
    .option('--secret <text>', 'signs the calls of --webhook; it is never shown again')
    .option('--model <name>', 'of alerts of this model alone')
    .option('--events <list>', `with commas between, of ${events.join(', ')}; the default is the first and the last`)
    .option('--off', 'keep it, and tell it nothing')
    .action(async (name: string, options: SetOptions, command: Command) => {
      const reply = await clientOf(command).call('channelPut', { params: { name }, body: bodyOf(options) });
      printOne(reply, outputOf(command));
    });
  verb(noun, 'rm <name>', 'remove a channel', 'channel rm ops').action(async (name: string, _o: object, command: Command) => {
    await clientOf(command).call('channelRemove', { params: { name } });
    printDone(`removed ${name}`, { name, removed: true }, outputOf(command));
  });
  verb(noun, 'test <name>', 'send an example once, now', 'channel test ops').action(async (name: string, _o: object, command: Command) =>
    printOne(await clientOf(command).call('channelTest', { params: { name } }), outputOf(command)),
  );
}

function bodyOf(options: SetOptions) {
  const { model, secret, off = false } = options;
  const given = kinds.filter((kind) => options[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1)
    throw failure('HF-CLI-006', {
      option: kinds.map((one) => `--${one}`).join(', '),
      saw: given.length === 0 ? 'none of them' : given.map((one) => `--${one}`).join(' and '),
      expected: 'one of them',
      command: 'channel set',
    });
  const chosen = options.events === undefined ? {} : { events: options.events.split(',').map(eventOf) };
  return { kind, to: options[kind]!, enabled: !off, ...chosen, ...(model === undefined ? {} : { model }), ...(secret === undefined ? {} : { secret }) };
}

function eventOf(name: string): (typeof events)[number] {
  const event = events.find((one) => one === name.trim());
  if (event === undefined)
    throw failure('HF-CLI-006', { option: '--events', saw: JSON.stringify(name), expected: `of ${events.join(', ')}`, command: 'channel set' });
  return event;
}
