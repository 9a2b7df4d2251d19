// protocol/hardware: which accelerator a Linux machine has: by nvidia-smi, by the driver's own files, by the board.
import type { HardwareFacts } from './facts.ts';
import type { Machine } from './port.ts';

interface Nvidia {
  readonly name: string;
  readonly count: number;
  readonly memory_bytes: number | undefined;
  readonly driver: string;
  readonly temperature_c: number | undefined;
}
type Said = Partial<Record<keyof HardwareFacts, string | number | undefined>>;

const mib_bytes = 1024 ** 2;
const numberOf = (text: string | undefined): number | undefined => (text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined);

/** Lines such as `NVIDIA A100-SXM4-40GB, 40960, 535.104.05, 34`; of several accelerators the first is described. An error of the driver is text of another form. */
export function readNvidia(text: string): Nvidia | undefined {
  const rows = text
    .split('\n')
    .map((line) => line.split(', ').map((field) => field.trim()))
    .filter((fields) => fields.length === 4);
  const [first] = rows;
  if (!first) return undefined;
  const [name = '', memory, driver = '', temperature] = first;
  const memory_mib = numberOf(memory);
  const temperatures = rows.map((fields) => numberOf(fields[3])).filter((one) => one !== undefined);
  return {
    ...{ name, count: rows.length, driver: driver.startsWith('[') ? '' : driver },
    memory_bytes: memory_mib === undefined ? undefined : memory_mib * mib_bytes,
    temperature_c: temperature === undefined || temperatures.length === 0 ? undefined : Math.max(...temperatures),
  };
}

/** /proc/driver/nvidia tells at once, where nvidia-smi is not there or slow; it does not know the memory. */
function nvidiaDriver(machine: Machine): Said | undefined {
  const cards = machine.list('/proc/driver/nvidia/gpus');
  if (cards.length === 0) return undefined;
  const name = /^Model:\s*(.+)$/m.exec(machine.readText(`/proc/driver/nvidia/gpus/${cards[0]}/information`))?.[1];
  const driver = /Kernel Module(?: for \w+)?\s+(\d+(?:\.\d+)+)/.exec(machine.readText('/proc/driver/nvidia/version'))?.[1];
  return { accelerator: 'nvidia', accelerator_name: name, accelerator_count: cards.length, accelerator_driver: driver };
}

/** A graphics processor of AMD, or an accelerator for models that has a class of its own. */
function hasOther(machine: Machine): boolean {
  if (['/sys/class/accel', '/sys/class/apex', '/sys/class/hailo_chardev'].some((folder) => machine.list(folder).length > 0)) return true;
  return machine
    .list('/sys/class/kfd/kfd/topology/nodes')
    .some((node) => /^simd_count [1-9]/m.test(machine.readText(`/sys/class/kfd/kfd/topology/nodes/${node}/properties`)));
}

export function acceleratorOf(machine: Machine, board: string | undefined, nvidia: Nvidia | undefined): Said {
  if (nvidia) {
    const { name, count, memory_bytes, driver } = nvidia;
    return { accelerator: 'nvidia', accelerator_name: name, accelerator_count: count, accelerator_memory_bytes: memory_bytes, accelerator_driver: driver };
  }
  const driver = nvidiaDriver(machine);
  if (driver) return driver;
  if (/jetson|tegra/i.test(board ?? '')) return { accelerator: 'nvidia' };
  if (hasOther(machine)) return {};
  return { accelerator: board?.startsWith('Raspberry Pi') ? 'raspberry-pi' : 'none' };
}
