// contract/server: projects and guests: what a token of a project makes and sees, who manages what, and how things move and are copied.
import { sees } from '@holdfast/postgres';
import { Reach } from '@holdfast/access';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asked, ask, makeCove } from './grants-support.ts';
import { type House, type RunningApp, admin_token, openApp, openHouse, tester } from './support.ts';

let house: House;
let running: RunningApp;
const admin = { authorization: `Bearer ${admin_token}` };
beforeAll(async () => {
  house = await openHouse();
  running = await openApp(house);
});
afterAll(async () => {
  await running.close();
  await house.close();
});

type Who = Record<string, string>;
interface Made {
  readonly id: string;
  readonly who: Who;
}
async function token(role: 'guest' | 'viewer' | 'editor', project?: string): Promise<Made> {
  const { token: made, secret } = await house.rooms.access.makeToken({ name: 't', role, ...(project === undefined ? {} : { project }) }, tester);
  return { id: made.id, who: { authorization: `Bearer ${secret}` } };
}
async function call(
  who: Who,
  method: Asked['method'],
  path: string,
  give?: Readonly<Record<string, unknown>>,
  status = 200,
): Promise<Readonly<Record<string, unknown>>> {
  const url = path.startsWith('/') ? path : `/api/2.0/mlflow/${path}`;
  const asked =
    method === 'GET' && give ? { method, url: `${url}?${new URLSearchParams(give as Record<string, string>).toString()}` } : { method, url, body: give };
  const answer = await ask(running, asked, who);
  expect(`${answer.status} ${answer.text.slice(0, 500)}`, path).toMatch(new RegExp(`^${status} `));
  return (answer.text.startsWith('{') ? JSON.parse(answer.text) : {}) as Readonly<Record<string, unknown>>;
}
const grant = (who: Who, subject: { kind: string; name: string }, object: { kind: string; name: string }, level: string, status = 200) =>
  call(who, 'PUT', '/api/v1/grants', { subject, object, level }, status);
const experiment = async (who: Who, name: string, tags: readonly object[] = []): Promise<string> =>
  String((await call(who, 'POST', 'experiments/create', { name, tags }))['experiment_id']);
const run = async (who: Who, experiment_id: string): Promise<string> =>
  ((await call(who, 'POST', 'runs/create', { experiment_id }))['run'] as { info: { run_id: string } }).info.run_id;
const projectOf = (tags: readonly { key: string; value: string }[] = []): string | undefined => tags.find((tag) => tag.key === 'project')?.value;
const modelTags = async (name: string) =>
  projectOf(((await call(admin, 'GET', 'registered-models/get', { name }))['registered_model'] as { tags?: { key: string; value: string }[] }).tags);

