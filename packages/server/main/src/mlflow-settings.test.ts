import { expect, it } from 'vitest';
import { mlflowSettings } from './mlflow-settings.ts';

it('reads the variables of MLflow, and has its defaults without them', () => {
  expect(mlflowSettings({})).toEqual({ truncate_long_values: true, artifact_location_chars_max: 2_048, version_source_pattern: undefined });
  const set = mlflowSettings({
    MLFLOW_TRUNCATE_LONG_VALUES: 'False',
    MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH: '100',
    MLFLOW_CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX: 's3://models/.*|mlflow-artifacts:/',
  });
  expect([set.truncate_long_values, set.artifact_location_chars_max]).toEqual([false, 100]);
  const fits = (source: string) => set.version_source_pattern!.test(source);
  expect([fits('s3://models/x'), fits('mlflow-artifacts:/1/x'), fits('x s3://models/x')]).toEqual([true, true, false]);
});

it('refuses a value that is none, with the name of the variable', () => {
  for (const [name, value] of [
    ['MLFLOW_TRUNCATE_LONG_VALUES', 'maybe'],
    ['MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH', '-1'],
    ['MLFLOW_CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX', '('],
  ] as const)
    expect(() => mlflowSettings({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'HF-MLF-014', message: expect.stringContaining(name) as string }) as Error,
    );
});
