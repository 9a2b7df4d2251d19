// contract/server: a durable DAG of steps: claimed by lease and fence, ended once, gone on with after any restart.
import { sql } from '@holdfast/postgres';
import { type SampleHead, encodeSample } from '@holdfast/protocol';
import type { ClaimedStep, StepDefinition } from '@holdfast/protocol/rest';
import type { Rooms } from '@holdfast/faces';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type House, openHouse, pipeline_text, profile_text, tester, joinDevice, record, shipVersion, sync } from './support.ts';

let house: House;
let rooms: Rooms;
let name: string;
let tests = 0;
beforeAll(async () => {
  house = await openHouse();
  rooms = house.rooms;
});
afterAll(() => house.close());
beforeEach(async () => {
  name = `flow${++tests}`;
  // what a test before left running is nobody's business here
  for (const e of await rooms.workflows.executions.executions(undefined, 1_000))
    if (e.state === 'running') await rooms.workflows.executions.cancel(e.id, tester);
});

const command = (step: string, more: Partial<StepDefinition> = {}): StepDefinition => ({ name: step, kind: 'command', argv: ['true'], ...more });
const keyOf = (step: ClaimedStep) => ({ execution: step.execution, name: step.step, fence: step.fence });
const lease_ms = 30_000;

async function start(steps: StepDefinition[], params: Record<string, string> = {}): Promise<string> {
  await rooms.workflows.executions.define(name, steps, tester);
  return rooms.workflows.executions.start({ workflow: name, cause: 'test', params, by: tester });
}
const claim = async (worker = 'w1', of = rooms): Promise<ClaimedStep> => {
  const step = await of.workflows.claim(worker);
  expect(step).not.toBeNull();
  return step!;
};
const succeed = (step: ClaimedStep, outputs: Record<string, string> = {}) => rooms.workflows.complete(keyOf(step), { outcome: 'succeeded', outputs });
const show = async (id: string) => {
  const { state, steps } = await rooms.workflows.executions.execution(id);
  return `${state}: ${steps.map((s) => `${s.name} ${s.state}`).join(', ')}`;
};
const stepOf = async (id: string, step: string) => (await rooms.workflows.executions.execution(id)).steps.find((s) => s.name === step)!;
const turn = async (of: Rooms = rooms): Promise<void> => {
  while (await of.workflows.turn());
};

describe('a trigger', () => {
  it('names a workflow and a model that exist', async () => {
    await rooms.workflows.executions.define(name, [command('a')], tester);
    await shipVersion(rooms, `${name}-model`);
    const put = (more: object) =>
      rooms.workflows.putTrigger({ name, workflow: name, model: `${name}-model`, cooldown_ms: 0, params: {}, enabled: true, ...more }, tester);
    await expect(put({ workflow: 'nope' })).rejects.toMatchObject({ code: 'HF-REQ-004', message: 'workflow nope does not exist.' });
    await expect(put({ model: 'nope' })).rejects.toMatchObject({ code: 'HF-REQ-004', message: 'model nope does not exist.' });
    expect(await put({})).toMatchObject({ name, enabled: true });
  });
});

