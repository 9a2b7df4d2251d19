// A search over runs as a table: the keys once, and a value for each key and run, so that a thousand runs with a hundred metrics stay one short answer.
import type { RunRow as Row } from '@holdfast/protocol/rest';
import type { RunDetails } from '@holdfast/tracking';

const states = { RUNNING: 'running', SCHEDULED: 'scheduled', FINISHED: 'finished', FAILED: 'failed', KILLED: 'killed' } as const;

/** JSON has no NaN. */
export const plain = (value: number): number | 'NaN' => (Number.isNaN(value) ? 'NaN' : value);

const keysOf = (all: readonly (readonly { readonly key: string }[])[]): string[] => [...new Set(all.flatMap((each) => each.map(({ key }) => key)))].toSorted();

export function runTable(runs: readonly RunDetails[], experiment: (id: number) => string): { metric_keys: string[]; param_keys: string[]; rows: Row[] } {
  const metric_keys = keysOf(runs.map((run) => run.metrics));
  const param_keys = keysOf(runs.map((run) => run.params));
  const rows = runs.map(({ row, metrics, params }): Row => {
    const metric = new Map(metrics.map(({ key, value }) => [key, plain(value)]));
    const param = new Map(params.map(({ key, value }) => [key, value]));
    return {
      id: row.id,
      experiment: experiment(row.experiment_id),
      name: row.name,
      state: states[row.status],
      started_ms: row.start_ms,
      ended_ms: row.end_ms,
      metrics: metric_keys.map((key) => metric.get(key) ?? null),
      params: param_keys.map((key) => param.get(key) ?? null),
    };
  });
  return { metric_keys, param_keys, rows };
}
