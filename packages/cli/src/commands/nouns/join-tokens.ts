// join-token: what lets devices in.
import type { Command } from 'commander';
import { printDone, printOne, printRows, say, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { collectLabel, verb, wholeNumber } from '../../verb.ts';

interface MakeOptions {
  readonly uses: number;
  readonly hours: number;
  readonly label: Record<string, string>;
}

export function addJoinTokens(program: Command): void {
  const noun = program.command('join-token').description('join tokens: what lets devices in');
  verb(noun, 'ls', 'list join tokens', 'join-token ls').action(async (_o: object, command: Command) => {
    const { tokens } = await clientOf(command).call('joinTokenList', {});
    const rows = tokens.map((t) => ({ ...t, left: t.uses_max - t.uses, expires: time(t.expires_ms) }));
    printRows(rows, ['id', 'name', 'left', 'expires', 'created_by'], outputOf(command));
  });
  verb(noun, 'make [name]', 'make a join token, and print the address to join at, once', 'join-token make line-3 --uses 20 --label site=north')
    .option('--uses <n>', 'devices that may join with it', wholeNumber(1, 100_000), 1)
    .option('--hours <n>', 'hours until it expires', wholeNumber(1, 87_600), 168)
    .option('--label <key=value>', 'a label that every device gets; may be given again', collectLabel, {})
    .action(make);
  verb(noun, 'rm <id>', 'revoke a join token; devices that joined with it stay', 'join-token rm ID').action(
    async (id: string, _o: object, command: Command) => {
      await clientOf(command).call('joinTokenDelete', { params: { id } });
      printDone(`revoked ${id}`, { id, removed: true }, outputOf(command));
    },
  );
}

async function make(name: string | undefined, { uses, hours, label }: MakeOptions, command: Command): Promise<void> {
  const body = { ...(name === undefined ? {} : { name }), uses_max: uses, expires_in_ms: hours * 3_600_000, labels: label };
  const made = await clientOf(command).call('joinTokenCreate', { body });
  if (outputOf(command).json) return printOne(made, outputOf(command));
  process.stdout.write(`${made.address}\n`);
  say(`next, on the device: npx holdfast join ${made.address} -- COMMAND`);
}
