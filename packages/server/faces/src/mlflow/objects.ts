// mlflow: the object that decides about a request of somebody with grants, found by the fields of its route. A route that names none is for roles alone.
import type { Deed } from '@holdfast/access';
import { checkArtifactFolder } from '@holdfast/tracking';
import type { May } from '../may.ts';
import type { MlflowRoute, ObjectName } from './fields.ts';
import { isOwn, ownModel } from './own-versions.ts';

type Input = Readonly<Record<string, unknown>>;
const checks: Readonly<Record<ObjectName, (may: May, input: Input, deed: Deed, rest: string) => Promise<void>>> = {
  experiment: (may, input, deed) => may.experiment(Number(input['experiment_id']), deed),
  experiment_name: (may, input, deed) => may.experimentNamed(String(input['experiment_name']), deed),
  run: (may, input, deed) => may.run(String(input['run_id']), deed),
  logged_model: (may, input, deed) => may.loggedModel(String(input['model_id']), deed),
  trace: (may, input, deed) => may.trace(String(input['trace_id']), deed),
  model: (may, input, deed) => may.model(String(input['name']), deed),
  artifact: (may, _input, deed, rest) => mayFile(may, checkArtifactFolder(rest), deed),
  seen: async () => undefined,
};

export const checkObject = (may: May, on: ObjectName, { access, deed }: MlflowRoute, input: object, rest: string): Promise<void> =>
  checks[on](may, input as Input, deed ?? (access === 'editor' ? 'edit' : 'read'), rest);

/** A path of the store, or of the folder in which the registry shows its own versions. */
export function mayFile(may: May, path: string, deed: Deed): Promise<void> {
  return isOwn(path) ? may.model(ownModel(path), deed) : may.file(path, deed);
}
