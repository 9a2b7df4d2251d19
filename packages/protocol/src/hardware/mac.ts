// protocol/hardware: a Mac, by sysctl and by the thermal pressure that macOS publishes to anybody.
import { thermal_states } from './facts.ts';
import { flagsOf } from './linux.ts';

/** sysctl prints those that it knows and leaves the others out. */
export const mac_names = [
  ...['machdep.cpu.brand_string', 'machdep.cpu.features', 'machdep.cpu.leaf7_features', 'hw.model', 'hw.memsize', 'hw.logicalcpu', 'kern.osproductversion'],
  ...[0, 1, 2].flatMap((level) => [`hw.perflevel${level}.name`, `hw.perflevel${level}.logicalcpu`]),
  ...['hw.optional.neon', 'hw.optional.arm.FEAT_FP16', 'hw.optional.arm.FEAT_DotProd', 'hw.optional.arm.FEAT_I8MM', 'hw.optional.arm.FEAT_BF16'],
  ...['hw.optional.arm.FEAT_SME', 'hw.optional.arm.FEAT_SVE'],
];

const arm_flags: readonly (readonly [string, string])[] = [
  ['hw.optional.neon', 'neon'],
  ['hw.optional.arm.FEAT_FP16', 'asimdhp'],
  ['hw.optional.arm.FEAT_DotProd', 'asimddp'],
  ['hw.optional.arm.FEAT_I8MM', 'i8mm'],
  ['hw.optional.arm.FEAT_BF16', 'bf16'],
  ['hw.optional.arm.FEAT_SVE', 'sve'],
  ['hw.optional.arm.FEAT_SME', 'sme'],
];

/** OSThermalNotification.h: nominal, moderate, heavy, trapping, sleeping. */
const pressure_states = [0, 1, 2, 3, 3];

export function macFacts(system: string, thermal: string) {
  const values = new Map([...system.matchAll(/^([\w.]+): (.*)$/gm)].map((m) => [m[1]!, m[2]!.trim()]));
  const processor = values.get('machdep.cpu.brand_string');
  const apple = processor?.startsWith('Apple ') ?? false;
  const words = `${values.get('machdep.cpu.features') ?? ''} ${values.get('machdep.cpu.leaf7_features') ?? ''}`
    .toLowerCase()
    .replaceAll('.', '_')
    .replaceAll('avx1_0', 'avx');
  const flags = [...words.split(/\s+/), ...arm_flags.filter(([name]) => values.get(name) === '1').map(([, flag]) => flag)];
  const version = values.get('kern.osproductversion');
  const pressure = /^com\.apple\.system\.thermalpressurelevel (\d)\s*$/m.exec(thermal)?.[1];
  return {
    machine: values.get('hw.model'),
    processor,
    cores: values.get('hw.logicalcpu'),
    ...kindsOf(values),
    flags: flagsOf(flags),
    memory_bytes: values.get('hw.memsize'),
    ...(apple ? { accelerator: 'apple-silicon', accelerator_name: processor, accelerator_count: 1 } : {}),
    thermal_state: pressure === undefined ? undefined : thermal_states[pressure_states[Number(pressure)] ?? -1],
    os: version === undefined ? undefined : `macOS ${version}`,
  };
}

/** Levels have names since macOS 13; without them the first is the fast one. */
function kindsOf(values: ReadonlyMap<string, string>): { cores_performance?: number; cores_efficiency?: number } {
  const levels = [0, 1, 2].map((level) => ({
    level,
    name: values.get(`hw.perflevel${level}.name`),
    cores: Number(values.get(`hw.perflevel${level}.logicalcpu`) ?? 0),
  }));
  const there = levels.filter(({ cores }) => cores > 0);
  if (there.length < 2) return {};
  const thrifty = there.filter(({ level, name }) => (name === undefined ? level > 0 : name === 'Efficiency'));
  const cores_efficiency = thrifty.reduce((sum, { cores }) => sum + cores, 0);
  return { cores_performance: there.reduce((sum, { cores }) => sum + cores, 0) - cores_efficiency, cores_efficiency };
}
