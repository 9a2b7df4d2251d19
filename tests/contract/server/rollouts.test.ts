// contract/server: a version on its way to devices: wave by wave, stopped where it fails, the same after any restart.
import { sql } from '@holdfast/postgres';
import type { DesiredState } from '@holdfast/protocol';
import type { Rooms } from '@holdfast/faces';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type House, type Says, type SimulatedDevice, joinDevice, openHouse, shipVersion, sync, ada, tester } from './support.ts';

let house: House;
let rooms: Rooms;
let model: string;
let tests = 0;
beforeAll(async () => {
  house = await openHouse();
  rooms = house.rooms;
});
afterAll(() => house.close());
beforeEach(() => {
  model = `eyes${++tests}`;
});

/** Devices of a site of their own, all seen just now. */
async function fleetOf(count: number): Promise<SimulatedDevice[]> {
  const devices = [];
  for (let i = 1; i <= count; i++) devices.push(await joinDevice(rooms, `${model}-${i}`, { site: model }));
  for (const device of devices) await sync(rooms, device.id);
  return devices;
}

const order = (version: number, more: object = {}) => ({
  model,
  version,
  selector: `site=${model}`,
  waves: ['1', '100%'],
  watch_ms: 10_000,
  cause: 'test',
  by: ada,
  ...more,
});
const turn = async (of: Rooms = rooms): Promise<void> => {
  while (await of.rollouts.turn());
};
const desired = async (device: SimulatedDevice) => (await rooms.fleet.device(device.id)).assignment;
const statesOf = async (id: string) => Object.fromEntries((await rooms.rollouts.rollout(id)).assignments.map((a) => [a.name.slice(model.length + 1), a.state]));
const shown = async (id: string) => {
  const { state, waves } = await rooms.rollouts.rollout(id);
  return `${state}: ${waves.map((w) => w.state).join(', ')}`;
};

/** The device says how far it is with what it is told to run. */
async function says(
  device: SimulatedDevice,
  state: NonNullable<Says['install']>['state'],
  more: Says & { error?: { code: string; text: string } } = {},
): Promise<void> {
  const assignment = await desired(device);
  const bundle = assignment?.bundle.digest ?? null;
  const current = state === 'committed' && assignment ? { bundle: assignment.bundle.digest, model, model_version: assignment.model_version } : null;
  await sync(rooms, device.id, [], { current, ...more, install: { state, bundle, rollout: assignment?.rollout ?? null, error: more.error ?? null } });
}

