// token: API tokens for programs.
import { type Command, Option } from 'commander';
import { printDone, printOne, printRows, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { type Role, roles, verb, wholeNumber } from '../../verb.ts';

export function addTokens(program: Command): void {
  const noun = program.command('token').description('API tokens');
  verb(noun, 'ls', 'list tokens', 'token ls').action(async (_o: object, command: Command) => {
    const { tokens } = await clientOf(command).call('tokenList', {});
    const rows = tokens.map((t) => ({ ...t, expires: time(t.expires_ms), used: time(t.used_ms) }));
    printRows(rows, ['id', 'name', 'role', 'project', 'expires', 'used'], outputOf(command));
  });
  verb(noun, 'make <name>', 'make a token; its secret is printed once', 'token make ci --role editor --days 30')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).default('viewer'))
    .option('--project <name>', 'what it makes goes there; a guest sees that project alone')
    .option('--days <n>', 'days until it expires', wholeNumber(1, 3_650), 90)
    .action(async (name: string, { role, project, days }: { role: Role; project?: string; days: number }, command: Command) => {
      const body = { name, role, expires_in_ms: days * 86_400_000, ...(project === undefined ? {} : { project }) };
      const made = await clientOf(command).call('tokenCreate', { body });
      if (outputOf(command).json) return printOne(made, outputOf(command));
      process.stdout.write(`${made.secret}\n`);
    });
  verb(noun, 'rm <id>', 'revoke a token', 'token rm ID').action(async (id: string, _o: object, command: Command) => {
    await clientOf(command).call('tokenDelete', { params: { id } });
    printDone(`revoked ${id}`, { id, removed: true }, outputOf(command));
  });
}
