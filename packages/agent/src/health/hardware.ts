// agent/health: what the device is, read once; how hot it is changes, and is in its health.
import { thisMachine } from '@holdfast/compute';
import { type HardwareFacts, type Machine, readHardware } from '@holdfast/protocol/hardware';

export async function lastingFacts(machine: Machine = thisMachine()): Promise<HardwareFacts> {
  const { thermal_state: _state, temperature_c: _temperature, ...lasting } = await readHardware(machine);
  return lasting;
}
