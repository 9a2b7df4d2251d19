// join, agent, supervise: what runs on a device. Joining is done here; what stays is the bundled agent itself, in the place of this process.
import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { say } from '../output.ts';
import { collectLabel, verb } from '../verb.ts';

const agent_folder = 'holdfast-agent';
const bundle = path.join(path.dirname(fileURLToPath(import.meta.resolve('@holdfast/agent'))), 'bundle', 'holdfast-agent.js');

interface AgentCommand {
  readonly data: string;
  readonly waitForBundle?: boolean;
  readonly ring?: string;
}
interface JoinCommand extends AgentCommand {
  readonly name: string;
  readonly label: Record<string, string>;
}

export function addDeviceSide(program: Command): void {
  const enrol = 'enrol this machine at a server; with a command, keep it running as the agent';
  agentOptions(verb(program, 'join <address> [command...]', enrol, 'join hf://192.0.2.7:8080/hfj_TOKEN --label site=north -- python3 detect.py'))
    .option('--name <name>', 'name of the device', hostname())
    .option('--label <key=value>', 'a label; may be given again', collectLabel, {})
    .action(join);
  const keep = 'run the agent of a joined folder, and keep the command running';
  agentOptions(verb(program, 'agent [command...]', keep, 'agent --wait-for-bundle -- python3 detect.py')).action(runAgent);
  verb(program, 'supervise <command...>', 'keep any program running, with no server at all', 'supervise -- python3 detect.py').action((command: string[]) =>
    becomeAgent(['supervise', '--', ...command]),
  );
}

const agentOptions = (command: Command): Command =>
  command
    .option('--data <dir>', 'folder of the agent', agent_folder)
    .option('--wait-for-bundle', 'start the command only when a model is there')
    .option('--ring <file>', 'the file through which the command hands over its inferences');

async function join(address: string, command: string[], options: JoinCommand): Promise<void> {
  const { joinServer } = await import('@holdfast/agent');
  const identity = await joinServer({ address, folder: path.resolve(options.data), name: options.name, labels: options.label });
  say(`joined as ${options.name} (${identity.device})`);
  if (command.length === 0) say(`next: npx holdfast agent --data ${options.data} -- COMMAND`);
  else await runAgent(command, options);
}

function runAgent(command: readonly string[], { data, waitForBundle, ring }: AgentCommand): Promise<void> {
  return becomeAgent([
    'run',
    '--data',
    path.resolve(data),
    ...(waitForBundle ? ['--wait-for-bundle'] : []),
    ...(ring ? ['--ring', path.resolve(ring)] : []),
    '--',
    ...command,
  ]);
}

/** The agent takes the place of this process (execve, Node 23.11), so that nothing of the command line stays in memory; else it is a child. */
function becomeAgent(args: readonly string[]): Promise<void> {
  if (process.execve) process.execve(process.execPath, [process.execPath, bundle, ...args], process.env);
  const child = spawn(process.execPath, [bundle, ...args], { stdio: 'inherit' });
  process.on('SIGINT', () => undefined); // the terminal sends it to the agent too
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}
