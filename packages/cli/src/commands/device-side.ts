// join, agent, supervise: what runs on a device.
import { hostname } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { joinServer, runAgent, superviseOnly } from '@holdfast/agent';
import { say } from '../output.ts';
import { collectLabel, wholeNumber } from '../settings.ts';
import { untilSignal } from './up.ts';

const agent_folder = 'holdfast-agent';

interface AgentCommand {
  data: string;
  waitForBundle?: boolean;
  pointsMs?: number;
}

export function addDeviceSide(program: Command): void {
  program
    .command('join <address> [command...]')
    .description('enrol this machine at a server; with a command, keep it running as the agent')
    .option('--data <dir>', 'folder of the agent', agent_folder)
    .option('--name <name>', 'name of the device', hostname())
    .option('--label <key=value>', 'a label; may be given again', collectLabel, {})
    .option('--wait-for-bundle', 'start the command only when a model is there')
    .action(async (address: string, command: string[], options: AgentCommand & { name: string; label: Record<string, string> }) => {
      const identity = await joinServer({ address, folder: path.resolve(options.data), name: options.name, labels: options.label });
      say(`joined as ${options.name} (${identity.device})`);
      if (command.length > 0) await run(command, options);
      else say(`next: npx holdfast agent --data ${options.data} -- COMMAND`);
    });
  program
    .command('agent [command...]')
    .description('run the agent of a joined folder, and keep the command running')
    .option('--data <dir>', 'folder of the agent', agent_folder)
    .option('--wait-for-bundle', 'start the command only when a model is there')
    .option('--points-ms <n>', 'how often metrics are sampled', wholeNumber('--points-ms', 100))
    .action((command: string[], options: AgentCommand) => run(command, options));
  program
    .command('supervise <command...>')
    .description('keep any program running, with no server at all')
    .action(async (command: string[]) => {
      const running = await superviseOnly({ program: command, on_line: say });
      await untilSignal();
      await running.stop();
    });
}

async function run(command: readonly string[], options: AgentCommand): Promise<void> {
  const agent = await runAgent({
    folder: path.resolve(options.data),
    program: [...command],
    wait_for_bundle: options.waitForBundle ?? false,
    on_line: say,
    ...(options.pointsMs === undefined ? {} : { points_ms: options.pointsMs }),
  });
  await untilSignal();
  await agent.stop();
}
