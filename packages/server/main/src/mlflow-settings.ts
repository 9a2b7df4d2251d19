// main: the variables that users of MLflow's server set, read once at the start.
import { failure } from '@holdfast/base';
import type { MlflowSettings } from '@holdfast/faces';

type Variables = Readonly<Record<string, string | undefined>>;

/** Fails with HF-MLF-014. */
export function mlflowSettings(variables: Variables): MlflowSettings {
  return {
    truncate_long_values: truth(variables, 'MLFLOW_TRUNCATE_LONG_VALUES', true),
    artifact_location_chars_max: count(variables, 'MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH', 2_048),
    version_source_pattern: pattern(variables, 'MLFLOW_CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX'),
  };
}

function truth(variables: Variables, name: string, otherwise: boolean): boolean {
  const saw = variables[name]?.toLowerCase() ?? '';
  if (saw === '') return otherwise;
  if (saw !== 'true' && saw !== 'false' && saw !== '1' && saw !== '0') throw failure('HF-MLF-014', { name, saw, expected: 'true or false' });
  return saw === 'true' || saw === '1';
}
function count(variables: Variables, name: string, otherwise: number): number {
  const saw = variables[name] ?? '';
  if (saw === '') return otherwise;
  if (!/^[1-9]\d{0,6}$/.test(saw)) throw failure('HF-MLF-014', { name, saw, expected: 'a whole number from 1 to 9999999' });
  return Number(saw);
}
function pattern(variables: Variables, name: string): RegExp | undefined {
  const saw = variables[name] ?? '';
  if (saw === '') return undefined;
  try {
    return new RegExp(`^(?:${saw})`, 'u'); // Python's re.match begins at the start
  } catch (cause) {
    throw failure('HF-MLF-014', { name, saw, expected: 'a regular expression' }, cause);
  }
}
