// user, token, audit. Each command is a thin call of one route; every read command takes --json[=fields].
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { printOne, printRows, time } from '../../output.ts';
import { clientOf, outputOf, wholeNumber } from '../../settings.ts';

export function addPeople(program: Command): void {
  const user = program.command('user').description('users');
  user
    .command('ls')
    .description('list users')
    .action(async (_o: object, command: Command) => printRows((await clientOf(command).call('userList', {})).users, ['name', 'role'], outputOf(command)));
  user
    .command('set <name> <role>')
    .description('make a user, or set role and passphrase; the passphrase is read from HOLDFAST_PASSPHRASE')
    .action(async (name: string, role: string, _o: object, command: Command) => {
      const roles = ['viewer', 'editor', 'admin'] as const;
      const known = roles.find((r) => r === role);
      if (!known) throw failure('HF-CLI-006', { option: 'ROLE', saw: role, expected: roles.join(', '), command: 'user set' });
      printOne(
        await clientOf(command).call('userPut', { body: { name, role: known, passphrase: process.env['HOLDFAST_PASSPHRASE'] ?? '' } }),
        outputOf(command),
      );
    });
  user
    .command('rm <name>')
    .description('remove a user')
    .action(async (name: string, _o: object, command: Command) => void (await clientOf(command).call('userDelete', { params: { name } })));
  const token = program.command('token').description('API tokens');
  token
    .command('ls')
    .description('list tokens')
    .action(async (_o: object, command: Command) =>
      printRows(
        (await clientOf(command).call('tokenList', {})).tokens.map((t) => ({ ...t, expires: time(t.expires_ms) })),
        ['id', 'name', 'role', 'expires'],
        outputOf(command),
      ),
    );
  token
    .command('create <name>')
    .description('make a token; its secret is printed once')
    .option('--role <role>', 'viewer, editor or admin', 'viewer')
    .option('--days <n>', 'days until it expires', wholeNumber('--days', 1), 90)
    .action(async (name: string, options: { role: string; days: number }, command: Command) => {
      const made = await clientOf(command).call('tokenCreate', { body: { name, role: options.role as 'viewer', expires_in_ms: options.days * 86_400_000 } });
      if (outputOf(command).json !== undefined) return printOne(made, outputOf(command));
      process.stdout.write(`${made.secret}\n`);
    });
  token
    .command('rm <id>')
    .description('revoke a token')
    .action(async (id: string, _o: object, command: Command) => void (await clientOf(command).call('tokenDelete', { params: { id } })));
  program
    .command('audit')
    .description('changes')
    .command('ls')
    .description('list changes, newest first')
    .option('--object <name>', 'of this object')
    .action(async (options: { object?: string }, command: Command) => {
      const { rows } = await clientOf(command).call('audit', { query: { object: options.object } });
      printRows(
        rows.map((r) => ({ ...r, at: time(r.at_ms) })),
        ['at', 'actor', 'action', 'object', 'from'],
        outputOf(command),
      );
    });
}