describe('a rollout', () => {
  it('goes wave by wave: the canary is watched before the others get anything, and the alias moves with the last', async () => {
    const [canary, ...others] = await fleetOf(4);
    const { version, bundle } = await shipVersion(rooms, model);
    const { id, waves } = await rooms.rollouts.create(order(version));
    expect(waves.map((w) => w.devices)).toEqual([1, 3]);
    await turn();
    expect(await desired(canary!)).toMatchObject({ rollout: id, model, model_version: version, bundle: { digest: bundle } });
    expect(await Promise.all(others.map(desired))).toEqual([null, null, null]);
    await says(canary!, 'probation');
    await turn();
    expect(await statesOf(id)).toEqual({ 1: 'installed', 2: 'pending', 3: 'pending', 4: 'pending' });
    await says(canary!, 'committed');
    await turn();
    expect(await shown(id)).toBe('running: watching, waiting');
    house.clock.advance(9_999);
    await turn();
    expect(await desired(others[0]!)).toBeNull();
    house.clock.advance(1);
    await turn();
    expect(await shown(id)).toBe('running: succeeded, running');
    for (const device of others) await says(device, 'committed');
    await turn();
    expect((await rooms.registry.aliases(model)).length).toBe(0);
    house.clock.advance(10_000);
    await turn();
    expect(await shown(id)).toBe('succeeded: succeeded, succeeded');
    expect(await rooms.registry.aliases(model)).toMatchObject([{ alias: 'champion', version, reason: 'its rollout succeeded' }]);
  });

  it('stops at a canary that fails: the others never get it, and the canary is told to run what it ran before', async () => {
    const [canary, other] = await fleetOf(2);
    const former = await shipVersion(rooms, model);
    await rooms.rollouts.create(order(former.version, { waves: ['100%'], watch_ms: 0 }));
    await turn();
    for (const device of [canary!, other!]) await says(device, 'committed');
    await turn();
    const { version } = await shipVersion(rooms, model);
    const { id } = await rooms.rollouts.create(order(version));
    await turn();
    await says(canary!, 'failed', { error: { code: 'HF-INSTALL-001', text: 'it ended 2 times' } });
    await turn();
    expect(await rooms.rollouts.rollout(id)).toMatchObject({
      state: 'stopped',
      reason: `1 of 1 devices of wave 1 failed; ${model}-1: HF-INSTALL-001 it ended 2 times`,
    });
    expect(await statesOf(id)).toEqual({ 1: 'failed', 2: 'cancelled' });
    expect((await desired(canary!))?.bundle.digest).toBe(former.bundle);
    expect((await desired(other!))?.bundle.digest).toBe(former.bundle);
    expect(await rooms.registry.aliases(model)).toMatchObject([{ version: former.version }]);
  });

  it('stops where a device holds itself to be drifted, or its program keeps ending, while its wave is watched', async () => {
    for (const ill of [{ suspects: ['image.sharpness'] }, { program: 'backing_off' as const }]) {
      model = `eyes${++tests}`;
      const [canary] = await fleetOf(2);
      const { version } = await shipVersion(rooms, model);
      const { id } = await rooms.rollouts.create(order(version));
      await turn();
      await says(canary!, 'committed');
      await turn();
      expect(await shown(id)).toBe('running: watching, waiting');
      await says(canary!, 'committed', ill);
      await turn();
      expect(await rooms.rollouts.rollout(id)).toMatchObject({
        state: 'stopped',
        reason: expect.stringContaining(ill.suspects ? 'image.sharpness' : 'keeps ending') as string,
      });
      expect(await desired(canary!)).toBeNull();
    }
  });

  it('goes on where no more fail than the error share allows, and brings those back', async () => {
    const devices = await fleetOf(4);
    const { version } = await shipVersion(rooms, model);
    const { id } = await rooms.rollouts.create(order(version, { waves: ['100%'], error_share: 0.25, watch_ms: 0 }));
    await turn();
    await says(devices[0]!, 'failed');
    for (const device of devices.slice(1)) await says(device, 'committed');
    await turn();
    expect(await shown(id)).toBe('succeeded: succeeded');
    expect(await desired(devices[0]!)).toBeNull();
    expect(await desired(devices[1]!)).toMatchObject({ model_version: version });
  });

  it('waits for a silent device only while it is needed, and then leaves it free for the next rollout', async () => {
    const devices = await fleetOf(3);
    const first = await shipVersion(rooms, model);
    const all = await rooms.rollouts.create(order(first.version, { waves: ['100%'], watch_ms: 0 }));
    await turn();
    for (const device of devices.slice(0, 2)) await says(device, 'committed');
    house.clock.advance(3_600_000);
    await turn();
    expect(await shown(all.id)).toBe('running: running'); // every device is needed
    await rooms.rollouts.abort(all.id, ada);
    const most = await rooms.rollouts.create(order(first.version, { waves: ['100%'], watch_ms: 0, success_share: 0.6 }));
    for (const device of devices.slice(0, 2)) await sync(rooms, device.id);
    await turn();
    await says(devices[0]!, 'committed');
    await turn();
    expect(await shown(most.id)).toBe('running: running'); // one of three is below the share
    await says(devices[1]!, 'committed');
    await turn();
    expect(await shown(most.id)).toBe('succeeded: succeeded');
    expect(await desired(devices[2]!)).toMatchObject({ model_version: first.version }); // it takes it when it is back
    const second = await shipVersion(rooms, model);
    await rooms.rollouts.create(order(second.version, { waves: ['100%'] }));
    await turn();
    expect(await desired(devices[2]!)).toMatchObject({ model_version: second.version });
  });

  it('does without a device that is removed, before its turn or in it', async () => {
    const devices = await fleetOf(4);
    const { version } = await shipVersion(rooms, model);
    const { id } = await rooms.rollouts.create(order(version, { watch_ms: 0 }));
    await turn();
    await rooms.fleet.remove(devices[0]!.id, ada);
    await rooms.fleet.remove(devices[1]!.id, ada);
    await turn();
    await turn();
    for (const device of devices.slice(2)) await says(device, 'committed');
    await turn();
    expect(await shown(id)).toBe('succeeded: succeeded, succeeded');
    expect(Object.values(await statesOf(id)).toSorted()).toEqual(['cancelled', 'cancelled', 'healthy', 'healthy']);
  });

  it('pauses, goes on, and is aborted with every device brought back', async () => {
    const [canary, other] = await fleetOf(2);
    const { version } = await shipVersion(rooms, model);
    const { id } = await rooms.rollouts.create(order(version, { watch_ms: 0 }));
    await turn();
    await rooms.rollouts.pause(id, ada);
    await says(canary!, 'committed');
    await turn();
    expect(await desired(other!)).toBeNull();
    await expect(rooms.rollouts.pause(id, ada)).rejects.toMatchObject({ code: 'HF-ROLL-001' });
    await rooms.rollouts.resume(id, ada);
    await turn();
    expect(await desired(other!)).toMatchObject({ rollout: id });
    expect(await rooms.rollouts.abort(id, ada)).toMatchObject({ state: 'aborted', reason: 'aborted by user:ada' });
    expect([await desired(canary!), await desired(other!)]).toEqual([null, null]);
    await turn();
    expect(await shown(id)).toBe('aborted: succeeded, stopped');
    for (const late of ['abort', 'resume'] as const) await expect(rooms.rollouts[late](id, ada)).rejects.toMatchObject({ code: 'HF-ROLL-001' });
  });

  it('has a device to itself: a second rollout waits until the first is through with it', async () => {
    const [device] = await fleetOf(1);
    const [one, two] = [await shipVersion(rooms, model), await shipVersion(rooms, model)];
    const first = await rooms.rollouts.create(order(one.version, { waves: ['100%'], watch_ms: 0 }));
    const second = await rooms.rollouts.create(order(two.version, { waves: ['100%'], watch_ms: 0 }));
    const other = await house.again();
    await Promise.allSettled([turn(), turn(other), turn(), turn(other)]); // of two servers one may be refused by the unique index
    await turn();
    const { rows } = await sql<{
      n: number;
    }>`select count(*) as n from rollout_assignment where device = ${device!.id} and state in ('assigned', 'downloading', 'installed')`.execute(
      house.database.db,
    );
    expect(rows[0]!.n).toBe(1);
    expect(await desired(device!)).toMatchObject({ rollout: first.id });
    await says(device!, 'committed');
    await turn();
    expect(await desired(device!)).toMatchObject({ rollout: second.id });
    expect(await shown(first.id)).toBe('succeeded: succeeded');
  });

  it('keeps a device until it has ended: through its watch and while it is paused, whatever is started meanwhile', async () => {
    const [device] = await fleetOf(1);
    const [one, two] = [await shipVersion(rooms, model), await shipVersion(rooms, model)];
    const first = await rooms.rollouts.create(order(one.version, { waves: ['100%'] }));
    await turn();
    await says(device!, 'committed');
    const second = await rooms.rollouts.create(order(two.version, { waves: ['100%'], watch_ms: 0 }));
    await turn();
    expect(await shown(first.id)).toBe('running: watching');
    expect(await desired(device!)).toMatchObject({ rollout: first.id });
    expect((await rooms.rollouts.rollout(second.id)).assignments).toMatchObject([
      { state: 'pending', error: `waits until rollout ${first.id} has ended, which has it` },
    ]);
    const third = await rooms.rollouts.create(order(two.version));
    await turn();
    expect((await rooms.rollouts.abort(third.id, ada)).assignments).toMatchObject([{ state: 'cancelled', error: null }]);
    await rooms.rollouts.pause(first.id, ada);
    house.clock.advance(10_000);
    await turn();
    expect(await desired(device!)).toMatchObject({ rollout: first.id });
    await rooms.rollouts.resume(first.id, ada);
    await turn();
    expect(await shown(first.id)).toBe('succeeded: succeeded');
    expect(await desired(device!)).toMatchObject({ rollout: second.id });
    expect((await rooms.rollouts.rollout(second.id)).assignments).toMatchObject([{ state: 'assigned', error: null }]);
    await rooms.rollouts.abort(second.id, ada);
  });

  it('brings its devices back where it stops in its watch, before another rollout gets them', async () => {
    const [device] = await fleetOf(1);
    const former = await shipVersion(rooms, model);
    await rooms.rollouts.create(order(former.version, { waves: ['100%'], watch_ms: 0 }));
    await turn();
    await says(device!, 'committed');
    await turn();
    const [one, two] = [await shipVersion(rooms, model), await shipVersion(rooms, model)];
    const first = await rooms.rollouts.create(order(one.version, { waves: ['100%'] }));
    await turn();
    await says(device!, 'committed');
    const second = await rooms.rollouts.create(order(two.version, { waves: ['100%'] }));
    await turn();
    await says(device!, 'committed', { program: 'backing_off' });
    await turn();
    expect(await rooms.rollouts.rollout(first.id)).toMatchObject({ state: 'stopped', reason: expect.stringContaining('keeps ending') as string });
    expect(await desired(device!)).toMatchObject({ rollout: second.id });
    await rooms.rollouts.abort(second.id, ada);
    expect(await desired(device!)).toMatchObject({ model_version: former.version, bundle: { digest: former.bundle } });
    expect(await rooms.registry.aliases(model)).toMatchObject([{ alias: 'champion', version: former.version }]);
  });

  it("never waits for a younger one: two that begin at each other's last devices both come to their end", async () => {
    const [one, two] = await fleetOf(2);
    const [older, younger] = [await shipVersion(rooms, model), await shipVersion(rooms, model)];
    const first = await rooms.rollouts.create(order(older.version));
    await sync(rooms, two!.id, [], { suspects: ['image.sharpness'] }); // whoever needs it most is the canary
    const second = await rooms.rollouts.create(order(younger.version));
    await turn();
    expect(await desired(one!)).toMatchObject({ rollout: first.id });
    expect(await desired(two!)).toBeNull();
    const path = [];
    for (const device of [one!, two!, two!, one!]) {
      await says(device, 'committed');
      await turn();
      house.clock.advance(10_000);
      for (const each of [one!, two!]) await sync(rooms, each.id);
      await turn();
      path.push([await shown(first.id), await shown(second.id)]);
    }
    expect(path).toEqual([
      ['running: succeeded, running', 'running: running, waiting'],
      ['succeeded: succeeded, succeeded', 'running: running, waiting'],
      ['succeeded: succeeded, succeeded', 'running: succeeded, running'],
      ['succeeded: succeeded, succeeded', 'succeeded: succeeded, succeeded'],
    ]);
  });

  it('is one where the same request is made twice, or by two servers at once', async () => {
    await fleetOf(2);
    const { version } = await shipVersion(rooms, model);
    const other = await house.again();
    const made = await Promise.all([rooms, other, rooms, other].map((of) => of.rollouts.create(order(version, { key: `key-${model}` }))));
    expect(new Set(made.map((r) => r.id)).size).toBe(1);
    expect((await rooms.rollouts.create(order(version, { key: `key-${model}` }))).id).toBe(made[0]!.id);
    expect((await rooms.rollouts.list(1_000)).filter((r) => r.model === model)).toHaveLength(1);
    await rooms.rollouts.abort(made[0]!.id, ada);
  });

  it('refuses what it cannot do, with the reason', async () => {
    await fleetOf(1);
    const { version } = await shipVersion(rooms, model);
    const { digest } = await rooms.registry.blobs.put(Buffer.from(`no bundle ${model}`));
    const bare = await rooms.registry.register({ model, digest, by: tester });
    for (const [bad, code] of [
      [{ selector: 'site=nowhere' }, 'HF-ROLL-003'],
      [{ selector: 'site' }, 'HF-FLEET-003'],
      [{ waves: ['all'] }, 'HF-ROLL-002'],
      [{ version: 99 }, 'HF-REG-003'],
      [{ version: bare.version }, 'HF-REG-004'],
    ] as const) {
      await expect(rooms.rollouts.create(order(version, bad))).rejects.toMatchObject({ code });
    }
    await expect(rooms.rollouts.rollout('roll_none')).rejects.toMatchObject({ code: 'HF-REQ-004' });
  });
});