describe('a token of a project', () => {
  it('needs no other setting: what it makes is of the project, and it sees that project alone', async () => {
    const [vision, sound] = [await token('guest', 'vision'), await token('guest', 'sound')];
    const id = await experiment(vision.who, 'eyes');
    await experiment(sound.who, 'ears');
    const run_id = await run(vision.who, id);
    await call(vision.who, 'POST', 'runs/log-metric', { run_id, key: 'loss', value: 1, timestamp: 1 });
    await call(vision.who, 'PUT', `/api/2.0/mlflow-artifacts/artifacts/${id}/${run_id}/artifacts/model.txt`, {});
    await call(vision.who, 'POST', 'registered-models/create', { name: 'retina' });
    await call(vision.who, 'POST', 'model-versions/create', { name: 'retina', run_id, source: `mlflow-artifacts:/${id}/${run_id}/artifacts` });
    const seen = await call(vision.who, 'GET', 'experiments/search', { max_results: '100' });
    expect((seen['experiments'] as { name: string; tags: { key: string; value: string }[] }[]).map((one) => [one.name, projectOf(one.tags)])).toEqual([
      ['eyes', 'vision'],
    ]);
    expect(await modelTags('retina')).toBe('vision');
    expect(await call(sound.who, 'GET', 'registered-models/search')).toEqual({});
    await call(sound.who, 'GET', 'registered-models/get', { name: 'retina' }, 404);
    await call(sound.who, 'POST', 'runs/log-metric', { run_id, key: 'loss', value: 2, timestamp: 1 }, 404);
    await call(vision.who, 'POST', 'experiments/create', { name: 'noise', tags: [{ key: 'project', value: 'sound' }] }, 403);
    const { projects } = await call(vision.who, 'GET', '/api/v1/projects');
    expect(projects).toEqual([{ name: 'vision', experiments: 1, runs: 1, models: 1, members: null }]);
  });

  it('manages what it made, and edits what others made there', async () => {
    const [one, other] = [await token('guest', 'lab'), await token('guest', 'lab')];
    const id = await experiment(one.who, 'mine');
    const run_id = await run(other.who, id);
    await call(other.who, 'POST', 'experiments/delete', { experiment_id: id }, 403);
    await call(other.who, 'POST', 'runs/delete', { run_id }, 403);
    await grant(other.who, { kind: 'token', name: other.id }, { kind: 'experiment', name: 'mine' }, 'manage', 403);
    await call(one.who, 'POST', 'experiments/update', { experiment_id: id, new_name: 'still mine' });
    await grant(one.who, { kind: 'token', name: other.id }, { kind: 'experiment', name: 'still mine' }, 'manage');
    await call(other.who, 'POST', 'runs/delete', { run_id });
    await call(one.who, 'POST', 'experiments/delete', { experiment_id: id });
  });

  it('by our own routes does the same: a run and a model begin in its project', async () => {
    const { who } = await token('guest', 'own');
    await call(who, 'POST', '/api/v1/runs', { experiment: 'own runs' });
    await call(who, 'POST', '/api/v1/runs', { experiment: 'own runs' });
    await call((await token('guest', 'other')).who, 'POST', '/api/v1/runs', { experiment: 'own runs' }, 404);
    const { digest } = await house.rooms.registry.blobs.put(Buffer.from('own'));
    await call(who, 'POST', '/api/v1/models/own/versions', { digest });
    expect(await modelTags('own')).toBe('own');
    expect((await call(who, 'GET', '/api/v1/experiments'))['experiments']).toMatchObject([{ name: 'own runs', project: 'own', runs: 2, may_share: true }]);
    await call(who, 'PUT', '/api/v1/models/own/aliases/champion', { version: 1, reason: 'first' });
  });

  it('gets nothing more by an artifact folder of its own choice', async () => {
    const { experiment_id } = await makeCove(house, 'deep', tester);
    const { who } = await token('guest', 'vision');
    for (const place of [`mlflow-artifacts:/${experiment_id}`, 'mlflow-artifacts://x/y', 'mlflow-artifacts:/'])
      await call(who, 'POST', 'experiments/create', { name: 'thief', artifact_location: place }, 403);
    const thief = await experiment(admin, 'thief');
    await call(admin, 'POST', 'experiments/create', { name: 'inside', artifact_location: `mlflow-artifacts:/${thief}/sub`, tags: [] });
    for (const path of ['own.txt', 'sub/secret.txt']) await house.rooms.tracking.artifacts.put(`${thief}/${path}`, Buffer.from('x'));
    const reader = await token('guest');
    await grant(admin, { kind: 'token', name: reader.id }, { kind: 'experiment', name: 'thief' }, 'manage');
    const { files } = await call(reader.who, 'GET', '/api/2.0/mlflow-artifacts/artifacts', { path: thief });
    expect(files).toEqual([{ path: 'own.txt', is_dir: false, file_size: 1 }]);
    await call(reader.who, 'GET', `/api/2.0/mlflow-artifacts/artifacts/${thief}/own.txt`);
    await call(reader.who, 'GET', `/api/2.0/mlflow-artifacts/artifacts/${thief}/sub/secret.txt`, undefined, 404);
    await call(reader.who, 'DELETE', `/api/2.0/mlflow-artifacts/artifacts/${thief}`, undefined, 403); // the other's would go along
  });
});

