// cli/drift: the configuration of the monitors of an app, as the app has it: config.yaml of edge-mlops-monitor (its section drift_detection), a scenario of TinyLCM (its
// list drift_detectors, at the top or under tinylcm, or its drift_detection under tinylcm), or a plan of ours. Files that it names are read in, so that what comes out needs no other file.
// What is not used is said in `notes`; a key or a name that nobody knows is an error, which names the file, the key and the nearest known one.
import { HoldfastError, failure } from '@holdfast/base';
import { type MonitorPlan, MonitorSet, checkPlan, monitors } from '@holdfast/stats';
import { parse } from 'yaml';
import { readText } from '../files.ts';
import { type Asked, type Fields, isFields, refused } from './config-fields.ts';
import { edgePlan } from './edge-config.ts';
import { scenarioPlan } from './scenario-config.ts';

export interface MonitorConfig {
  readonly plan: MonitorPlan;
  /** What of the file has no effect here, and which limits are others than were asked for. */
  readonly notes: readonly string[];
}

const config_chars_max = 4_194_304;

/** Fails with HF-CLI-009 or HF-CLI-010, which name the file. */
export async function readMonitorConfig(file: string): Promise<MonitorConfig> {
  const value = await parsed(file);
  const asked = await askedOf(file, value);
  try {
    const plan = checkPlan(asked.monitors);
    const limits = new MonitorSet(plan).monitors.flatMap(({ name, monitor }) => (monitor.note === null ? [] : [`${name}: ${monitor.note}`]));
    return { plan, notes: [...asked.notes, ...unused(asked.monitors), ...limits] };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const { where, saw, expected } = error.details as { where?: string; saw?: string; expected?: string };
    throw failure('HF-CLI-010', { file, saw: where === undefined ? `the monitor ${saw}` : `${where}: ${saw}`, expected }, error);
  }
}

/** Scenarios of TinyLCM have comments between slash and star. What looks like one inside of a string stays. */
const withoutComments = (text: string): string => text.replaceAll(/("(?:\\.|[^"\\])*")|\/\*[\s\S]*?\*\//g, (_all, string?: string) => string ?? ' ');

/** YAML holds JSON too; what is wrong in a JSON file is better said by its own reader. */
async function parsed(file: string): Promise<Fields> {
  const text = await readText(file);
  if (text.length > config_chars_max) throw refused(file, `${text.length} characters`, `at most ${config_chars_max}`);
  try {
    const value: unknown = /\.ya?ml$/i.test(file) ? parse(text) : JSON.parse(withoutComments(text));
    if (isFields(value)) return value;
  } catch (cause) {
    throw failure('HF-CLI-010', { file, saw: (cause as Error).message.split('\n')[0]!, expected: 'YAML in a .yaml file, else JSON' }, cause);
  }
  throw refused(file, 'no object', 'drift_detection, drift_detectors, or tinylcm with drift_detectors');
}

async function askedOf(file: string, value: Fields): Promise<Asked> {
  if (value['v'] === 1 && Array.isArray(value['monitors'])) return { monitors: value['monitors'] as readonly Fields[], notes: [] };
  if ('drift_detectors' in value || 'tinylcm' in value) return scenarioPlan(file, value);
  return edgePlan(file, value);
}

function unused(asked: readonly Fields[]): string[] {
  return asked.flatMap(({ monitor, parameters }) => {
    const not_used = monitors.find(({ name }) => name === monitor)?.not_used ?? {};
    const given = Object.keys(isFields(parameters) ? parameters : {}).filter((key) => Object.hasOwn(not_used, key));
    return given.map((key) => `${String(monitor)}: ${key} is not used: ${not_used[key]}`);
  });
}
