// cli/drift: a scenario of TinyLCM: its list drift_detectors, each {"type": name, parameters…}, or, as its autonomous scenario has it, drift_detection under tinylcm:
// {"ewma_confidence": {"enabled": true, parameters…}, "distribution": …, "feature": …}. The file of `reference_stats_path` is read in; k and the metric of the
// classifier are those of its monitors where they do not say them. The other sections are passed over, and that is said.
import path from 'node:path';
import { oneOf } from '@holdfast/base';
import { type MonitorKind, monitorKind, monitors } from '@holdfast/stats';
import { readJsonFile } from '../files.ts';
import { type Asked, type Fields, checkKeys, isFields, refused } from './config-fields.ts';
import { renamed } from './older-keys.ts';

const top = ['device', 'camera', 'model', 'tinylcm', 'drift_detectors', 'tinysphere', 'application'] as const;
const below = [
  'pipeline',
  'feature_extractor',
  'feature_transformation',
  'adaptive_classifier',
  'drift_detectors',
  'operational_monitor',
  'sync_client',
  'features',
  'state_manager',
  'data_logger',
  'geolocation',
  'quarantine',
  'heuristic',
  'adaptive',
  'drift_detection',
  'model_dir',
  'data_dir',
  'inference_dir',
  'quarantine_dir',
  'heuristic_dir',
  'sync_interval_seconds',
  'enable_autonomous_detection',
  'enable_quarantine',
  'enable_heuristic_adaptation',
  'external_validation',
  'quarantine_check_interval',
  'heuristic_confidence_threshold',
  'use_detection_scores_as_features',
] as const;
/** The names of the other form. */
const named = { ewma_confidence: 'EWMAConfidenceMonitor', distribution: 'PredictionDistributionMonitor', feature: 'FeatureMonitor' } as const;

export async function scenarioPlan(file: string, value: Fields): Promise<Asked> {
  checkKeys(file, 'at the top', value, top);
  const inner = isFields(value['tinylcm']) ? value['tinylcm'] : {};
  checkKeys(file, 'of tinylcm', inner, below);
  const list = value['drift_detectors'] ?? inner['drift_detectors'] ?? namedDetectors(file, inner['drift_detection']);
  if (!Array.isArray(list) || list.length === 0)
    throw refused(file, list === undefined ? 'no list drift_detectors' : 'drift_detectors without an entry', 'drift_detectors: [{"type": name, …}]');
  const classifier = isFields(inner['adaptive_classifier']) ? inner['adaptive_classifier'] : {};
  const made: Asked[] = [];
  for (const [i, one] of list.entries()) made.push(await detectorOf(file, one, i, classifier));
  const notes = [...notesOf(value, inner, classifier), ...made.flatMap((each) => each.notes)];
  return { monitors: made.flatMap((each) => each.monitors), notes };
}

/** As a list; what is not `enabled` is left out. */
function namedDetectors(file: string, section: unknown): Fields[] | undefined {
  if (!isFields(section)) return undefined;
  checkKeys(file, 'of tinylcm.drift_detection', section, Object.keys(named));
  return Object.entries(section).flatMap(([name, one]) => {
    if (!isFields(one)) throw refused(file, `tinylcm.drift_detection.${name} that is no object`, '{"enabled": true, …}');
    const { enabled = true, ...parameters } = one;
    if (typeof enabled !== 'boolean') throw refused(file, `tinylcm.drift_detection.${name}.enabled ${JSON.stringify(enabled)}`, 'true or false');
    return enabled ? [{ type: named[name as keyof typeof named], ...parameters }] : [];
  });
}

async function detectorOf(file: string, one: unknown, i: number, classifier: Fields): Promise<Asked> {
  if (!isFields(one)) throw refused(file, `drift_detectors[${i}] that is no object`, '{"type": name, …}');
  const { type, reference_stats_path, ...written } = one;
  const names = monitors.map(({ name }) => name);
  if (typeof type !== 'string' || !names.includes(type))
    throw refused(file, `drift_detectors[${i}].type ${JSON.stringify(type) ?? 'that is absent'}`, oneOf(String(type), names));
  const kind = monitorKind(type);
  const { parameters: given, keys, twice } = renamed(type, written, Object.keys(kind.parameters));
  if (twice) throw refused(file, `drift_detectors[${i}], ${type}: ${twice[0]} beside ${twice[1]}`, `one of them: ${twice[0]} is the older name of ${twice[1]}`);
  const parameters = { ...ofClassifier(type, classifier), ...given, ...(await measured(file, reference_stats_path)) };
  const wrong = kind.wrong(parameters);
  if (wrong) throw refused(file, `drift_detectors[${i}], ${type}: ${wrong.saw}`, `${wrong.expected}${meaning(kind, wrong.saw)}`);
  return { monitors: [{ monitor: type, parameters }], notes: keys.map(([older, key]) => `${type}: ${older} is read as ${key}, its name of now`) };
}

/** What the parameter of `name = value` is, for its unit is often another one than in the original. */
function meaning({ parameters }: MonitorKind, saw: string): string {
  const name = /^(\w+) = /.exec(saw)?.[1] ?? '';
  return Object.hasOwn(parameters, name) ? ` (${parameters[name]!.says})` : '';
}

/** What the monitors of neighbours share with the classifier. */
function ofClassifier(type: string, { k, distance_metric }: Fields): Fields {
  const name = { KNNDistanceMonitor: 'k', NeighborDiversityDriftDetector: 'k_neighbors' }[type];
  if (name === undefined) return {};
  return { ...(k === undefined ? {} : { [name]: k }), ...(distance_metric === undefined ? {} : { distance_metric }) };
}

/** Mean, spread and count of the distances that were measured before. */
async function measured(file: string, reference_stats_path: unknown): Promise<Fields> {
  if (typeof reference_stats_path !== 'string' || reference_stats_path === '') return {};
  const stats_file = path.resolve(path.dirname(file), reference_stats_path);
  const value = await readJsonFile(stats_file);
  const { reference_mean, reference_std, sample_count } = isFields(value) ? value : ({} as Fields);
  if (typeof reference_mean !== 'number' || typeof reference_std !== 'number')
    throw refused(stats_file, 'no reference_mean or no reference_std', '{"reference_mean": number, "reference_std": number, "sample_count": number}');
  const count = typeof sample_count === 'number' ? { initial_reference_count: sample_count } : {};
  return { initial_reference_mean: reference_mean, initial_reference_std: reference_std, ...count };
}

function notesOf(value: Fields, inner: Fields, { initial_state_path }: Fields): string[] {
  const used = ['tinylcm', 'drift_detectors', 'drift_detection', 'adaptive_classifier'];
  const passed_over = [...Object.keys(value), ...Object.keys(inner)].filter((key) => !used.includes(key));
  return [
    ...(passed_over.length === 0 ? [] : [`not used here: the section${passed_over.length === 1 ? '' : 's'} ${passed_over.join(', ')}`]),
    ...(initial_state_path === undefined
      ? []
      : ['not used here: adaptive_classifier.initial_state_path: neighbours come with the inference, or are the first inferences of the device']),
  ];
}