describe('a guest', () => {
  it('who may edit one project works there; with two it says which', async () => {
    const { id, who } = await token('guest');
    await call(who, 'POST', 'experiments/create', { name: 'nowhere' }, 403);
    await grant(admin, { kind: 'token', name: id }, { kind: 'project', name: 'north' }, 'edit');
    await experiment(who, 'in the north');
    await grant(admin, { kind: 'token', name: id }, { kind: 'project', name: 'south' }, 'edit');
    await call(who, 'POST', 'experiments/create', { name: 'anywhere' }, 403);
    await experiment(who, 'in the south', [{ key: 'project', value: 'south' }]);
    const names = (await call(who, 'GET', '/api/v1/experiments'))['experiments'] as { name: string; project: string }[];
    expect(names.map((one) => `${one.name}: ${one.project}`)).toEqual(['in the north: north', 'in the south: south']);
  });

  it('keeps a grant over a new name, and loses it with the user', async () => {
    const passphrase = 'correct horse battery';
    await house.rooms.access.putUser({ name: 'gus', role: 'guest', passphrase }, tester);
    const basic = { authorization: `Basic ${Buffer.from(`gus:${passphrase}`).toString('base64')}` };
    await call(admin, 'POST', 'registered-models/create', { name: 'old-name' });
    await grant(admin, { kind: 'user', name: 'gus' }, { kind: 'model', name: 'old-name' }, 'manage');
    await call(basic, 'POST', 'registered-models/rename', { name: 'old-name', new_name: 'new-name' });
    await call(basic, 'GET', 'registered-models/get', { name: 'new-name' });
    await call(admin, 'DELETE', '/api/v1/users/gus');
    await house.rooms.access.putUser({ name: 'gus', role: 'guest', passphrase }, tester);
    await call(basic, 'GET', 'registered-models/get', { name: 'new-name' }, 404);
    await call(admin, 'DELETE', 'registered-models/delete', { name: 'new-name' });
    await call(admin, 'POST', 'registered-models/create', { name: 'new-name' });
    expect((await call(admin, 'GET', '/api/v1/grants', { object_kind: 'model', object: 'new-name' }))['grants']).toEqual([]);
  });

  it('who may read a model downloads its files, and those of a model that was made of another', async () => {
    const cove = await makeCove(house, 'orca', tester);
    await call(admin, 'POST', 'registered-models/create', { name: 'shipped' });
    await call(admin, 'POST', 'model-versions/create', { name: 'shipped', source: `models:/${cove.model}/1` });
    const { id, who } = await token('guest');
    const file = `/api/2.0/mlflow-artifacts/artifacts/${cove.file}`;
    await call(who, 'GET', file, undefined, 404);
    await grant(admin, { kind: 'token', name: id }, { kind: 'model', name: 'shipped' }, 'read');
    await call(who, 'GET', 'model-versions/get-download-uri', { name: 'shipped', version: '1' });
    await call(who, 'GET', file);
    const listed = await call(who, 'GET', '/api/2.0/mlflow-artifacts/artifacts', { path: cove.file.slice(0, cove.file.lastIndexOf('/')) });
    expect(listed['files']).toMatchObject([{ path: 'orca.txt' }]);
    await call(who, 'GET', `/api/2.0/mlflow-artifacts/artifacts/${cove.experiment_id}/models/${cove.logged_model}/artifacts/orca.txt`, undefined, 404);
    await call(who, 'DELETE', file, undefined, 404);
    await call(who, 'GET', 'runs/get', { run_id: cove.run }, 404);
    const version = (await call(who, 'GET', 'model-versions/get', { name: 'shipped', version: '1' }))['model_version'] as { source: string };
    expect(version.source).not.toContain(cove.model);
  });

  it('copies only what it may read', async () => {
    const cove = await makeCove(house, 'seal', tester);
    const { who } = await token('guest', 'copies');
    await call(who, 'POST', 'registered-models/create', { name: 'copy' });
    const sources = [
      `models:/${cove.model}/1`,
      `models:/${cove.model}@champion`,
      `models:/${cove.logged_model}`,
      `runs:/${cove.run}/model`,
      `mlflow-artifacts:/${cove.experiment_id}/${cove.run}/artifacts`,
      `mlflow-artifacts:///${cove.experiment_id}`,
    ];
    for (const source of sources) await call(who, 'POST', 'model-versions/create', { name: 'copy', source }, 404);
    await call(who, 'POST', 'model-versions/create', { name: 'copy', source: 's3://b/x', run_id: cove.run }, 404);
    await call(who, 'POST', 'model-versions/create', { name: 'copy', source: 's3://b/x', model_id: cove.logged_model }, 404);
    for (const source of sources) await call(admin, 'POST', 'model-versions/create', { name: 'copy', source });
  });

  it('registers no folder in which somebody hides something, and reads nothing more by a logged model of its own that is named as a folder there', async () => {
    const whole = await experiment(admin, 'whole');
    await call(admin, 'POST', 'experiments/create', { name: 'hidden in it', artifact_location: `mlflow-artifacts:/${whole}/models/m-1/artifacts/sub` });
    const hidden = `${whole}/models/m-1/artifacts/sub/secret.txt`;
    await house.rooms.tracking.artifacts.put(hidden, Buffer.from('x'));
    await call(admin, 'POST', 'logged-models', { experiment_id: whole, model_id: 'm-1' });
    const { id, who } = await token('guest', 'registers');
    await grant(admin, { kind: 'token', name: id }, { kind: 'experiment', name: 'whole' }, 'read');
    await call(who, 'POST', 'registered-models/create', { name: 'greedy' });
    for (const source of [`mlflow-artifacts:/${whole}`, 'models:/m-1']) await call(who, 'POST', 'model-versions/create', { name: 'greedy', source }, 404);
    await call(who, 'POST', 'model-versions/create', { name: 'greedy', source: 's3://b/x', model_id: 'm-1' }, 404);
    const cove = await makeCove(house, 'eel', tester);
    const file = `${cove.experiment_id}/${cove.run}/artifacts/models/resnet/artifacts/weights.bin`;
    await house.rooms.tracking.artifacts.put(file, Buffer.from('x'));
    await call(who, 'POST', 'logged-models', { experiment_id: await experiment(who, 'namesake'), model_id: 'resnet' });
    await call(who, 'POST', 'model-versions/create', { name: 'greedy', source: 'models:/resnet', model_id: 'resnet' });
    for (const path of [hidden, file]) await call(who, 'GET', `/api/2.0/mlflow-artifacts/artifacts/${path}`, undefined, 404);
  });

  it('says nothing of a logged model that it cannot see, though a run names it', async () => {
    const cove = await makeCove(house, 'newt', tester);
    const { who } = await token('guest', 'ponds');
    const run_id = await run(who, await experiment(who, 'pond'));
    await call(who, 'POST', 'runs/log-metric', { run_id, key: 'm', value: 1, timestamp: 1, model_id: cove.logged_model });
    const [logged] = await house.rooms.tracking.models.details([await house.rooms.tracking.models.get(cove.logged_model)]);
    expect(logged!.metrics.map((metric) => metric.key)).toEqual(['loss']);
    expect((await call(who, 'GET', 'metrics/get-history', { run_id, metric_key: 'm' }))['metrics']).toHaveLength(1);
  });
});

