// The only SQL of run_dataset_source, run_dataset and run_model: what went into a run, and which models came out.
import { type Db, prepared, sql } from '@holdfast/postgres';
import type { DatasetInput, ModelLink, Pair, RunDataset } from './types.ts';

/** A dataset of an experiment is known by name and digest: the same again is the same row. Answers its id. */
async function putSource(trx: Db, experiment_id: number, of: RunDataset): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into run_dataset_source (experiment_id, name, digest, source_type, source, schema, profile)
    values (${experiment_id}, ${of.name}, ${of.digest}, ${of.source_type}, ${of.source}, ${of.schema}, ${of.profile})
    on conflict (experiment_id, name, digest) do update set name = excluded.name returning id`.execute(trx);
  return rows[0]!.id;
}

/** A dataset that the run has already keeps the tags that it came with. */
export async function addDataset(trx: Db, run: { num: number; experiment_id: number }, input: DatasetInput): Promise<void> {
  const id = await putSource(trx, run.experiment_id, input.dataset);
  await sql`insert into run_dataset (run, dataset, tags) values (${run.num}, ${id}, ${JSON.stringify(input.tags)}::jsonb) on conflict do nothing`.execute(trx);
}

export async function addModels(trx: Db, run: number, side: 'input' | 'output', links: readonly ModelLink[]): Promise<void> {
  await sql`insert into run_model (run, side, model_id, step)
    select ${run}, ${side}, * from unnest(${links.map((l) => l.model_id)}::text[], ${links.map((l) => l.step)}::bigint[])
    on conflict do nothing`.execute(trx);
}

export type DatasetOfRun = RunDataset & { readonly run: number; readonly tags: readonly Pair[] };
export async function datasetsOf(db: Db, runs: readonly number[]): Promise<DatasetOfRun[]> {
  const { rows } = await sql<DatasetOfRun>`${prepared}
    select i.run, i.tags, s.name, s.digest, s.source_type, s.source, s.schema, s.profile
    from run_dataset i join run_dataset_source s on s.id = i.dataset where i.run = any(${[...runs]}::bigint[]) order by i.run, s.id`.execute(db);
  return rows;
}
export type ModelOfRun = ModelLink & { readonly run: number; readonly side: 'input' | 'output' };
export async function modelsOf(db: Db, runs: readonly number[]): Promise<ModelOfRun[]> {
  const { rows } = await sql<ModelOfRun>`${prepared}
    select run, side, model_id, step from run_model where run = any(${[...runs]}::bigint[]) order by run, model_id`.execute(db);
  return rows;
}

export interface DatasetSummary {
  readonly experiment_id: number;
  readonly name: string;
  readonly digest: string;
  readonly context: string | null;
}
/** The datasets of runs that are not deleted, once for each context. */
export async function datasetSummaries(db: Db, experiment_ids: readonly number[], limit: number): Promise<DatasetSummary[]> {
  const { rows } = await sql<DatasetSummary>`
    select distinct s.experiment_id, s.name, s.digest, t.tag ->> 'value' as context
    from run_dataset_source s join run_dataset i on i.dataset = s.id join run r on r.num = i.run and r.lifecycle_stage = 'active'
    left join lateral jsonb_array_elements(i.tags) as t (tag) on t.tag ->> 'key' = 'mlflow.data.context'
    where s.experiment_id = any(${[...experiment_ids]}::bigint[]) order by 1, 2, 3, 4 limit ${limit}`.execute(db);
  return rows;
}