describe('a workflow', () => {
  it('has a new version where its steps differ, also when two are defined at once', async () => {
    const define = (steps: StepDefinition[]) => rooms.workflows.executions.define(name, steps, tester);
    await Promise.all([define([command('a')]), define([command('a')]), define([command('b')])]);
    expect((await rooms.workflows.executions.workflow(name)).version).toBeLessThanOrEqual(3);
    await define([command('c')]);
    const before = (await rooms.workflows.executions.workflow(name)).version;
    await define([command('c')]);
    expect((await rooms.workflows.executions.workflow(name)).version).toBe(before);
  });

  it('is refused where it cannot run, and the one before stays', async () => {
    const define = (...steps: StepDefinition[]) => rooms.workflows.executions.define(name, steps, tester);
    await define(command('a'));
    const refused = (text: string) => ({ code: 'HF-REQ-001', message: expect.stringContaining(text) as string });
    await expect(define({ name: 'r', kind: 'register' })).rejects.toMatchObject(refused('step r, with.model: saw nothing'));
    await expect(define(command('b', { inputs: { x: 'step:zz/out' } }))).rejects.toMatchObject(refused('step b, inputs.x: saw "step:zz/out"'));
    await expect(define(command('b', { outputs: { x: '../../etc/x' } }))).rejects.toMatchObject(refused('step b, outputs.x: saw "../../etc/x"'));
    expect(await rooms.workflows.executions.workflow(name)).toMatchObject({ version: 1, steps: [{ name: 'a' }] });
  });

  it('starts once for a key', async () => {
    await rooms.workflows.executions.define(name, [command('a')], tester);
    const other = await house.again();
    const ids = await Promise.all(
      [rooms, other, rooms, other].map((of) => of.workflows.executions.start({ workflow: name, key: `${name}/1`, cause: 'test', by: tester })),
    );
    expect(new Set(ids).size).toBe(1);
    await expect(rooms.workflows.executions.start({ workflow: 'none', cause: 'test', by: tester })).rejects.toMatchObject({ code: 'HF-REQ-004' });
  });

  it('holds ten thousand steps', async () => {
    const id = await start(Array.from({ length: 10_000 }, (_, i) => command(`s${i}`)));
    expect((await rooms.workflows.executions.execution(id)).steps).toHaveLength(10_000);
    await rooms.workflows.executions.cancel(id, tester);
  });
});

