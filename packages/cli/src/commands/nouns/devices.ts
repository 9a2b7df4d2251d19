// device and group: the fleet from the command line. Each command is a thin call of one route; every read command takes --json[=fields].
import type { Command } from 'commander';
import { printOne, printRows, say, time } from '../../output.ts';
import { clientOf, collectLabel, outputOf, wholeNumber } from '../../settings.ts';

export function addDevices(program: Command): void {
  const noun = program.command('device').description('devices of the fleet');
  noun
    .command('ls')
    .description('list devices')
    .option('--selector <labels>', 'key=value[,key=value]')
    .action(async (options: { selector?: string }, command: Command) => {
      const { devices: found } = await clientOf(command).call('deviceList', { query: { selector: options.selector } });
      const rows = found.map((d) => ({
        ...d,
        version: d.current ? `${d.current.model}@${d.current.model_version}` : null,
        drifted_features: [...new Set(d.drifted.map((one) => one.feature))],
        seen: time(d.last_seen_ms),
      }));
      printRows(rows, ['id', 'name', 'state', 'version', 'drifted_features', 'seen'], outputOf(command));
    });
  noun
    .command('show <device>')
    .description('one device, by id or name')
    .action(async (id: string, _o: object, command: Command) => printOne(await clientOf(command).call('deviceShow', { params: { id } }), outputOf(command)));
  noun
    .command('token')
    .description('make a join token, and print the address to join at')
    .option('--uses <n>', 'devices that may join with it', wholeNumber('--uses', 1), 1)
    .option('--label <key=value>', 'a label that every device gets; may be given again', collectLabel, {})
    .action(async (options: { uses: number; label: Record<string, string> }, command: Command) => {
      const made = await clientOf(command).call('joinTokenCreate', { body: { uses_max: options.uses, labels: options.label } });
      if (outputOf(command).json !== undefined) return printOne(made, outputOf(command));
      process.stdout.write(`${made.address}\n`);
      say(`next, on the device: npx holdfast join ${made.address} -- COMMAND`);
    });
  noun
    .command('rm <device>')
    .description('remove a device: it is cut off within a minute')
    .action(async (id: string, _o: object, command: Command) => {
      await clientOf(command).call('deviceRemove', { params: { id } });
      say(`removed ${id}`);
    });
}

export function addGroups(program: Command): void {
  const noun = program.command('group').description('device groups: saved selectors');
  noun
    .command('ls')
    .description('list groups')
    .action(async (_o: object, command: Command) =>
      printRows((await clientOf(command).call('groupList', {})).groups, ['name', 'selector', 'devices'], outputOf(command)),
    );
  noun
    .command('set <name> <selector>')
    .description('make or change a group')
    .action(async (name: string, selector: string, _o: object, command: Command) =>
      printOne(await clientOf(command).call('groupPut', { params: { name }, body: { selector } }), outputOf(command)),
    );
  noun
    .command('rm <name>')
    .description('remove a group')
    .action(async (name: string, _o: object, command: Command) => void (await clientOf(command).call('groupDelete', { params: { name } })));
}
