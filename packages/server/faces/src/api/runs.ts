// Handlers of what the pages of runs ask. The grammar of the filters and the orders is that of the MLflow face.
import { failure } from '@holdfast/base';
import { checkArtifactFolder, checkArtifactPath } from '@holdfast/tracking';
import { parseFilter } from '../mlflow/filter/parse.ts';
import { parseOrder } from '../mlflow/filter/order.ts';
import { run_subject } from '../mlflow/filter/subjects.ts';
import { storeFolder } from '../mlflow/folders.ts';
import { pageToken, readPageToken } from '../mlflow/page-token.ts';
import type { May } from '../may.ts';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';
import { plain, runTable } from './run-rows.ts';
import { thinPoints } from './thin-points.ts';

const page_runs = 200;
const charted_runs_max = 20;
const charted_points = 1_000;
/** Of one run and metric, for a chart. */
const read_points_max = 1_000_000;
const shown_entries_max = 2_000;
const shown_bytes_max = 1_048_576;

export function runHandlers({ rooms: { tracking } }: FaceOptions) {
  const { runs, artifacts } = tracking;

  const search = async (
    may: May,
    query: { experiment?: string; project?: string; filter?: string; order_by?: string; page_token?: string; limit?: number },
  ) => {
    const { experiment, project, filter, order_by, page_token, limit = page_runs } = query;
    const known = (await tracking.experimentViews(may.experiments)).filter(
      (one) => (experiment === undefined || one.name === experiment) && (project === undefined || one.project === project),
    );
    if (experiment !== undefined && known.length === 0) await may.experimentNamed(experiment, 'read');
    if (experiment !== undefined && known.length === 0) await tracking.experiments.getByName(experiment); // says that it is not there
    const asked = ['run rows', experiment, project, filter, order_by];
    const { rows, next, ahead } = await runs.search({
      experiment_ids: known.map((one) => one.id),
      view: 'ACTIVE_ONLY',
      conditions: parseFilter(filter, run_subject),
      order: parseOrder(order_by ? [order_by] : [], run_subject),
      limit,
      after: readPageToken(page_token, asked),
    });
    const names = new Map(known.map((one) => [one.id, one.name]));
    return { ...runTable(await runs.details(rows, { folded: true, ahead }), (id) => names.get(id)!), next_page_token: next ? pageToken(next, asked) : null };
  };

  const pointsOf = async (run: string, key: string, points_max: number) => {
    await runs.get(run);
    const points = await runs.historyBySteps(run, key, read_points_max);
    return {
      run,
      points_total: points.length,
      points: thinPoints(points, points_max).map(({ step, value }): [number, number | 'NaN'] => [step, plain(value)]),
    };
  };

  /** The place of a path of a run in the artifact store. */
  const placeOf = async (id: string, path: string): Promise<string> =>
    [storeFolder((await runs.get(id)).artifact_uri), path].filter((part) => part !== '').join('/');

  return {
    runSearch: async ({ query, may }) => search(may, query),
    runPoints: async ({ query, may }) => {
      const ids = [...new Set(query.runs.split(','))];
      if (ids.length > charted_runs_max)
        throw failure('HF-REQ-001', { where: 'query/runs', saw: `${ids.length} ids`, expected: `at most ${charted_runs_max}` });
      if (!may.reach.free) for (const id of ids) await may.run(id, 'read');
      return { series: await Promise.all(ids.map((id) => pointsOf(id, query.key, query.points ?? charted_points))) };
    },
    runArtifacts: async ({ params, query, may }) => {
      const place = await placeOf(params.id, checkArtifactFolder(query.folder ?? ''));
      const entries = await may.entriesSeen(place, await artifacts.list(place));
      const shown = entries.slice(0, shown_entries_max).map(({ name, is_dir, size_bytes }) => ({ name, is_dir, size_bytes }));
      return { entries: shown, entries_total: entries.length };
    },
    runArtifact: async ({ params, query, may, reply }) => {
      const place = await placeOf(params.id, checkArtifactPath(query.path));
      await may.file(place, 'read'); // somebody may keep another experiment in a folder of the run
      const row = await artifacts.stat(place);
      const to = query.whole ? row.size_bytes : Math.min(row.size_bytes, query.bytes_max ?? shown_bytes_max);
      const name = encodeURIComponent(row.path.split('/').at(-1)!);
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
        .header('content-length', to)
        .header('x-size-bytes', row.size_bytes)
        .send(await artifacts.read(row, to < row.size_bytes ? { from: 0, to } : undefined));
    },
  } satisfies Partial<Handlers>;
}