describe('a step', () => {
  it('is given to one worker, however many ask at once', async () => {
    const id = await start(Array.from({ length: 12 }, (_, i) => command(`s${i}`)));
    const servers = [rooms, await house.again(), await house.again()];
    const asked = await Promise.all(Array.from({ length: 40 }, (_, i) => servers[i % 3]!.workflows.claim(`w${i}`)));
    const taken = asked.filter((s) => s !== null).map((s) => s.step);
    expect(new Set(taken).size).toBe(taken.length);
    for (let more = await rooms.workflows.claim('late'); more; more = await rooms.workflows.claim('late')) taken.push(more.step);
    expect(taken.toSorted()).toEqual(Array.from({ length: 12 }, (_, i) => `s${i}`).toSorted());
    expect((await rooms.workflows.executions.execution(id)).steps.every((s) => s.state === 'running' && s.attempt === 1)).toBe(true);
  });

  it('waits for what it needs, and gets its outputs', async () => {
    const { digest } = await rooms.registry.blobs.put(Buffer.from('the model'));
    const id = await start([
      command('train', { outputs: { model: 'model.onnx' } }),
      command('check', { needs: ['train'], inputs: { model: 'step:train/model' } }),
    ]);
    const train = await claim();
    expect(await rooms.workflows.claim('w2')).toBeNull();
    await succeed(train, { model: digest });
    expect((await claim()).inputs).toEqual({ model: { kind: 'file', digest } });
    expect(await show(id)).toBe('running: train succeeded, check running');
  });

  it('goes to another worker when its lease is over, and the first is refused with all it brings', async () => {
    const id = await start([command('train'), command('after', { needs: ['train'] })]);
    const zombie = await claim('zombie');
    house.clock.advance(lease_ms + 1);
    await turn();
    expect(await stepOf(id, 'train')).toMatchObject({ state: 'delayed', error: 'worker zombie was lost: its lease ran out' });
    await expect(succeed(zombie)).rejects.toMatchObject({ code: 'HF-FLOW-003' });
    house.clock.advance(600_000);
    const second = await claim('second');
    expect(second).toMatchObject({ step: 'train', attempt: 2, fence: zombie.fence + 1 });
    const line = { at_ms: 1, stream: 'stdout', text: 'from the dead' };
    for (const bring of [
      () => succeed(zombie, { model: 'a'.repeat(64) }),
      () => rooms.workflows.complete(keyOf(zombie), { outcome: 'failed', error: 'x' }),
      () => rooms.workflows.renew(keyOf(zombie)),
      () => rooms.workflows.log(keyOf(zombie), 0, [line]),
    ]) {
      await expect(bring()).rejects.toMatchObject({ code: 'HF-FLOW-003' });
    }
    expect(await stepOf(id, 'train')).toMatchObject({ state: 'running', worker: 'second', outputs: {}, error: null });
    expect(await rooms.workflows.executions.log(id, 'train', 0, 10)).toEqual([]);
    await succeed(second);
    await expect(rooms.workflows.log(keyOf(second), 0, [line])).rejects.toMatchObject({ code: 'HF-FLOW-003' }); // it has ended
  });

  it('keeps its lease by renewal', async () => {
    const id = await start([command('train')]);
    const step = await claim();
    for (let i = 0; i < 5; i++) {
      house.clock.advance(lease_ms - 1);
      await rooms.workflows.renew(keyOf(step));
      await turn();
    }
    expect(await stepOf(id, 'train')).toMatchObject({ state: 'running', attempt: 1 });
  });

  it('ends once: the same end told twice is one', async () => {
    const id = await start([command('train'), command('after', { needs: ['train'] })]);
    const step = await claim();
    await Promise.all([succeed(step, { a: '1' }), succeed(step, { a: '1' }), succeed(step, { a: '1' })]);
    await rooms.workflows.complete(keyOf(step), { outcome: 'failed', error: 'too late to fail' });
    expect(await stepOf(id, 'train')).toMatchObject({ state: 'succeeded', outputs: { a: '1' }, attempt: 1 });
    expect(await stepOf(id, 'after')).toMatchObject({ state: 'ready', attempt: 0 });
  });

  it('is tried again after a pause that grows, up to its limit; then what needs it is skipped', async () => {
    const id = await start([command('a', { attempts_max: 3 }), command('b', { needs: ['a'] }), command('c', { needs: ['b'] }), command('d')]);
    const pauses: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      const step = await claim();
      expect(step).toMatchObject({ step: 'a', attempt });
      await rooms.workflows.complete(keyOf(step), { outcome: 'failed', error: `exit code ${attempt}` });
      const { wait_reason, state } = await stepOf(id, 'a');
      if (attempt < 3) {
        expect(state).toBe('delayed');
        expect(wait_reason).toMatch(new RegExp(`^backoff: try ${attempt + 1} of 3 in \\d+ s$`));
        pauses.push(Number(/in (\d+) s/.exec(wait_reason!)![1]));
        house.clock.advance(600_000);
      }
    }
    expect(pauses[0]).toBeLessThanOrEqual(4);
    expect(pauses[1]).toBeLessThanOrEqual(8);
    expect(await show(id)).toBe('running: a failed, b skipped, c skipped, d ready');
    expect(await stepOf(id, 'c')).toMatchObject({ wait_reason: 'b did not succeed' });
    await succeed(await claim());
    expect(await show(id)).toBe('failed: a failed, b skipped, c skipped, d succeeded');
  });

  it('that fails is not tried again unless it says so; one that asks for another try gets three', async () => {
    const id = await start([command('plain'), command('again')]);
    const first = await claim();
    await rooms.workflows.complete(keyOf(first), { outcome: 'failed', error: 'exit code 1' });
    expect(await stepOf(id, first.step)).toMatchObject({ state: 'failed', error: 'exit code 1' });
    for (let attempt = 1; attempt <= 3; attempt++) {
      await rooms.workflows.complete(keyOf(await claim()), { outcome: 'retry', error: 'exit code 75' });
      house.clock.advance(600_000);
    }
    expect(await stepOf(id, 'again')).toMatchObject({ state: 'failed', attempt: 3 });
  });

  it('does not run on when its execution is cancelled', async () => {
    const id = await start([command('a'), command('b', { needs: ['a'] })]);
    const step = await claim();
    await rooms.workflows.executions.cancel(id, tester);
    await expect(rooms.workflows.renew(keyOf(step))).rejects.toMatchObject({ code: 'HF-FLOW-003' });
    await succeed(step); // told too late: no error, and no effect
    expect(await show(id)).toBe('cancelled: a cancelled, b cancelled');
    expect(await rooms.workflows.claim('w2')).toBeNull();
    await expect(rooms.workflows.executions.cancel(id, tester)).rejects.toMatchObject({ code: 'HF-FLOW-004' });
  });

  it('whose input does not exist fails with the reason', async () => {
    const steps = [command('a', { inputs: { data: 'dataset:none@3' } }), command('b', { inputs: { x: '${x}' } })];
    const id = await start(steps, { x: 'nonsense' });
    expect(await rooms.workflows.claim('w1')).toBeNull();
    expect(await rooms.workflows.claim('w1')).toBeNull();
    expect(await stepOf(id, 'a')).toMatchObject({ state: 'failed', error: 'HF-REQ-004 dataset none@3 does not exist.' });
    expect((await stepOf(id, 'b')).error).toContain('HF-REQ-001');
  });
});

