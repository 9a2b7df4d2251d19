// The catalogue: every error that a user can meet, by code. One file an area; this file joins them.

import { accessErrors } from './access.ts';
import { agentErrors } from './agent.ts';
import { cliErrors } from './cli.ts';
import { detectorErrors } from './detectors.ts';
import { engineErrors } from './engines.ts';
import { type CatalogueEntry, type Details, HoldfastError } from './error.ts';
import { headErrors } from './head.ts';
import { loopErrors } from './loop.ts';
import { mlflowErrors } from './mlflow.ts';
import { ownerErrors } from './owners.ts';
import { pipelineErrors } from './pipeline.ts';
import { requestErrors } from './request.ts';
import { trackingErrors } from './tracking.ts';

export const catalogue = {
  ...requestErrors,
  ...accessErrors,
  ...ownerErrors,
  ...trackingErrors,
  ...loopErrors,
  ...engineErrors,
  ...pipelineErrors,
  ...detectorErrors,
  ...agentErrors,
  ...headErrors,
  ...cliErrors,
  ...mlflowErrors,
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

/** Makes the error of a code. `details` fill the `{places}` of its sentence. */
export function failure(code: ErrorCode, details: Details = {}, cause?: unknown): HoldfastError {
  return new HoldfastError(code, catalogue[code], details, cause);
}

/** The catalogue's entry of a code that came from outside, or undefined. */
export function lookUp(code: string): CatalogueEntry | undefined {
  return Object.hasOwn(catalogue, code) ? catalogue[code as ErrorCode] : undefined;
}
