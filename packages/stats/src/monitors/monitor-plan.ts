// stats/monitors: the monitors of an app as one text, `monitors.json` of a bundle: {"v": 1, "monitors": [{"monitor", "parameters", "reference"}]}.
// The one place that says what it may hold; it is read by the packager, by the server before it signs, and by the device.
import { failure } from '@holdfast/base';
import type { GivenParameters } from '../detectors/parameters.ts';
import { boundedReference, window_size_max } from './ks-test.ts';
import type { MonitorReference } from './monitor.ts';
import { monitorKind } from './registry.ts';

export interface PlannedMonitor {
  readonly monitor: string;
  readonly parameters: GivenParameters;
  /** Values of each feature when all was well: for KSTest, which needs one; of no meaning to others. */
  readonly reference?: MonitorReference;
}
export interface MonitorPlan {
  readonly v: 1;
  readonly monitors: readonly PlannedMonitor[];
}

/** `numbers_max`: of all monitors together, in memory and, some 20 bytes each, in the file of what they learned. */
export const plan_limits = { text_bytes_max: 4_194_304, monitors_max: 20, features_max: 100, numbers_max: 500_000 } as const;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const wrong = (where: string, saw: string, expected: string) => failure('HF-STAT-028', { where, saw, expected });

/** Fails with HF-STAT-028, which names the place. */
export function parsePlan(text: string): MonitorPlan {
  if (text.length > plan_limits.text_bytes_max) throw wrong('as a whole', `${text.length} characters`, `at most ${plan_limits.text_bytes_max}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw wrong('as a whole', (cause as Error).message, 'one JSON object');
  }
  if (!isFields(value) || value['v'] !== 1 || !Array.isArray(value['monitors'])) throw wrong('as a whole', text.slice(0, 60), '{"v": 1, "monitors": […]}');
  return checkPlan(value['monitors']);
}

/** What a list of monitors may hold. */
export function checkPlan(list: readonly unknown[]): MonitorPlan {
  if (list.length === 0 || list.length > plan_limits.monitors_max) throw wrong('as a whole', `${list.length} monitors`, `1 to ${plan_limits.monitors_max}`);
  const monitors = list.map((one, i) => checkOne(one, `monitor ${i + 1}`));
  const numbers = monitors.reduce((sum, one) => sum + numbersOf(one), 0);
  if (numbers > plan_limits.numbers_max)
    throw wrong('as a whole', `monitors that would keep ${numbers} numbers`, `at most ${plan_limits.numbers_max}: fewer features, or fewer samples`);
  return { v: 1, monitors };
}

/** What a monitor may come to keep: of KSTest a check of each feature, of one that compares lists so many of them; others keep a few thousand at most. */
function numbersOf({ monitor, parameters, reference }: PlannedMonitor): number {
  const list = monitorKind(monitor).parameters;
  const valueOf = (key: string) => Number(parameters[key] ?? list[key]?.default ?? 0);
  return reference ? window_size_max * Object.keys(reference).length : valueOf('max_samples') * valueOf('max_features');
}

function checkOne(one: unknown, where: string): PlannedMonitor {
  if (!isFields(one) || typeof one['monitor'] !== 'string' || !isFields(one['parameters'] ?? {}))
    throw wrong(where, JSON.stringify(one)?.slice(0, 80) ?? 'nothing', '{"monitor": name, "parameters": {…}}');
  const { monitor, reference } = one as unknown as PlannedMonitor;
  const parameters = (one['parameters'] ?? {}) as GivenParameters;
  const found = monitorKind(monitor).wrong(parameters);
  if (found) throw wrong(`${where}, ${monitor}`, found.saw, found.expected);
  if (monitor !== 'KSTest') return { monitor, parameters };
  return { monitor, parameters, reference: checkReference(reference, `${where}, ${monitor}`) };
}

/** A test needs two values a side; of a long list every so many-th is kept. */
function checkReference(reference: unknown, where: string): MonitorReference {
  const entries = isFields(reference) ? Object.entries(reference) : [];
  if (entries.length === 0 || entries.length > plan_limits.features_max)
    throw wrong(where, `a reference of ${entries.length} features`, `1 to ${plan_limits.features_max} features, {"feature": [numbers]}`);
  return Object.fromEntries(entries.map(([feature, values]) => [feature, checkValues(values, `${where}, ${JSON.stringify(feature.slice(0, 80))}`)]));
}

function checkValues(values: unknown, where: string): readonly number[] {
  const numbers: readonly unknown[] = Array.isArray(values) ? values : [];
  const finite = numbers.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  if (finite.length < 2) throw wrong(where, `${numbers.length} values, ${finite.length} of them numbers`, 'at least 2 numbers');
  return boundedReference(finite);
}