describe('a rollout that is taken back', () => {
  const waysOf = async (id: string) => (await rooms.rollouts.rollout(id)).assignments.map((a) => `${a.state}${a.error === null ? '' : `: ${a.error}`}`);
  const generationOf = async (device: SimulatedDevice) => (await rooms.fleet.device(device.id)).desired_generation;
  /** Every device of a new fleet has the version, which is then aborted. */
  const aborted = async (count: number) => {
    const devices = await fleetOf(count);
    const { version, bundle } = await shipVersion(rooms, model);
    const { id } = await rooms.rollouts.create(order(version, { waves: ['100%'] }));
    await turn();
    for (const device of devices) await says(device, 'committed');
    await turn();
    await rooms.rollouts.abort(id, ada);
    return { devices, id, runs: { bundle, model, model_version: version }, version };
  };

  it('tells devices that had nothing to have nothing, signed, and counts who reports that it has', async () => {
    const { devices, id, runs } = await aborted(2);
    const [device, other] = [devices[0]!, devices[1]!];
    const { desired: envelope } = await sync(rooms, device.id, [], { current: runs });
    const state = JSON.parse(Buffer.from(envelope!.payload, 'base64').toString()) as DesiredState;
    expect(state).toMatchObject({ assignment: null, no_bundle: { rollout: id }, generation: await generationOf(device) });
    await turn();
    expect(await waysOf(id)).toEqual(Array(2).fill('going_back: told to go back; it has not taken that up yet'));
    expect((await rooms.rollouts.rollout(id)).waves[0]!.counts).toMatchObject({ going_back: 2, went_back: 0, cancelled: 0 });
    const cleared = { state: 'cleared', bundle: null, rollout: id } as const;
    await sync(rooms, device.id, [], { generation: state.generation, install: cleared });
    await sync(rooms, other.id, [], { generation: state.generation, current: runs, install: { state: 'committed', bundle: runs.bundle, rollout: id } });
    await turn();
    expect(await waysOf(id)).toEqual(['went_back', `going_back: told to go back, and still runs ${model} version ${runs.model_version}`]);
    expect((await rooms.rollouts.rollout(id)).waves[0]!.counts).toMatchObject({ going_back: 1, went_back: 1 });
    expect((await rooms.rollouts.lastEvents(1))[0]!.text).toBe(`${model}-1 went back to what ran before; 1 not yet`);
    const again = await house.again();
    await sync(again, other.id, [], { generation: state.generation, install: cleared });
    await turn(again); // whichever server sees it
    expect(await waysOf(id)).toEqual(['went_back', 'went_back']);
  });

  it('asks nothing of a device that was never given anything', async () => {
    const device = await joinDevice(rooms, `${model}-new`, { site: model });
    const { desired: envelope } = await sync(rooms, device.id);
    expect(JSON.parse(Buffer.from(envelope!.payload, 'base64').toString())).not.toHaveProperty('no_bundle');
  });

  it('counts a device back at its former version by its report alone', async () => {
    const [device] = await fleetOf(1);
    const former = await shipVersion(rooms, model);
    await rooms.rollouts.create(order(former.version, { waves: ['100%'], watch_ms: 0 }));
    await turn();
    await says(device!, 'committed');
    await turn();
    const next = await shipVersion(rooms, model);
    const { id } = await rooms.rollouts.create(order(next.version, { waves: ['100%'] }));
    await turn();
    await says(device!, 'committed');
    await turn();
    await rooms.rollouts.abort(id, ada);
    await says(device!, 'probation', { generation: await generationOf(device!) });
    await turn();
    expect(await waysOf(id)).toEqual(['going_back: on its way back: probation']);
    await says(device!, 'committed', { generation: await generationOf(device!) });
    await turn();
    expect(await waysOf(id)).toEqual(['went_back']);
  });

  it('sends a device back to the model that it brought along when it joined', async () => {
    const [device] = await fleetOf(1);
    const own = { bundle: 'd'.repeat(64), model: 'own', model_version: 3 };
    await sync(rooms, device!.id, [], { current: own });
    const { version } = await shipVersion(rooms, model);
    const { id } = await rooms.rollouts.create(order(version, { waves: ['100%'] }));
    await turn();
    await says(device!, 'committed');
    await turn();
    await rooms.rollouts.abort(id, ada);
    expect(await desired(device!)).toMatchObject({ rollout: id, bundle: { digest: own.bundle }, model: 'own', model_version: 3 });
    await sync(rooms, device!.id, [], {
      generation: await generationOf(device!),
      current: own,
      install: { state: 'committed', bundle: own.bundle, rollout: id },
    });
    await turn();
    expect(await waysOf(id)).toEqual(['went_back']);
  });

  it('waits no longer for a device that was removed, or given something else', async () => {
    const { devices, id, version } = await aborted(2);
    await rooms.fleet.remove(devices[0]!.id, ada);
    await rooms.rollouts.create(order(version, { waves: ['100%'] }));
    await turn();
    await turn();
    expect((await waysOf(id)).toSorted()).toEqual([
      'cancelled: it was given something else before it was seen back',
      'cancelled: the device was removed before it was seen back',
    ]);
  });
});