describe('a move between projects', () => {
  it('needs to manage what is moved, and to edit where it goes', async () => {
    const { id, who } = await token('guest', 'here');
    const mine = await experiment(who, 'to be moved');
    const tag = (experiment_id: string, value: string, status: number) =>
      call(who, 'POST', 'experiments/set-experiment-tag', { experiment_id, key: 'project', value }, status);
    await tag(mine, 'there', 403);
    await call(who, 'POST', 'experiments/delete-experiment-tag', { experiment_id: mine, key: 'project' }, 403); // the default is a project too
    await call(who, 'POST', '/api/v1/projects/there/moves', { kind: 'experiment', name: 'to be moved' }, 403);
    await grant(admin, { kind: 'token', name: id }, { kind: 'project', name: 'there' }, 'edit');
    await tag(mine, 'there', 200);
    const others = await experiment(admin, 'not mine', [{ key: 'project', value: 'here' }]);
    await tag(others, 'there', 403);
    await call(who, 'POST', 'experiments/set-experiment-tag', { experiment_id: others, key: 'note', value: 'x' });
    await call(admin, 'POST', '/api/v1/projects/there/moves', { kind: 'experiment', name: 'not mine' });
    const { experiment: moved } = await call(who, 'GET', 'experiments/get', { experiment_id: others });
    expect(projectOf((moved as { tags: { key: string; value: string }[] }).tags)).toBe('there');
  });

  it('comes by itself for a model without a project that is registered from a run of one', async () => {
    const { who } = await token('editor');
    const id = await experiment(who, 'of vision', [{ key: 'project', value: 'vision' }]);
    const register = async (name: string, tags: readonly object[]) => {
      await call(who, 'POST', 'registered-models/create', { name, tags });
      await call(who, 'POST', 'model-versions/create', { name, source: 's3://b/x', run_id: await run(who, id) });
      return modelTags(name);
    };
    expect(await register('follows', [])).toBe('vision');
    expect(await register('stays', [{ key: 'project', value: 'sound' }])).toBe('sound');
  });
});

