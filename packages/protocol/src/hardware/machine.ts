// protocol/hardware: the facts of this machine, read through a port, so that any machine can be put in its place.
// Of several sources the first that tells wins. The Python SDK reads the same; golden/hardware.json holds both to the same texts.
import { type HardwareFacts, factsFrom } from './facts.ts';
import { acceleratorOf, readNvidia } from './accelerator.ts';
import { linuxFacts } from './linux.ts';
import { macFacts, mac_names } from './mac.ts';
import type { Machine } from './port.ts';

const nvidia_command = ['nvidia-smi', '--query-gpu=name,memory.total,driver_version,temperature.gpu', '--format=csv,noheader,nounits'];
const thermal_command = ['notifyutil', '-g', 'com.apple.system.thermalpressurelevel'];
const architectures: Readonly<Record<string, string>> = { x64: 'x86_64', amd64: 'x86_64', aarch64: 'arm64', arm: 'armv7l', ia32: 'i686' };

export async function readHardware(machine: Machine): Promise<HardwareFacts> {
  const architecture = architectures[machine.architecture.toLowerCase()] ?? machine.architecture;
  if (machine.platform === 'darwin') {
    const [system, thermal] = await Promise.all([machine.run(['sysctl', ...mac_names]), machine.run(thermal_command)]);
    return factsFrom({ architecture, ...macFacts(system, thermal) });
  }
  if (machine.platform !== 'linux') return factsFrom({ architecture });
  const facts = linuxFacts(machine);
  const nvidia = readNvidia(await machine.run(nvidia_command));
  return factsFrom({
    architecture,
    ...facts,
    ...acceleratorOf(machine, facts.machine, nvidia),
    temperature_c: hotter(facts.temperature_c, nvidia?.temperature_c),
  });
}

const hotter = (a: number | undefined, b: number | undefined): number | undefined => (a === undefined || b === undefined ? (a ?? b) : Math.max(a, b));