describe('a rollout that a workflow asks for', () => {
  const ask = async (settings: Record<string, string>): Promise<string> => {
    const execution = `exec_${model}_${Object.values(settings).join('_')}`;
    const row = { key: `${execution}/rollout`, execution, model, version: 1, settings: JSON.stringify(settings), at_ms: 1 };
    await sql`insert into rollout_request (key, execution, model, version, settings, at_ms) values (${row.key}, ${row.execution}, ${row.model}, ${row.version}, ${row.settings}::jsonb, ${row.at_ms})`.execute(
      house.database.db,
    );
    return `execution ${execution}`;
  };
  const madeFor = async (cause: string) => (await rooms.rollouts.list(1_000)).filter((r) => r.cause === cause);

  it('is made once, whichever servers turn, and with the settings of the step', async () => {
    await fleetOf(2);
    await shipVersion(rooms, model);
    const cause = await ask({ selector: `site=${model}`, waves: '1, 100%', watch_ms: '5', error_share: '0.5' });
    const other = await house.again();
    await Promise.allSettled([turn(), turn(other)]);
    await turn(other);
    expect(await madeFor(cause)).toMatchObject([
      { state: 'running', watch_ms: 5, error_share: 0.5, success_share: 0.5, waves: [{ devices: 1 }, { devices: 1 }] },
    ]);
    await rooms.rollouts.abort((await madeFor(cause))[0]!.id, ada);
  });

  it('is shown as stopped with the reason where it cannot be met, and keeps no other waiting', async () => {
    await fleetOf(1);
    await shipVersion(rooms, model);
    const [bad, odd, good] = [
      await ask({ selector: 'site=nowhere' }),
      await ask({ selector: `site=${model}`, watch_ms: 'soon' }),
      await ask({ selector: `site=${model}`, watch_ms: '1' }),
    ];
    await turn();
    expect(await madeFor(bad)).toMatchObject([{ state: 'stopped', reason: expect.stringContaining('HF-ROLL-003') as string }]);
    expect(await madeFor(odd)).toMatchObject([{ state: 'stopped', reason: expect.stringContaining('watch_ms') as string }]);
    expect(await madeFor(good)).toMatchObject([{ state: 'running' }]);
    await turn();
    expect(await madeFor(bad)).toHaveLength(1);
    await rooms.rollouts.abort((await madeFor(good))[0]!.id, ada);
  });
});

