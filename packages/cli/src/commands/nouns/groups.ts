// group: device groups, which are saved selectors.
import type { Command } from 'commander';
import { printDone, printOne, printRows } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { verb } from '../../verb.ts';

export function addGroups(program: Command): void {
  const noun = program.command('group').description('device groups: saved selectors');
  verb(noun, 'ls', 'list groups', 'group ls').action(async (_o: object, command: Command) =>
    printRows((await clientOf(command).call('groupList', {})).groups, ['name', 'selector', 'devices'], outputOf(command)),
  );
  verb(noun, 'set <name> <selector>', 'make or change a group', 'group set north site=north').action(
    async (name: string, selector: string, _o: object, command: Command) =>
      printOne(await clientOf(command).call('groupPut', { params: { name }, body: { selector } }), outputOf(command)),
  );
  verb(noun, 'rm <name>', 'remove a group; its devices stay', 'group rm north').action(async (name: string, _o: object, command: Command) => {
    await clientOf(command).call('groupDelete', { params: { name } });
    printDone(`removed ${name}`, { name, removed: true }, outputOf(command));
  });
}
