// user, login-link, whoami, audit: who may do what, and who did what.
import { Argument, type Command } from 'commander';
import { failure } from '@holdfast/base';
import { printDone, printOne, printRows, printSome, say, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { type Role, roles, verb, wholeNumber } from '../../verb.ts';

export function addPeople(program: Command): void {
  const noun = program.command('user').description('users');
  verb(noun, 'ls', 'list users', 'user ls').action(async (_o: object, command: Command) =>
    printRows((await clientOf(command).call('userList', {})).users, ['name', 'role'], outputOf(command)),
  );
  verb(noun, 'add <name>', 'make a user, or set role and passphrase; the passphrase is read from HOLDFAST_PASSPHRASE', 'user add ada editor')
    .addArgument(new Argument('<role>', 'what the user may do').choices(roles))
    .action(addUser);
  verb(noun, 'rm <name>', 'remove a user and its sessions', 'user rm ada').action(async (name: string, _o: object, command: Command) => {
    await clientOf(command).call('userDelete', { params: { name } });
    printDone(`removed ${name}`, { name, removed: true }, outputOf(command));
  });
  verb(program, 'login-link', 'a new link that signs an administrator in, once', 'login-link').action(loginLink);
  verb(program, 'whoami', 'who this token is, and what it may do', 'whoami').action(async (_o: object, command: Command) => {
    const { user, role, expires_ms } = await clientOf(command).call('session', {});
    printOne({ user, role, expires_ms }, outputOf(command));
  });
  verb(program, 'audit', 'changes, newest first', 'audit --object press-1 --limit 20')
    .option('--object <name>', 'of this object')
    .option('--before <id>', 'older than this row', wholeNumber())
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 100)
    .action(audit);
}

async function addUser(name: string, role: Role, _options: object, command: Command): Promise<void> {
  const passphrase = process.env['HOLDFAST_PASSPHRASE'];
  if (!passphrase) throw failure('HF-CLI-006', { option: 'HOLDFAST_PASSPHRASE', saw: 'nothing', expected: 'the passphrase', command: 'user add' });
  printOne(await clientOf(command).call('userPut', { body: { name, role, passphrase } }), outputOf(command));
}

async function loginLink(_options: object, command: Command): Promise<void> {
  const client = clientOf(command);
  const { secret, expires_ms } = await client.call('loginLink', {});
  const link = `${client.server.url}/login#${secret}`;
  if (outputOf(command).json) return printOne({ link, expires_ms }, outputOf(command));
  process.stdout.write(`${link}\n`);
  say(`one time, until ${time(expires_ms)} UTC`);
}

async function audit(query: { object?: string; before?: number; limit: number }, command: Command): Promise<void> {
  const { rows } = await clientOf(command).call('audit', { query });
  const shown = rows.map((r) => ({ ...r, at: time(r.at_ms) }));
  printSome(shown, ['id', 'at', 'actor', 'action', 'object', 'from'], query.limit, outputOf(command));
}
