// protocol/hardware: the words in which a machine is described, on a run as tags `hardware.*` and on a device. The list is fixed: what is not in it is not read.
// A fact that the machine does not tell is absent; none is ever guessed.

interface FactRule {
  readonly says: string;
  readonly kind: 'text' | 'whole' | 'number' | 'word';
  readonly words?: readonly string[];
}

export const thermal_states = ['nominal', 'fair', 'serious', 'critical'] as const;
export type ThermalState = (typeof thermal_states)[number];
export const accelerators = ['nvidia', 'apple-silicon', 'raspberry-pi', 'none'] as const;
export type Accelerator = (typeof accelerators)[number];

/** In the order in which they are shown. */
export const hardware_facts = {
  machine: { says: 'what the machine is, by its maker: `Raspberry Pi 5 Model B Rev 1.0`, `MacBookPro18,3`', kind: 'text' },
  processor: { says: 'its processor: `Apple M1 Pro`, `Cortex-A76`', kind: 'text' },
  architecture: { says: '`x86_64`, `arm64`, `armv7l` …', kind: 'text' },
  cores: { says: 'processors that the operating system counts, threads of one core each for itself', kind: 'whole' },
  cores_performance: { says: 'of these the fast ones, where there are two kinds', kind: 'whole' },
  cores_efficiency: { says: 'of these the thrifty ones, where there are two kinds', kind: 'whole' },
  flags: {
    says: 'instructions that matter for inference: `avx2`, `avx512f`, `avx512_vnni`, `amx_int8`, `neon`, `fp16`, `dotprod`, `i8mm`, `bf16`, `sve` …',
    kind: 'text',
  },
  memory_bytes: { says: 'main memory; on Apple Silicon the accelerator shares it', kind: 'whole' },
  accelerator: {
    says: '`nvidia`, `apple-silicon`, `raspberry-pi` (the board, with no accelerator beyond it), or `none`; absent where there is another one, or nobody looked',
    kind: 'word',
    words: accelerators,
  },
  accelerator_name: { says: 'such as `NVIDIA GeForce RTX 4090`', kind: 'text' },
  accelerator_count: { says: 'how many of them', kind: 'whole' },
  accelerator_memory_bytes: { says: 'the memory of one', kind: 'whole' },
  accelerator_driver: { says: 'the version of its driver', kind: 'text' },
  thermal_state: { says: '`nominal`, `fair`, `serious` (it is slowed down), `critical`', kind: 'word', words: thermal_states },
  temperature_c: { says: 'the hottest sensor of the processor or the accelerator, in °C', kind: 'number' },
  os: { says: 'the operating system: `Debian GNU/Linux 12 (bookworm)`', kind: 'text' },
} as const satisfies Readonly<Record<string, FactRule>>;

export type FactName = keyof typeof hardware_facts;
/** Each value as the text that a tag holds. */
export type HardwareFacts = { readonly [K in FactName]?: string };

export const fact_names = Object.keys(hardware_facts) as FactName[];
/** Those that change while a machine runs are no kind of machine. */
const passing_facts: readonly FactName[] = ['thermal_state', 'temperature_c'];
export const lasting_fact_names = fact_names.filter((name) => !passing_facts.includes(name));
export const hardware_prefix = 'hardware.';
const fact_chars_max = 250;

/** The value as it is kept, or undefined where it is none of its kind. */
export function cleanFact(name: FactName, value: string | number | undefined): string | undefined {
  const rule: FactRule = hardware_facts[name];
  const text = String(value ?? '')
    .replaceAll('\0', '')
    .trim();
  if (text === '' || text.length > fact_chars_max) return undefined;
  if (rule.kind === 'text') return text;
  if (rule.kind === 'word') return rule.words!.includes(text) ? text : undefined;
  const number = Number(text);
  if (!Number.isFinite(number) || (rule.kind === 'whole' && (!Number.isSafeInteger(number) || number < 0))) return undefined;
  return String(number);
}

/** Facts in their order, without those that are none. */
export function factsFrom(said: { readonly [K in FactName]?: string | number | undefined }): HardwareFacts {
  const entries = fact_names.map((name) => [name, cleanFact(name, said[name])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** As tags of a run. */
export const factTags = (facts: HardwareFacts): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [hardware_prefix + name, value]));
