// contract/server: grants on every route: what somebody may not read is not there, in whatever is answered.
import { type MlflowRoute, mlflowRoutes } from '@holdfast/faces';
import { sql } from '@holdfast/postgres';
import { type Route, type RouteName, routes } from '@holdfast/protocol/rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, type Cove, ask, makeCove, mlflowAsked, nowhere } from './grants-support.ts';
import { type House, type RunningApp, openApp, openHouse, tester } from './support.ts';

let house: House;
let running: RunningApp;
let open: Cove;
let hidden: Cove;
let guest: Record<string, string>;
let viewer: Record<string, string>;

/** Stands in every text of what is hidden, and in nothing else. */
const word = 'xyzzy';
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const give = (token: string, kind: 'experiment' | 'model' | 'project', id: number | string, level: 'none' | 'read' | 'edit' | 'manage') =>
  house.rooms.access.grants.set({ subject: { kind: 'token', name: token }, object: { kind, id: String(id) }, level, by: tester });
const makeToken = (name: string, role: 'guest' | 'viewer' | 'editor', project?: string) =>
  house.rooms.access.makeToken({ name, role, ...(project === undefined ? {} : { project }) }, tester);
const modelId = async (name: string) => (await house.rooms.registry.places.model(name))!.id;

beforeAll(async () => {
  house = await openHouse();
  running = await openApp(house);
  open = await makeCove(house, 'gull', tester);
  await sql`select setval(pg_get_serial_sequence('experiment', 'id'), 314159)`.execute(house.database.db); // ids that stand nowhere by chance
  hidden = await makeCove(house, word, tester);
  const made = await makeToken('guest', 'guest');
  await give(made.token.id, 'experiment', open.experiment_id, 'read');
  await give(made.token.id, 'model', await modelId(open.model), 'read');
  guest = bearer(made.secret);
  const some = await makeToken('viewer', 'viewer');
  await give(some.token.id, 'experiment', hidden.experiment_id, 'none');
  await give(some.token.id, 'model', await modelId(hidden.model), 'none');
  viewer = bearer(some.secret);
});
afterAll(async () => {
  await running.close();
  await house.close();
});

const described = Object.entries(mlflowRoutes) as [string, MlflowRoute][];
/** Requests of ours about the cove: every route that names what grants are asked about. */
const ours = (of: Cove): { readonly [K in RouteName]?: Asked } => ({
  modelList: { method: 'GET', url: '/api/v1/models' },
  modelShow: { method: 'GET', url: `/api/v1/models/${of.model}` },
  modelHistory: { method: 'GET', url: `/api/v1/models/${of.model}/history` },
  modelPerformance: { method: 'GET', url: `/api/v1/models/${of.model}/performance` },
  modelVersionShow: { method: 'GET', url: `/api/v1/models/${of.model}/versions/1` },
  modelRegister: { method: 'POST', url: `/api/v1/models/${of.model}/versions`, body: { digest: 'a'.repeat(64), lineage: { run: of.run } } },
  aliasPut: { method: 'PUT', url: `/api/v1/models/${of.model}/aliases/best`, body: { version: 1, reason: '' } },
  bundleBuild: { method: 'POST', url: `/api/v1/models/${of.model}/versions/1/bundles`, body: { pipeline: 'a'.repeat(64), profile: 'a'.repeat(64) } },
  experimentList: { method: 'GET', url: '/api/v1/experiments' },
  runList: { method: 'GET', url: `/api/v1/runs?experiment=${encodeURIComponent(of.experiment)}` },
  runShow: { method: 'GET', url: `/api/v1/runs/${of.run}` },
  runCreate: { method: 'POST', url: '/api/v1/runs', body: { experiment: of.experiment } },
  runLog: { method: 'POST', url: `/api/v1/runs/${of.run}/log`, body: { params: { q: '1' } } },
  runMetric: { method: 'GET', url: `/api/v1/runs/${of.run}/metrics/loss` },
  runSearch: { method: 'GET', url: `/api/v1/runs/search?experiment=${encodeURIComponent(of.experiment)}` },
  traceSearch: { method: 'GET', url: `/api/v1/traces/search?experiment=${encodeURIComponent(of.experiment)}` },
  traceShow: { method: 'GET', url: `/api/v1/traces/${of.trace}` },
  runPoints: { method: 'GET', url: `/api/v1/run-points?runs=${of.run}&key=loss` },
  runArtifacts: { method: 'GET', url: `/api/v1/runs/${of.run}/artifacts?folder=model` },
  runArtifact: { method: 'GET', url: `/api/v1/runs/${of.run}/artifact?path=model/x.txt` },
});

/** What was answered, with what the request itself had named taken out of it. */
function shape(answer: { status: number; text: string }, of: Cove): string {
  const named = [of.file, of.experiment, of.model, of.run, of.logged_model, of.trace, String(of.experiment_id)];
  return named.reduce((text, name) => text.replaceAll(name, '…'), `${answer.status} ${answer.text}`);
}
/** These make one, or answer the same whether it is there or not. */
const making = new Set(['createExperiment', 'createRegisteredModel', 'modelRegister', 'runCreate']);
const about = (): [string, (of: Cove) => Asked][] => [
  ...described.map(([name, route]): [string, (of: Cove) => Asked] => [name, (of) => mlflowAsked(route, of)]),
  ...(Object.keys(ours(nowhere)) as RouteName[]).map((name): [string, (of: Cove) => Asked] => [name, (of) => ours(of)[name]!]),
];

