// protocol/hardware: the facts of a run, from what its client logged: the tags `hardware.*`, and where one is absent, names that clients are known to log. Pure.
import { type FactName, type HardwareFacts, factsFrom, fact_names, hardware_prefix, thermal_states } from './facts.ts';

type Said = Partial<Record<FactName, string | number>>;

const gib_bytes = 1024 ** 3;
const yes = new Set(['true', '1', '1.0', 'yes']);
const number = (text: string): number | undefined => (text.trim() === '' || !Number.isFinite(Number(text)) ? undefined : Number(text));
/** A level as a number follows NSProcessInfo.ThermalState: 0 nominal to 3 critical. */
const thermal = (text: string): string | undefined => thermal_states[number(text) ?? -1] ?? text.toLowerCase();

/** What clients log of the machine by names of their own; a prefix such as `system/` before a name does not matter. */
const known: Readonly<Record<string, (value: string) => Said>> = {
  memory_total_gb: (v) => (number(v) === undefined ? {} : { memory_bytes: Math.round(number(v)! * gib_bytes) }),
  cpu_count: (v) => ({ cores: v }),
  performance_cores: (v) => ({ cores_performance: v }),
  efficiency_cores: (v) => ({ cores_efficiency: v }),
  // that there is no MPS does not say that there is no accelerator
  mps_available: (v) => (yes.has(v.toLowerCase()) ? { accelerator: 'apple-silicon' } : {}),
  ane_available: (v) => (yes.has(v.toLowerCase()) ? { accelerator: 'apple-silicon' } : {}),
  thermal_state: (v) => ({ thermal_state: thermal(v) ?? '' }),
};
/** MLflow's own system metrics count the accelerators; what they are they do not say. */
const accelerator_form = /^system\/gpu_(\d{1,3})_/;

const nameOf = (key: string): string => key.slice(Math.max(key.lastIndexOf('/'), key.lastIndexOf('.')) + 1);

/** Whether a key of a param, a metric or a tag says something of the machine: the others need not be given. */
export const saysHardware = (key: string): boolean => key.startsWith(hardware_prefix) || Object.hasOwn(known, nameOf(key)) || accelerator_form.test(key);

/** The tags come first; of two other pairs that say the same, the earlier. A value that is none of its kind is as good as absent. */
export function hardwareOfRun(pairs: Iterable<readonly [key: string, value: string]>): HardwareFacts {
  const tagged: Said = {};
  const logged: Said = {};
  let accelerators = 0;
  for (const [key, value] of pairs) {
    const name = key.slice(hardware_prefix.length) as FactName;
    if (key.startsWith(hardware_prefix) && fact_names.includes(name)) tagged[name] = value;
    else if (Object.hasOwn(known, nameOf(key))) Object.assign(logged, { ...known[nameOf(key)]!(value), ...logged });
    accelerators = Math.max(accelerators, 1 + Number(accelerator_form.exec(key)?.[1] ?? -1));
  }
  return { ...factsFrom({ ...(accelerators > 0 ? { accelerator_count: accelerators } : {}), ...factsFrom(logged), ...factsFrom(tagged) }) };
}
