// protocol/hardware: a Linux machine by /proc, /sys and /etc/os-release.
import type { Machine } from './port.ts';
import { thermalOf } from './thermal.ts';

/** Names of ARM's own processors by part number (Arm, MIDR_EL1); another maker's is absent. */
const arm_parts: Readonly<Record<string, string>> = {
  '0xb76': 'ARM1176',
  '0xc07': 'Cortex-A7',
  '0xc08': 'Cortex-A8',
  '0xc09': 'Cortex-A9',
  '0xc0f': 'Cortex-A15',
  '0xd03': 'Cortex-A53',
  '0xd04': 'Cortex-A35',
  '0xd05': 'Cortex-A55',
  '0xd07': 'Cortex-A57',
  '0xd08': 'Cortex-A72',
  '0xd09': 'Cortex-A73',
  '0xd0a': 'Cortex-A75',
  '0xd0b': 'Cortex-A76',
  '0xd0c': 'Neoverse-N1',
  '0xd0d': 'Cortex-A77',
  '0xd40': 'Neoverse-V1',
  '0xd41': 'Cortex-A78',
  '0xd42': 'Cortex-A78AE',
  '0xd44': 'Cortex-X1',
  '0xd46': 'Cortex-A510',
  '0xd47': 'Cortex-A710',
  '0xd49': 'Neoverse-N2',
  '0xd4f': 'Neoverse-V2',
};

/** What the kernel calls an instruction set, and what it is called here; in the order in which they are said. */
const flag_names: readonly (readonly [string, string])[] = [
  ['sse4_2', 'sse4_2'],
  ['avx', 'avx'],
  ['f16c', 'f16c'],
  ['fma', 'fma'],
  ['avx2', 'avx2'],
  ['avx_vnni', 'avx_vnni'],
  ['avx512f', 'avx512f'],
  ['avx512bw', 'avx512bw'],
  ['avx512vl', 'avx512vl'],
  ['avx512_vnni', 'avx512_vnni'],
  ['avx512_bf16', 'avx512_bf16'],
  ['avx512_fp16', 'avx512_fp16'],
  ['amx_tile', 'amx_tile'],
  ['amx_int8', 'amx_int8'],
  ['amx_bf16', 'amx_bf16'],
  ['neon', 'neon'],
  ['asimd', 'neon'],
  ['asimdhp', 'fp16'],
  ['asimddp', 'dotprod'],
  ['i8mm', 'i8mm'],
  ['bf16', 'bf16'],
  ['sve', 'sve'],
  ['sve2', 'sve2'],
  ['sme', 'sme'],
];

/** Of the words of the kernel or of macOS those that matter for inference. */
export function flagsOf(words: readonly string[]): string | undefined {
  const said = new Set(words);
  const found = flag_names.filter(([name]) => said.has(name)).map(([, flag]) => flag);
  return found.length === 0 ? undefined : [...new Set(found)].join(' ');
}

const valuesOf = (text: string, name: string): string[] => [...text.matchAll(new RegExp(`^${name}[ \\t]*:[ \\t]*(.*)$`, 'gm'))].map((m) => m[1]!.trim());

/** ARM kernels say a part number, and as `model name` at most the architecture. */
function processorOf(cpuinfo: string): string | undefined {
  const parts = valuesOf(cpuinfo, 'CPU part');
  const makers = valuesOf(cpuinfo, 'CPU implementer');
  const names = [...new Set(parts.map((part, i) => (makers[i] === '0x41' ? arm_parts[part] : undefined)))].filter((name) => name !== undefined);
  if (names.length > 0) return names.join(' + ');
  return valuesOf(cpuinfo, 'model name').find((name) => !name.startsWith('ARMv'));
}

/** How many processors a list such as `0-7,16` names. */
const countOf = (list: string): number =>
  list
    .trim()
    .split(',')
    .map((part) => /^(\d+)(?:-(\d+))?$/.exec(part))
    .reduce((sum, m) => sum + (m ? Number(m[2] ?? m[1]) - Number(m[1]) + 1 : 0), 0);

/** Intel's hybrids list both kinds; on ARM each processor says its capacity, and the greatest are the fast ones. */
function kindsOf(machine: Machine): { cores_performance?: number; cores_efficiency?: number } {
  const [fast, thrifty] = [countOf(machine.readText('/sys/devices/cpu_core/cpus')), countOf(machine.readText('/sys/devices/cpu_atom/cpus'))];
  if (fast > 0 && thrifty > 0) return { cores_performance: fast, cores_efficiency: thrifty };
  const folders = machine.list('/sys/devices/system/cpu').filter((name) => /^cpu\d+$/.test(name));
  const capacities = folders
    .map((name) => Number(machine.readText(`/sys/devices/system/cpu/${name}/cpu_capacity`).trim() || Number.NaN))
    .filter(Number.isFinite);
  const most = capacities.filter((one) => one === Math.max(...capacities)).length;
  return most === capacities.length ? {} : { cores_performance: most, cores_efficiency: capacities.length - most };
}

/** What makers leave in their firmware where a name should be. */
const no_name = /^(|to be filled by o\.?e\.?m\.?|system product name|system manufacturer|default string|not applicable|not specified|none|o\.e\.m\.)$/i;

function machineOf(machine: Machine): string | undefined {
  const board = machine.readText('/proc/device-tree/model').replaceAll('\0', '').trim();
  if (board !== '') return board;
  const [vendor, product] = ['sys_vendor', 'product_name'].map((name) => machine.readText(`/sys/class/dmi/id/${name}`).trim());
  const words = [vendor!, product!].filter((word) => !no_name.test(word));
  return words.length === 0 ? undefined : words.length === 2 && words[1]!.startsWith(words[0]!) ? words[1] : words.join(' ');
}

export function linuxFacts(machine: Machine) {
  const cpuinfo = machine.readText('/proc/cpuinfo');
  const memory_kib = /^MemTotal:\s+(\d+) kB/m.exec(machine.readText('/proc/meminfo'))?.[1];
  const flags = valuesOf(cpuinfo, '(?:flags|Features)')[0] ?? '';
  return {
    machine: machineOf(machine),
    processor: processorOf(cpuinfo),
    cores: valuesOf(cpuinfo, 'processor').length || undefined,
    ...kindsOf(machine),
    flags: flagsOf(flags.split(/\s+/)),
    memory_bytes: memory_kib === undefined ? undefined : 1024 * Number(memory_kib),
    ...thermalOf(machine),
    os: /^PRETTY_NAME="?([^"\n]*)/m.exec(machine.readText('/etc/os-release'))?.[1],
  };
}