describe('a server that is killed', () => {
  const states = ['waiting', 'assigned', 'probation', 'watching', 'between waves', 'second wave', 'rolling back', 'paused'] as const;
  it.each(states)('goes on with a rollout that was %s', async (killed) => {
    const [canary, other] = await fleetOf(2);
    const { version } = await shipVersion(rooms, model);
    const { id } = await rooms.rollouts.create(order(version));
    const at = async (state: (typeof states)[number], next: Rooms): Promise<Rooms> => (state === killed ? house.again() : next);
    let server = await at('waiting', rooms);
    await turn(server);
    server = await at('assigned', server);
    if (killed === 'paused') {
      await server.rollouts.pause(id, ada);
      server = await at('paused', server);
      await turn(server);
      await server.rollouts.resume(id, ada);
    }
    await says(canary!, 'probation');
    await turn(server);
    server = await at('probation', server);
    if (killed === 'rolling back') {
      await says(canary!, 'rolling_back');
      await turn(server);
      server = await at('rolling back', server);
      await says(canary!, 'failed');
      await turn(server);
      expect(await shown(id)).toBe('stopped: stopped, stopped');
      expect(await desired(canary!)).toBeNull();
      return;
    }
    await says(canary!, 'committed');
    await turn(server);
    server = await at('watching', server);
    house.clock.advance(10_000);
    server = await at('between waves', server);
    await turn(server);
    server = await at('second wave', server);
    await says(other!, 'committed');
    await turn(server);
    house.clock.advance(10_000);
    await turn(server);
    expect(await shown(id)).toBe('succeeded: succeeded, succeeded');
  });
});

describe('the desired state', () => {
  it('has a higher generation with each change, and the last one is what the device gets, signed', async () => {
    const [device] = await fleetOf(1);
    const { version } = await shipVersion(rooms, model);
    const before = await rooms.fleet.device(device!.id);
    const { id } = await rooms.rollouts.create(order(version, { waves: ['100%'] }));
    await turn();
    const { desired: envelope } = await sync(rooms, device!.id, [], { generation: before.desired_generation });
    const state = JSON.parse(Buffer.from(envelope!.payload, 'base64').toString()) as DesiredState;
    expect(state).toMatchObject({ generation: before.desired_generation + 1, device: device!.id, assignment: { rollout: id } });
    expect((await sync(rooms, device!.id, [], { generation: state.generation })).desired).toBeUndefined();
    await rooms.rollouts.abort(id, ada);
    const { desired: after } = await sync(rooms, device!.id, [], { generation: state.generation });
    expect(JSON.parse(Buffer.from(after!.payload, 'base64').toString())).toMatchObject({ generation: state.generation + 1, assignment: null });
  });
});