describe('a page of a search', () => {
  it('is full of what may be seen, whatever lies between', async () => {
    const { id, who } = await token('guest');
    for (let i = 0; i < 20; i++) {
      const name = `page ${String(i).padStart(2, '0')}`;
      await experiment(admin, name);
      if (i % 3 === 0) await grant(admin, { kind: 'token', name: id }, { kind: 'experiment', name }, 'read');
    }
    const seen: string[][] = [];
    for (let page_token = ''; ;) {
      const page = await call(who, 'GET', 'experiments/search', { max_results: '3', order_by: 'name ASC', page_token });
      seen.push((page['experiments'] as { name: string }[]).map((one) => one.name));
      page_token = (page['next_page_token'] as string | undefined) ?? '';
      if (page_token === '') break;
    }
    expect(seen).toEqual([['page 00', 'page 03', 'page 06'], ['page 09', 'page 12', 'page 15'], ['page 18']]);
  });

  it('shows in SQL what the rule says, for any grants', async () => {
    const { tracking, registry } = house.rooms;
    const all = (await tracking.experimentViews(null)).slice(0, 12);
    const models = await Promise.all((await registry.models()).slice(0, 6).map(async (one) => (await registry.places.model(one.name))!));
    const level = fc.constantFrom('none' as const, 'read' as const, 'edit' as const);
    const held = fc.oneof(
      fc.record({ kind: fc.constant('experiment' as const), object: fc.constantFrom(...all.map((one) => String(one.id))), level }),
      fc.record({ kind: fc.constant('model' as const), object: fc.constantFrom(...models.map((one) => String(one.id))), level }),
      fc.record({ kind: fc.constant('project' as const), object: fc.constantFrom('default', 'vision', 'lab', 'own'), level }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('guest' as const, 'viewer' as const), fc.array(held, { minLength: 1, maxLength: 6 }), async (role, grants) => {
        const reach = new Reach(role, null, grants);
        const [sight, of_models] = [reach.sight('experiment')!, reach.sight('model')!];
        const shown = new Set((await tracking.experimentViews(sight)).map((one) => one.id));
        for (const one of all) expect([one.id, shown.has(one.id)]).toEqual([one.id, sees(sight, one)]);
        const names = new Set((await registry.models(of_models)).map((one) => one.name));
        for (const one of models) expect([one.name, names.has(one.name)]).toEqual([one.name, reach.may('read', { kind: 'model', ...one })]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what was granted', () => {
  it('counts at once on this server, and within half a minute on another', async () => {
    const other = await house.again();
    const { id } = await token('viewer');
    const principal = { kind: 'token', name: 't', role: 'viewer', expires_ms: null, token: { id, project: null } } as const;
    const closed = async (rooms: typeof other) => !(await rooms.access.grants.reachOf(principal)).mayIn('vision', 'read');
    expect([await closed(house.rooms), await closed(other)]).toEqual([false, false]);
    await grant(admin, { kind: 'token', name: id }, { kind: 'project', name: 'vision' }, 'none');
    expect([await closed(house.rooms), await closed(other)]).toEqual([true, false]);
    house.clock.advance(30_000);
    expect(await closed(other)).toBe(true);
  });

  it('never limits an administrator, and is nothing for whom is not there', async () => {
    await grant(admin, { kind: 'user', name: 'nobody' }, { kind: 'project', name: 'vision' }, 'read', 404);
    await grant(admin, { kind: 'token', name: 'tok_nothing' }, { kind: 'project', name: 'vision' }, 'read', 404);
    await house.rooms.access.putUser({ name: 'root', role: 'admin', passphrase: 'correct horse battery' }, tester);
    await grant(admin, { kind: 'user', name: 'root' }, { kind: 'experiment', name: 'Default' }, 'none');
    const root = { authorization: `Basic ${Buffer.from('root:correct horse battery').toString('base64')}` };
    await call(root, 'GET', 'experiments/get', { experiment_id: '0' });
  });
});
