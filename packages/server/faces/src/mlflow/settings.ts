// mlflow: settings that users of MLflow's server know, by the names of its variables.
import type { ParseSettings } from './parse.ts';

export interface MlflowSettings extends ParseSettings {
  /** MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH. */
  readonly artifact_location_chars_max: number;
  /** MLFLOW_CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX: what the source of a new version has to match. */
  readonly version_source_pattern?: RegExp | undefined;
}

export const default_settings: MlflowSettings = { truncate_long_values: true, artifact_location_chars_max: 2_048 };
