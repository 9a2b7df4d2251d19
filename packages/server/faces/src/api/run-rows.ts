// A search over runs as a table: the keys once, and a value for each key and run, so that a thousand runs with a hundred metrics stay one short answer.
import { type HardwareFacts, fact_names, hardwareOfRun, saysHardware } from '@holdfast/protocol/hardware';
import type { RunRow as Row, RunShown, RunView } from '@holdfast/protocol/rest';
import type { RunDetails } from '@holdfast/tracking';

const states = { RUNNING: 'running', SCHEDULED: 'scheduled', FINISHED: 'finished', FAILED: 'failed', KILLED: 'killed' } as const;

/** JSON has no NaN. */
export const plain = (value: number): number | 'NaN' => (Number.isNaN(value) ? 'NaN' : value);

const keysOf = (all: readonly (readonly { readonly key: string }[])[]): string[] => [...new Set(all.flatMap((each) => each.map(({ key }) => key)))].toSorted();

/** Tags first, then params, then metrics. Of the thousands of pairs of a page few say something of a machine: a key is asked once. */
function hardwareReader(): (run: RunDetails) => HardwareFacts {
  const asked = new Map<string, boolean>();
  const says = (key: string): boolean => {
    const known = asked.get(key) ?? saysHardware(key);
    asked.set(key, known);
    return known;
  };
  return ({ tags, params, metrics }) => {
    const pairs: [string, string][] = [];
    for (const of of [tags, params, metrics]) for (const { key, value } of of) if (says(key)) pairs.push([key, String(value)]);
    return pairs.length === 0 ? {} : hardwareOfRun(pairs);
  };
}

export function shownRun(run: RunView): RunShown {
  const metrics = Object.entries(run.metrics).map(([key, { last }]): [string, string] => [key, String(last)]);
  return { ...run, hardware: { ...hardwareOfRun([...Object.entries(run.tags), ...Object.entries(run.params), ...metrics]) } };
}

type RunTable = Record<'metric_keys' | 'param_keys' | 'hardware_keys', string[]> & { rows: Row[] };

export function runTable(runs: readonly RunDetails[], experiment: (id: number) => string): RunTable {
  const metric_keys = keysOf(runs.map((run) => run.metrics));
  const param_keys = keysOf(runs.map((run) => run.params));
  const facts = runs.map(hardwareReader());
  const hardware_keys = fact_names.filter((name) => facts.some((of) => of[name] !== undefined));
  const rows = runs.map(({ row, metrics, params }, at): Row => {
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
      hardware: hardware_keys.map((name) => facts[at]![name] ?? null),
    };
  });
  return { metric_keys, param_keys, hardware_keys, rows };
}
