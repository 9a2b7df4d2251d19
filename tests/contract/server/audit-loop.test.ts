// contract/server: what the loop changes by itself has its rows too, from the alert to the alias.
import type { StepDefinition } from '@holdfast/protocol/rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRows, withoutAudit } from './audit-support.ts';
import {
  type House,
  type SimulatedDevice,
  joinDevice,
  openHouse,
  pipeline_text,
  profile_text,
  record,
  storeProfile,
  sync,
  tester,
  turnAll,
  windowOf,
} from './support.ts';

let house: House;
let device: SimulatedDevice;
let profile: Awaited<ReturnType<typeof storeProfile>>;
let windows = 0;
beforeAll(async () => {
  house = await openHouse();
  device = await joinDevice(house.rooms, 'edge-1');
  profile = await storeProfile(house.rooms);
});
afterAll(() => house.close());

/** The rows since the last time, as `actor action object`. */
let seen = 0;
async function fresh(): Promise<string[]> {
  const rows = (await auditRows(house.database.db)).filter((row) => row.id > seen);
  seen = rows.at(-1)?.id ?? seen;
  return rows.map((row) => `${row.actor} ${row.action} ${row.object}`);
}

async function close(drifted: boolean, count: number): Promise<void> {
  const records = Array.from({ length: count }, () => record(++windows, 'windows', windowOf(profile, windows, drifted)));
  await sync(house.rooms, device.id, records);
}

async function retraining(): Promise<StepDefinition[]> {
  const put = async (text: string) => (await house.rooms.registry.blobs.put(Buffer.from(text))).digest;
  const version = { model: 'eyes', version: 'step:register/version' };
  return [
    { name: 'register', kind: 'register', with: { model: 'eyes', file: await put('weights') } },
    { name: 'bundle', kind: 'bundle', needs: ['register'], with: { ...version, pipeline: await put(pipeline_text), profile: await put(profile_text) } },
    { name: 'rollout', kind: 'rollout', needs: ['bundle'], with: { ...version, waves: '100%', watch_ms: '0' } },
  ];
}

describe('the loop', () => {
  it('leaves a row for all that it changes: who joined, what was opened, started, made, rolled out, moved and resolved', async () => {
    const { workflows, triggers, rollouts, registry, alerts, fleet } = house.rooms;
    expect(await fresh()).toMatchObject([expect.stringMatching(/^test join_token.create /), `device:${device.id} device.enrol ${device.id}`]);
    await workflows.executions.define('retrain', await retraining(), tester);
    await triggers.put({ name: 'on-drift', workflow: 'retrain', model: 'eyes', cooldown_ms: 3_600_000, params: {}, enabled: true }, tester);
    await fresh();

    await close(true, 2);
    await turnAll(house.rooms);
    const [alert] = await alerts.list('open', 1);
    const [execution] = await workflows.executions.executions('retrain', 1);
    const [rollout] = await rollouts.list(1);
    expect(await fresh()).toEqual([
      'server monitor.put default-eyes',
      `server alert.open ${alert!.id}`,
      `trigger:on-drift execution.start ${execution!.id}`,
      `step:${execution!.id}/register version.register eyes/1`,
      `step:${execution!.id}/bundle bundle.build eyes/1`,
      `step:${execution!.id}/rollout rollout.create ${rollout!.id}`,
    ]);

    const { bundle, model, model_version } = (await fleet.device(device.id)).assignment!;
    const current = { bundle: bundle.digest, model, model_version };
    await sync(house.rooms, device.id, [], { current, install: { state: 'committed', bundle: bundle.digest, rollout: rollout!.id } });
    await turnAll(house.rooms);
    expect(await fresh()).toEqual([`rollout:${rollout!.id} alias.set eyes/champion`, `rollout:${rollout!.id} rollout.succeed ${rollout!.id}`]);
    expect(await registry.aliases('eyes')).toMatchObject([{ alias: 'champion', version: 1, changed_by: `rollout:${rollout!.id}` }]);

    await close(false, 3);
    await turnAll(house.rooms);
    expect(await fresh()).toEqual([`server alert.resolve ${alert!.id}`]);
  });

  it('makes no version where the row cannot be written, and one with its row when it can again', async () => {
    const { workflows, registry } = house.rooms;
    const put = async (text: string) => (await registry.blobs.put(Buffer.from(text))).digest;
    await workflows.executions.define('ears', [{ name: 'register', kind: 'register', with: { model: 'ears', file: await put('ears') } }], tester);
    const id = await workflows.executions.start({ workflow: 'ears', cause: 'test', by: tester });
    await fresh();
    await withoutAudit(house.database.db, () => turnAll(house.rooms));
    expect(await registry.versions('ears')).toEqual([]);
    house.clock.advance(600_000);
    await turnAll(house.rooms);
    expect(await registry.versions('ears')).toMatchObject([{ version: 1 }]);
    expect(await fresh()).toEqual([`step:${id}/register version.register ears/1`]);
  });

  it('stops a rollout by itself with a row, and moves no alias', async () => {
    const { rollouts, fleet } = house.rooms;
    const { id } = await rollouts.create({ model: 'eyes', version: 1, waves: ['100%'], cause: 'test', by: tester });
    await turnAll(house.rooms);
    await fresh();
    const { bundle } = (await fleet.device(device.id)).assignment!;
    const error = { code: 'HF-X', text: 'it crashed' };
    await sync(house.rooms, device.id, [], { install: { state: 'failed', bundle: bundle.digest, rollout: id, error } });
    await turnAll(house.rooms);
    expect(await fresh()).toEqual([`rollout:${id} rollout.stop ${id}`]);
  });
});