describe('the log of a step', () => {
  it('has each line once and in order, its metrics in a run and its progress on the step, however often a part is sent', async () => {
    const id = await start([command('train')]);
    const step = await claim('w1');
    const line = (text: string) => ({ at_ms: 5, stream: 'stdout', text });
    const first = ['begin', '::metric name=loss value=0.5 step=1', '::progress 0.25', 'nul \0 here'].map(line);
    await Promise.all([rooms.workflows.log(keyOf(step), 0, first), rooms.workflows.log(keyOf(step), 0, first)]);
    await rooms.workflows.log(keyOf(step), 2, [...first.slice(2), line('::metric name=loss value=0.25 step=2')]);
    const lines = await rooms.workflows.executions.log(id, 'train', 0, 100);
    expect(lines.map((l) => l.text)).toEqual([
      'begin',
      '::metric name=loss value=0.5 step=1',
      '::progress 0.25',
      'nul \uFFFD here',
      '::metric name=loss value=0.25 step=2',
    ]);
    expect(await rooms.workflows.executions.log(id, 'train', lines[3]!.id, 100)).toHaveLength(1);
    expect((await stepOf(id, 'train')).progress).toBe(0.25);
    const [run] = (await rooms.tracking.runViews({ experiment: 'step train' }, 1_000, null)).filter((r) => r.tags['holdfast.execution'] === id);
    expect(run).toMatchObject({ metrics: { loss: { last: 0.25, step: 2, points: 2 } }, tags: { 'holdfast.step': 'train' } });
  });
});

describe('the log of a step that writes without end', () => {
  const lines = (count: number, text: string) => Array.from({ length: count }, () => ({ at_ms: 5, stream: 'stdout', text }));
  const last = async (id: string) => (await rooms.workflows.executions.log(id, 'train', 0, 20_000)).at(-1)!.text;

  it('keeps ten thousand lines, says in the last one how many were left out, and takes their metrics all the same', async () => {
    const id = await start([command('train')]);
    const key = keyOf(await claim('w1'));
    await rooms.workflows.log(key, 0, lines(5_000, 'a'));
    await rooms.workflows.log(key, 5_000, lines(5_000, 'b'));
    expect(await last(id)).toBe('b');
    const rest = [...lines(299, 'c'), { at_ms: 6, stream: 'stdout', text: '::metric name=loss value=0.5' }];
    await rooms.workflows.log(key, 10_000, rest);
    await rooms.workflows.log(key, 10_000, rest); // a call that is made again
    await rooms.workflows.log(key, 10_300, lines(1, 'd'));
    expect(await last(id)).toBe('lines are left out from here: the log of a step keeps 10000 lines or 4194304 bytes');
    await rooms.workflows.complete(key, { outcome: 'succeeded', outputs: {} });
    expect(await last(id)).toBe('301 lines were left out: the log of a step keeps 10000 lines or 4194304 bytes');
    expect(await rooms.workflows.executions.log(id, 'train', 0, 20_000)).toHaveLength(10_001);
    const mine = (await rooms.tracking.runViews({ experiment: 'step train' }, 100, null)).find((run) => run.tags['holdfast.execution'] === id);
    expect(mine!.metrics).toEqual({ loss: { last: 0.5, step: 0, points: 1 } });
  });

  it('keeps four mebibytes over all its attempts', async () => {
    const id = await start([command('train')]);
    const first = keyOf(await claim('w1'));
    await rooms.workflows.log(first, 0, lines(200, 'x'.repeat(16_384)));
    await rooms.workflows.complete(first, { outcome: 'retry', error: 'again' });
    house.clock.advance(600_000);
    const second = keyOf(await claim('w1'));
    await rooms.workflows.log(second, 0, [...lines(60, 'y'.repeat(16_384)), ...lines(1, 'a short one after the first that did not fit')]);
    await rooms.workflows.complete(second, { outcome: 'failed', error: 'no' });
    expect(await last(id)).toBe('5 lines were left out: the log of a step keeps 10000 lines or 4194304 bytes');
    expect((await rooms.workflows.executions.log(id, 'train', 0, 20_000)).filter((line) => line.stream === 'stdout')).toHaveLength(256);
  });
});

