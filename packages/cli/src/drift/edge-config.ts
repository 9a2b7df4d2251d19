// cli/drift: config.yaml of edge-mlops-monitor: its section drift_detection, as written; the others are passed over, and that is said.
import path from 'node:path';
import { oneOf } from '@holdfast/base';
import { readLists } from '../profile/lists.ts';
import { type Asked, type Fields, checkKeys, isFields, refused } from './config-fields.ts';

const sections = ['system', 'model_logging', 'drift_detection', 'telemetry', 'storage'] as const;
const keys = ['algorithm', 'threshold', 'reference_data_path', 'check_frequency'] as const;
const algorithms = ['ks_test'] as const;

export async function edgePlan(file: string, value: Fields): Promise<Asked> {
  checkKeys(file, 'at the top', value, sections);
  const section = value['drift_detection'];
  if (!isFields(section)) throw refused(file, 'no section drift_detection', `drift_detection with ${keys.join(', ')}`);
  checkKeys(file, 'of drift_detection', section, keys);
  const { algorithm = 'ks_test', reference_data_path, ...parameters } = section;
  if (!(algorithms as readonly unknown[]).includes(algorithm))
    throw refused(file, `drift_detection.algorithm ${JSON.stringify(algorithm)}`, oneOf(String(algorithm), algorithms));
  if (typeof reference_data_path !== 'string' || reference_data_path === '')
    throw refused(
      file,
      `drift_detection.reference_data_path ${JSON.stringify(reference_data_path) ?? 'that is absent'}`,
      'the path of a file {"feature": [numbers]}',
    );
  const reference = await referenceOf(path.resolve(path.dirname(file), reference_data_path));
  const passed_over = sections.filter((name) => name !== 'drift_detection' && name in value);
  return {
    monitors: [{ monitor: 'KSTest', parameters, reference }],
    notes: passed_over.length === 0 ? [] : [`not used here: the section${passed_over.length === 1 ? '' : 's'} ${passed_over.join(', ')}`],
  };
}

/** Numbers alone: a list of words or of embeddings has no such test. */
async function referenceOf(file: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const { numbers, words, embeddings } = await readLists(file);
  const other = words[0] ?? embeddings[0];
  if (other) throw refused(file, `${JSON.stringify(other.name)}, a list that is not of numbers`, '{"feature": [numbers]}');
  for (const { name, values } of numbers) {
    const count = values.filter(Number.isFinite).length;
    if (count < 2) throw refused(file, `${JSON.stringify(name)}: ${values.length} values, ${count} of them numbers`, 'at least 2 numbers');
  }
  return Object.fromEntries(numbers.map(({ name, values }) => [name, values]));
}
