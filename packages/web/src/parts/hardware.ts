// web/parts: the facts of a machine in a person's words: what is not said is not shown.
import { type FactName, cleanFact } from '@holdfast/protocol/hardware';
import { bytesText, countText, numberText } from './format.ts';

const titles: Readonly<Record<FactName, string>> = {
  machine: 'Machine',
  processor: 'Processor',
  architecture: 'Architecture',
  cores: 'Cores',
  cores_performance: 'Fast cores',
  cores_efficiency: 'Thrifty cores',
  flags: 'Instructions',
  memory_bytes: 'Memory',
  accelerator: 'Accelerator',
  accelerator_name: 'Accelerator name',
  accelerator_count: 'Accelerators',
  accelerator_memory_bytes: 'Accelerator memory',
  accelerator_driver: 'Driver',
  thermal_state: 'Thermal state',
  temperature_c: 'Temperature',
  os: 'System',
};
export const factTitle = (name: string): string => titles[name as FactName] ?? name;

export function factText(name: string, value: string): string {
  if (cleanFact(name as FactName, value) === undefined) return value;
  if (name.endsWith('_bytes')) return bytesText(Number(value));
  return name === 'temperature_c' ? `${numberText(Number(value))} °C` : value;
}

type Said = Readonly<Record<string, string>>;

/** The machine in one line, such as `Cortex-A76, 4 cores, 7.9 GiB`. */
export function machineText(of: Said): string {
  const { processor, machine, architecture, cores, memory_bytes, accelerator, accelerator_name } = of;
  const what = accelerator === 'raspberry-pi' ? machine : (processor ?? machine ?? architecture);
  const beside = accelerator_name !== undefined && accelerator_name !== processor ? accelerator_name : undefined;
  const parts = [what, beside, cores && countText(Number(cores), 'core'), memory_bytes && bytesText(Number(memory_bytes))];
  return parts.filter(Boolean).join(', ');
}
