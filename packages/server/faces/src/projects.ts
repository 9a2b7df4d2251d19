// faces: the fair default of a project: a model that says nothing of one goes where the run was made that its version is registered from.
import { type Actor, default_project, project_tag } from '@holdfast/postgres';
import type { May } from './may.ts';
import type { Rooms } from './rooms.ts';

/** Nothing happens where the model has a project, or whoever registers may not move it there. */
export async function takeOverProject(
  { registry, tracking }: Pick<Rooms, 'registry' | 'tracking'>,
  { reach }: May,
  of: { readonly model: string; readonly run: string },
  by: Actor,
): Promise<void> {
  const [model, runs] = await Promise.all([registry.places.model(of.model), tracking.places.runs([of.run])]);
  const run = runs.get(of.run);
  if (!model || !run || model.project !== default_project || run.project === default_project) return;
  if (!reach.may('remove', { kind: 'model', ...model }) || !reach.mayIn(run.project, 'edit')) return;
  await registry.model_records.setTag(of.model, { key: project_tag, value: run.project }, by);
}