describe("the platform's own steps", () => {
  it('collect each size of images into files of their own, and leave none out', async () => {
    const model = `eyes${tests}`;
    const device = await joinDevice(rooms, model);
    const sizes = [1, 1, 2, 2, 1, 1, 2, 2];
    const samples = sizes.map((width, i) => {
      const head = { v: 1, at_ms: i, reference: i, model, model_version: 1, width, height: 1, channels: 1, predicted: 0, confidence: 1, reason: 'drift' };
      return record(i + 1, 'samples', encodeSample(head as SampleHead, new Uint8Array(width).fill(i)));
    });
    await sync(rooms, device.id, samples);
    const kept = await rooms.telemetry.samples({ device: device.id }, 100);
    await rooms.telemetry.label(
      kept.map(({ id, reference }) => ({ id, label: reference })),
      tester,
    );
    const base = await rooms.registry.blobs.put(Buffer.from('base'));
    for (const part of ['train', 'holdout'])
      await rooms.datasets.commit(`${model}-${part}`, [{ path: 'base', sha256: base.digest, size_bytes: 4 }], { by: tester, note: '' });
    const settings = { model, train: `${model}-train`, holdout: `${model}-holdout`, labelled_min: '8' };
    const id = await start([{ name: 'collect', kind: 'collect', with: settings }]);
    await turn();
    expect(await stepOf(id, 'collect')).toMatchObject({ state: 'succeeded', outputs: { samples: '8' } });
    const { manifest } = await rooms.datasets.version(`${model}-train`, 2);
    const folder = `collected/${id}/${device.id}`;
    const paths = ['1x1x1', '2x1x1'].flatMap((size) => ['images', 'labels'].map((file) => `${folder}/${size}/${file}.idx`));
    expect(manifest.map((file) => file.path)).toEqual(['base', ...paths]);
    const labels = await Promise.all(
      manifest.filter((f) => f.path.endsWith('labels.idx')).map(async (f) => [...(await rooms.registry.blobs.bytes(f.sha256)).subarray(8)]),
    );
    expect(labels).toEqual([
      [0, 4],
      [2, 6],
    ]);
  });

  it('collect doubtful samples beside those of drift, each once, as images or as rows; a device with a few doubtful ones alone is not waited for', async () => {
    const model = `eyes${tests}`;
    const [drifting, doubting] = [await joinDevice(rooms, `${model}-a`), await joinDevice(rooms, `${model}-b`)];
    const head = { v: 1, at_ms: 1, model, model_version: 1, width: 1, height: 1, channels: 1, predicted: 0, confidence: 0.5 } as const;
    const image = (seq: number, reason: SampleHead['reason']) => record(seq, 'samples', encodeSample({ ...head, reference: seq, reason }, Uint8Array.of(seq)));
    const bare = (seq: number, inputs: SampleHead['inputs'], more: Partial<SampleHead> = {}) =>
      record(seq, 'samples', encodeSample({ ...head, width: 0, height: 0, channels: 0, reference: seq, reason: 'quarantine', inputs: inputs!, ...more }, new Uint8Array(0))); // prettier-ignore
    await sync(rooms, drifting.id, [image(1, 'drift'), image(2, 'quarantine'), image(3, 'quarantine'), image(4, 'steady')]);
    const named = (a: number | null) => [['a', a], ['b, "c"', 2]] as const; // prettier-ignore
    await sync(rooms, doubting.id, [bare(1, named(0.5)), bare(2, named(null)), bare(3, [['d', 1]]), bare(4, named(4), { inputs_left_out: 1 })]);
    const kept = await rooms.telemetry.samples({ model }, 100);
    await rooms.telemetry.label(kept.map(({ id, reference }) => ({ id, label: reference })), tester); // prettier-ignore
    const unsure = kept.find((sample) => sample.device === drifting.id && sample.reference === 3)!;
    await rooms.telemetry.label([{ id: unsure.id, label: null }], tester);
    const base = await rooms.registry.blobs.put(Buffer.from('base'));
    for (const part of ['train', 'holdout'])
      await rooms.datasets.commit(`${model}-${part}`, [{ path: 'base', sha256: base.digest, size_bytes: 4 }], { by: tester, note: '' });
    const settings = { model, train: `${model}-train`, holdout: `${model}-holdout`, labelled_min: '2' };
    const id = await start([{ name: 'collect', kind: 'collect', with: settings }]);
    await turn();
    expect(await stepOf(id, 'collect')).toMatchObject({ state: 'succeeded', outputs: { samples: '6' } });
    const texts: Record<string, string> = {};
    for (const part of ['train', 'holdout'])
      for (const { path, sha256 } of (await rooms.datasets.version(`${model}-${part}`, 2)).manifest)
        texts[`${part}/${path.split('/').slice(2).join('/')}`] = Buffer.from(await rooms.registry.blobs.bytes(sha256)).toString('latin1');
    const of = (part: string, device: { id: string }, file: string) => texts[`${part}/${device.id}/${file}`];
    expect([of('train', drifting, 'labels.idx')?.slice(8), of('holdout', drifting, 'labels.idx')?.slice(8)]).toEqual(['\u0001', '\u0002']);
    expect(of('train', doubting, 'rows.csv')).toBe('a,"b, ""c""",label\n0.5,2,1\n');
    expect(of('train', doubting, 'rows-2.csv')).toBe('d,label\n1,3\n');
    expect(of('holdout', doubting, 'rows.csv')).toBe('a,"b, ""c""",label\n,2,2\n'); // the fourth is cut: no row
    expect(Object.keys(texts).filter((name) => name.endsWith('.csv'))).toHaveLength(3);
  });

  it('wait without counting a try, and go on when what they wait for is there', async () => {
    const model = `eyes${tests}`;
    const id = await start([{ name: 'collect', kind: 'collect', with: { model, train: 'none', holdout: 'none', devices_min: '1' } }]);
    for (let i = 0; i < 5; i++) {
      await turn();
      expect(await stepOf(id, 'collect')).toMatchObject({ state: 'delayed', attempt: 0, wait_reason: 'samples from 0 devices, 1 wanted' });
      house.clock.advance(1_000);
    }
  });

  it('register, bundle and roll out, each the same the second time: a server that is killed after the act and before its end', async () => {
    const put = async (text: string) => (await rooms.registry.blobs.put(Buffer.from(text))).digest;
    const model = `eyes${tests}`;
    const steps: StepDefinition[] = [
      { name: 'register', kind: 'register', with: { model, file: await put(`model ${model}`), metrics: await put('{"accuracy":0.9,"by":{"class":{"a":1}}}') } },
      {
        name: 'bundle',
        kind: 'bundle',
        needs: ['register'],
        with: { model, version: 'step:register/version', pipeline: await put(pipeline_text), profile: await put(profile_text) },
      },
      { name: 'rollout', kind: 'rollout', needs: ['bundle'], with: { model, version: 'step:register/version', waves: '100%' } },
    ];
    const ids = [await start(steps), await rooms.workflows.executions.start({ workflow: name, cause: 'again', by: tester })];
    await turn(await house.again());
    for (const id of ids) expect(await show(id)).toBe('succeeded: register succeeded, bundle succeeded, rollout succeeded');
    expect(await rooms.registry.versions(model)).toMatchObject([{ version: 1, metrics: { accuracy: 0.9, 'by.class.a': 1 } }]);
    expect(await rooms.registry.bundles(model, 1)).toHaveLength(1);
  });

  it('of a server that hangs in the middle go to the next one when the lease is over, and what it brings then is dropped', async () => {
    const model = `eyes${tests}`;
    const put = async (text: string) => (await rooms.registry.blobs.put(Buffer.from(text))).digest;
    await rooms.registry.register({ model, digest: await put('first'), by: tester });
    const id = await start([{ name: 'register', kind: 'register', with: { model, file: await put('second') } }]);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const locked = house.database.db.transaction().execute(async (trx) => {
      await sql`select 1 from model where name = ${model} for update`.execute(trx);
      await held;
    });
    const hanging = (await house.again()).workflows.turn();
    await expect.poll(async () => (await stepOf(id, 'register')).state).toBe('running');
    house.clock.advance(lease_ms + 1);
    await turn();
    expect(await stepOf(id, 'register')).toMatchObject({ state: 'delayed', error: 'worker server was lost: its lease ran out' });
    release();
    await Promise.all([locked, hanging]);
    expect(await stepOf(id, 'register')).toMatchObject({ state: 'delayed', outputs: {} });
    house.clock.advance(600_000);
    await turn();
    expect(await stepOf(id, 'register')).toMatchObject({ state: 'succeeded', attempt: 2, outputs: { version: '2' } });
    expect(await rooms.registry.versions(model)).toHaveLength(2);
  });

  it('say of a version which workflow made it, and what the workflow says of its code', async () => {
    const model = `eyes${tests}`;
    const file = (await rooms.registry.blobs.put(Buffer.from(`weights of ${model}`))).digest;
    const other = (await rooms.registry.blobs.put(Buffer.from(`others of ${model}`))).digest;
    const of = (more: object, digest: string): StepDefinition => ({ name: 'register', kind: 'register', with: { model, file: digest, ...more } });
    await start([of({}, file)]);
    await turn();
    await start([of({ code: 'git:4f1c' }, other)]);
    await turn();
    const [second, first] = await rooms.registry.versions(model);
    const [code, more] = [first!.lineage.code!, second!.lineage.code!];
    expect(code).toMatch(new RegExp(`^workflow:${name}@1 sha256:[0-9a-f]{64}$`));
    expect(more).toMatch(new RegExp(`^workflow:${name}@2 sha256:[0-9a-f]{64} git:4f1c$`));
    expect(more.split(' ')[1]).not.toBe(code.split(' ')[1]);
  });

  it('fail with the reason where their settings are wrong', async () => {
    const model = `eyes${tests}`;
    const params = { two: 'two', far: '99999999999' };
    const id = await start(
      [
        { name: 'a', kind: 'register', with: { model, file: 'f'.repeat(64), code: 'x'.repeat(500) } },
        { name: 'b', kind: 'bundle', with: { model, version: '${two}', pipeline: '${x}', profile: '${y}' } },
        { name: 'c', kind: 'rollout', with: { model, version: '${far}' } },
        { name: 'd', kind: 'register', with: { model: '../x', file: 'f'.repeat(64) } },
      ],
      params,
    );
    await turn();
    expect(await show(id)).toBe('failed: a failed, b failed, c failed, d failed');
    const errors = (await rooms.workflows.executions.execution(id)).steps.map((s) => s.error!.slice(0, 10));
    expect(errors).toEqual(['HF-REQ-001', 'HF-REQ-001', 'HF-REQ-001', 'HF-REG-002']);
  });
});

describe('an execution that a trigger asks for', () => {
  it('is started once, by whichever server, and not at all where the workflow is not there', async () => {
    await rooms.workflows.executions.define(name, [command('train')], tester);
    const { alerts, triggers } = rooms;
    expect(await alerts.list('open', 1)).toEqual([]);
    await triggers.put({ name: `${name}-t`, workflow: name, model: 'm', cooldown_ms: 0, params: {}, enabled: true }, tester);
    for (const workflow of [name, 'none']) {
      await sql`insert into execution_request (trigger_name, workflow, event_id, alert, cause, at_ms, outcome, params) values (${`${name}-t`}, ${workflow}, ${workflow === name ? 1 : 2}, 'alert_1', 'alert alert_1 opened', 1, 'requested', '{"since_ms":"5"}')`.execute(
        house.database.db,
      );
    }
    const other = await house.again();
    await Promise.all([turn(), turn(other), turn()]);
    await turn(other);
    const started = await rooms.workflows.executions.executions(name, 10);
    expect(started).toMatchObject([{ cause: 'alert alert_1 opened', params: { since_ms: '5' }, state: 'running' }]);
  });
});