describe.each(['guest', 'viewer'] as const)('a %s', (who) => {
  const headers = () => (who === 'guest' ? guest : viewer);

  it('is answered about what is hidden as about what is not there, on every route', async () => {
    const told: string[] = [];
    for (const [name, asked] of about().filter(([one]) => !making.has(one))) {
      const [seen, none] = [await ask(running, asked(hidden), headers()), await ask(running, asked(nowhere), headers())];
      if (shape(seen, hidden) !== shape(none, nowhere)) told.push(`${name}: ${seen.status} ${seen.text} / ${none.status} ${none.text}`);
    }
    expect(told).toEqual([]);
    expect(about().length).toBeGreaterThan(80);
  });

  it('hears no word of it from any route, whatever is asked for', async () => {
    const told: string[] = [];
    const of_all = Object.values(routes) as Route[];
    const reads = of_all.filter((route) => route.method === 'GET' && !route.path.includes(':')).map(({ path }): Asked => ({ method: 'GET', url: path }));
    const both = (field: unknown) =>
      Array.isArray(field)
        ? [...(field as unknown[]), ...(field[0] === open.run ? [hidden.run] : field[0] === open.trace ? [hidden.trace] : [String(hidden.experiment_id)])]
        : field;
    const searches = described.map(([, route]) => mlflowAsked(route, open)).filter((asked) => asked.body !== undefined && /search/.test(asked.url));
    const all = [
      ...reads,
      ...searches.map((asked) => ({ ...asked, body: Object.fromEntries(Object.entries(asked.body!).map(([key, value]) => [key, both(value)])) })),
      ...described.map(([, route]) => mlflowAsked(route, open)).filter((asked) => asked.method === 'GET'),
      ...['', `${hidden.experiment_id}`, `${hidden.experiment_id}/${hidden.run}/artifacts/model`, 'holdfast-models'].map((path): Asked => ({
        method: 'GET',
        url: `/api/2.0/mlflow-artifacts/artifacts?path=${path}`,
      })),
      { method: 'GET', url: `/api/2.0/mlflow/metrics/get-history-bulk?run_id=${open.run}&run_id=${hidden.run}&metric_key=loss` } as const,
      { method: 'GET', url: '/api/2.0/mlflow/experiments/search?max_results=100&view_type=ALL' } as const,
      { method: 'GET', url: '/api/2.0/mlflow/registered-models/search' } as const,
      { method: 'GET', url: '/api/2.0/mlflow/model-versions/search' } as const,
    ];
    for (const asked of all.filter(({ url }) => !url.endsWith('/stream'))) {
      const { status, text } = await ask(running, asked, headers());
      if (text.includes(word) || text.includes(hidden.run) || status === 500) told.push(`${asked.method} ${asked.url}: ${status} ${text.slice(0, 300)}`);
    }
    expect(told).toEqual([]);
  });

  it('reads what it may, on every route that reads', async () => {
    const refused: string[] = [];
    for (const [name, route] of described.filter(([, one]) => one.access !== 'editor' && one.on !== undefined)) {
      const { status, text } = await ask(running, mlflowAsked(route, open), headers());
      if (status !== 200 && status !== 501 && !name.startsWith('presign')) refused.push(`${name}: ${status} ${text}`);
    }
    for (const [name, asked] of Object.entries(ours(open)).filter(([, one]) => one.method === 'GET' && !one.url.includes('/artifact?'))) {
      const { status, text } = await ask(running, asked, headers());
      if (status !== 200 || text.length < 20) refused.push(`${name}: ${status} ${text}`);
    }
    expect(refused).toEqual([]);
  });

  it('changes nothing, on every route that changes', async () => {
    const done: string[] = [];
    for (const [name, route] of described.filter(([, one]) => one.access === 'editor')) {
      const { status, text } = await ask(running, mlflowAsked(route, open), headers());
      if (status !== 403 && status !== 501 && status !== 400) done.push(`${name}: ${status} ${text}`);
      if (status === 400 && !text.includes('HF-MLF-008')) done.push(`${name}: ${status} ${text}`); // what is not there for anybody
    }
    for (const [name, asked] of Object.entries(ours(open)).filter(([, one]) => one.method !== 'GET')) {
      const { status, text } = await ask(running, asked, headers());
      if (status !== 403) done.push(`${name}: ${status} ${text}`);
    }
    expect(done).toEqual([]);
  });
});

describe('every route', () => {
  it('about experiments, runs, models and their files names what grants are asked about', () => {
    const without = described.filter(([, route]) => route.on === undefined).map(([name]) => name);
    const others = without.filter((name) => !mlflowRoutes[name as keyof typeof mlflowRoutes].path.includes('/webhooks')); // those are of roles alone
    expect(others.toSorted()).toEqual(['serverInfo', 'version']);
    const named = (Object.entries(routes) as [RouteName, Route][]).filter(([, route]) => route.on !== undefined).map(([name]) => name);
    expect(named.toSorted()).toEqual(Object.keys(ours(nowhere)).toSorted());
  });

  it('that is of roles alone refuses a guest', async () => {
    const let_in: string[] = [];
    for (const route of Object.values(routes) as Route[]) {
      if (route.on !== undefined || route.access === 'public' || route.access === 'guest') continue;
      const url = route.path.replaceAll(/:(\w+)/g, '1');
      const { status, text } = await ask(running, { method: route.method, url, body: route.method === 'GET' ? undefined : {} }, guest);
      if (status !== 403 || !text.includes('HF-ACCESS-003')) let_in.push(`${route.method} ${url}: ${status} ${text.slice(0, 100)}`);
    }
    expect(let_in).toEqual([]);
  });
});
