// Rollouts: bring a version to devices wave by wave, and back where it fails.
import { type Clock, HoldfastError, type RandomBytes, failure, makeId } from '@holdfast/base';
import type { DeviceRow, Fleet } from '@holdfast/fleet';
import { type Actor, type Audit, type Db, announce, serverActor } from '@holdfast/postgres';
import type { Probation } from '@holdfast/protocol';
import type { RolloutView } from '@holdfast/protocol/rest';
import type { Registry } from '@holdfast/registry';
import type { Params, RolloutRequestRow, Workflows } from '@holdfast/workflows';
import { advance, answers, stop } from './advance.ts';
import { membersOf } from './members.ts';
import * as table from './rollout-table.ts';
import type { AssignmentRow, NewRollout, RolloutRow } from './rollout-table.ts';
import { type WaveRow, waveSizes } from './waves.ts';
import { seeBack } from './way-back.ts';

export interface RolloutOrder {
  readonly model: string;
  readonly version: number;
  readonly selector?: string | undefined;
  readonly waves?: readonly string[] | undefined;
  readonly success_share?: number | undefined;
  readonly error_share?: number | undefined;
  readonly watch_ms?: number | undefined;
  readonly probation?: { readonly [K in keyof Probation]?: Probation[K] | undefined } | undefined;
  /** The same key makes one rollout. */
  readonly key?: string | undefined;
  readonly cause: string;
  readonly by: Actor;
}

const probation_default: Probation = { inferences_min: 50, seconds_min: 10, seconds_max: 300, crashes_max: 1, suspect_windows_max: 1 };
const devices_max = 100_000;
const waves_default = ['1', '25%', '100%'] as const;
/** Requests this far behind the cursor are looked at again: their transactions may have ended in another order than they began. */
const cursor_slack = 1_000;

export interface RolloutRooms {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly audit: Audit;
  readonly fleet: Fleet;
  readonly registry: Registry;
  readonly workflows: Workflows;
}

export class Rollouts {
  readonly #o: RolloutRooms;

  constructor(options: RolloutRooms) {
    this.#o = options;
  }

  /** One turn of the mover; true where there is more to do at once. */
  async turn(): Promise<boolean> {
    await this.#takeRequests();
    let changed = false;
    for (const id of await table.runningIds(this.#o.db)) changed = (await this.#advance(id)) || changed;
    for (const id of await table.goingBackIds(this.#o.db)) changed = (await this.#seeBack(id)) || changed;
    return changed;
  }

  #advance(id: string): Promise<boolean> {
    return this.#o.db.transaction().execute(async (trx) => {
      const rollout = await table.lockRollout(trx, id);
      if (rollout?.state !== 'running') return false;
      const changed = await advance(this.#o, trx, rollout);
      if (changed) await announce(trx, 'rollouts');
      return changed;
    });
  }

  #seeBack(id: string): Promise<boolean> {
    return this.#o.db.transaction().execute(async (trx) => {
      const rollout = await table.lockRollout(trx, id);
      const changed = rollout !== undefined && (await seeBack(this.#o, trx, rollout));
      if (changed) await announce(trx, 'rollouts');
      return changed;
    });
  }

  async #takeRequests(): Promise<void> {
    const { db, workflows } = this.#o;
    const cursor = await table.readCursor(db);
    const requests = await workflows.rolloutRequestsAfter(db, Math.max(0, cursor - cursor_slack), cursor_slack + 100);
    const known = await table.knownKeys(
      db,
      requests.map((request) => request.key),
    );
    for (const request of requests) if (!known.has(request.key)) await this.#createRequested(request);
    const last = requests.at(-1)?.id ?? 0;
    if (last > cursor) await table.writeCursor(db, last);
  }

  /** A request that cannot be met becomes a rollout that was stopped at once, with the reason: it is seen, and keeps no other waiting. */
  async #createRequested(request: RolloutRequestRow): Promise<void> {
    const cause = `execution ${request.execution}`;
    const order = { model: request.model, version: request.version, key: request.key, cause, by: serverActor(`step:${request.key}`) };
    try {
      await this.create({ ...order, ...readSettings(request.settings) });
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.retryable) throw error;
      await this.#createStopped(order, `could not start: ${error.code} ${error.message}`);
    }
  }

  async #createStopped(order: RolloutOrder & { readonly key: string }, reason: string): Promise<void> {
    const { db, random } = this.#o;
    const row = this.#rowOf(order, { id: makeId('roll', random), key: order.key, waves: [], bundle: '' });
    await db.transaction().execute(async (trx) => {
      if (!(await table.insertRollout(trx, { ...row, state: 'stopped', reason, finished_ms: row.created_ms }))) return;
      await table.addEvent(trx, row.id, row.created_ms, `${order.model} version ${order.version}: ${reason}`);
      await this.#auditCreated(trx, order, { ...row, state: 'stopped', reason });
      await announce(trx, 'rollouts');
    });
  }

  async create(order: RolloutOrder): Promise<RolloutView> {
    const { db, random } = this.#o;
    const id = makeId('roll', random);
    const key = order.key ?? id;
    const known = await table.findByKey(db, key);
    if (known) return this.rollout(known.id);
    const devices = await this.#chosen(order);
    const sizes = waveSizes(order.waves ?? waves_default, devices.length);
    const waves = sizes.map((size, i): WaveRow => ({ number: i + 1, state: 'waiting', devices: size, started_ms: null, healthy_ms: null, finished_ms: null }));
    const row = this.#rowOf(order, { id, key, waves, bundle: devices[0]!.bundle });
    const waveOf = sizes.flatMap((size, i) => Array.from({ length: size }, () => i + 1));
    const members = devices.map((d, i): AssignmentRow => ({
      rollout: id,
      device: d.device,
      wave: waveOf[i]!,
      bundle: d.bundle,
      state: 'pending',
      error: null,
      previous: null,
      back_generation: null,
      updated_ms: row.created_ms,
    }));
    await db.transaction().execute(async (trx) => {
      if (!(await table.insertRollout(trx, row))) return; // the same request, at the same time: the other one made it
      await table.insertAssignments(trx, members);
      await table.addEvent(trx, id, row.created_ms, row.reason);
      await this.#auditCreated(trx, order, row);
      await announce(trx, 'rollouts');
    });
    return this.rollout((await table.findByKey(db, key))!.id);
  }

  #auditCreated(trx: Db, { by }: RolloutOrder, { id, model, model_version, selector, waves, cause, state, reason }: NewRollout): Promise<void> {
    const after = { model, model_version, selector, waves: waves.map((w) => w.devices), cause, state, reason };
    return this.#o.audit(trx, { by, action: 'rollout.create', object: id, before: null, after });
  }

  /** The devices of an order in the order of their waves, each with its bundle. Read before the transaction, which holds a connection of its own. */
  async #chosen(order: RolloutOrder): Promise<{ device: string; bundle: string }[]> {
    const { fleet, registry, clock } = this.#o;
    await registry.version(order.model, order.version);
    const devices = await fleet.devices({ selector: order.selector, limit: devices_max + 1 });
    if (devices.length === 0) throw failure('HF-ROLL-003', { selector: order.selector || '(every device)' });
    if (devices.length > devices_max) throw failure('HF-REQ-008', { what: 'a rollout, of devices,', limit: devices_max });
    const platforms = Map.groupBy(devices, (d) => `${d.platform.os}/${d.platform.arch}`);
    const bundles = new Map<string, string>();
    for (const [platform, [first]] of platforms) bundles.set(platform, (await registry.bundleFor(order.model, order.version, first!.platform)).digest);
    return inOrder(devices, clock.wall_ms()).map((d) => ({ device: d.id, bundle: bundles.get(`${d.platform.os}/${d.platform.arch}`)! }));
  }

  #rowOf(order: RolloutOrder, made: { id: string; key: string; waves: readonly WaveRow[]; bundle: string }): NewRollout {
    const given = Object.fromEntries(Object.entries(order.probation ?? {}).filter(([, value]) => value !== undefined));
    return {
      ...made,
      model: order.model,
      model_version: order.version,
      selector: order.selector ?? '',
      state: 'running',
      reason: `${order.model} version ${order.version} goes to ${made.waves.reduce((sum, w) => sum + w.devices, 0)} devices in ${made.waves.length} waves`,
      cause: order.cause,
      success_share: order.success_share ?? 1 - (order.error_share ?? 0),
      error_share: order.error_share ?? 0,
      watch_ms: order.watch_ms ?? 60_000,
      probation: { ...probation_default, ...given },
      created_by: order.by.name,
      created_ms: this.#o.clock.wall_ms(),
      finished_ms: null,
    };
  }

  pause(id: string, by: Actor): Promise<RolloutView> {
    const set = { state: 'paused', reason: `paused by ${by.name}: no further device is assigned` } as const;
    return this.#change(id, by, { from: ['running'], verb: 'pause', done: 'paused' }, (trx) => table.setRollout(trx, id, set));
  }
  resume(id: string, by: Actor): Promise<RolloutView> {
    const set = { state: 'running', reason: `resumed by ${by.name}` } as const;
    return this.#change(id, by, { from: ['paused'], verb: 'resume', done: 'resumed' }, (trx) => table.setRollout(trx, id, set));
  }
  abort(id: string, by: Actor): Promise<RolloutView> {
    return this.#change(id, by, { from: ['running', 'paused'], verb: 'abort', done: 'aborted' }, async (trx, rollout) =>
      stop(this.#o, trx, rollout, await membersOf(this.#o.fleet, trx, id), { state: 'aborted', reason: `aborted by ${by.name}` }),
    );
  }

  /** What people do with a rollout under way. */
  async #change(
    id: string,
    by: Actor,
    { from, verb, done }: { from: readonly RolloutRow['state'][]; verb: string; done: string },
    change: (trx: Db, rollout: RolloutRow) => Promise<unknown>,
  ): Promise<RolloutView> {
    await this.#o.db.transaction().execute(async (trx) => {
      const rollout = await table.lockRollout(trx, id);
      if (!rollout) throw failure('HF-REQ-004', { kind: 'rollout', name: id });
      if (!from.includes(rollout.state)) throw failure('HF-ROLL-001', { rollout: id, state: rollout.state, action: done });
      await change(trx, rollout);
      await table.addEvent(trx, id, this.#o.clock.wall_ms(), `${done} by ${by.name}`);
      await this.#o.audit(trx, { by, action: `rollout.${verb}`, object: id, before: endOf(rollout), after: endOf((await table.findRollout(trx, id))!) });
      await announce(trx, 'rollouts');
    });
    return this.rollout(id);
  }

  async rollout(id: string): Promise<RolloutView> {
    const row = await table.findRollout(this.#o.db, id);
    if (!row) throw failure('HF-REQ-004', { kind: 'rollout', name: id });
    return this.#describe(row);
  }
  /** `under_way`: those that run or are paused alone. */
  async list(limit: number, under_way = false): Promise<RolloutView[]> {
    return Promise.all((await table.listRollouts(this.#o.db, limit, under_way)).map((row) => this.#describe(row)));
  }
  lastEvents(limit: number) {
    return table.lastEvents(this.#o.db, limit);
  }

  async #describe(row: RolloutRow): Promise<RolloutView> {
    const members = await membersOf(this.#o.fleet, this.#o.db, row.id);
    const { key: _key, probation: _probation, created_by: _by, place: _place, waves, ...shown } = row;
    const assignments = members
      .toSorted((a, b) => a.wave - b.wave || (a.row.name < b.row.name ? -1 : 1))
      .slice(0, 1_000)
      .map((m) => ({ device: m.device, name: m.row.name, wave: m.wave, state: m.state, error: m.error, updated_ms: m.updated_ms }));
    const counted = waves.map(({ healthy_ms: _healthy, ...wave }) => ({ ...wave, counts: countStates(members.filter((m) => m.wave === wave.number)) }));
    return { ...shown, waves: counted, assignments, assignments_total: members.length };
  }
}

const endOf = ({ state, reason }: RolloutRow) => ({ state, reason });

function countStates(members: readonly AssignmentRow[]): RolloutView['waves'][number]['counts'] {
  const n = (...states: AssignmentRow['state'][]) => members.filter((m) => states.includes(m.state)).length;
  return {
    pending: n('pending', 'assigned'),
    downloading: n('downloading'),
    installed: n('installed'),
    healthy: n('healthy'),
    failed: n('failed'),
    going_back: n('going_back'),
    went_back: n('went_back'),
    cancelled: n('cancelled'),
  };
}

/** Devices that answer come first, of them those that need the new version most (they hold themselves to be drifted), then by name. */
function inOrder(devices: readonly DeviceRow[], now_ms: number): DeviceRow[] {
  const silent = (d: DeviceRow) => (answers(d, now_ms) ? 0 : 1);
  const healthy = (d: DeviceRow) => ((d.reported?.suspects.length ?? 0) > 0 ? 0 : 1);
  return devices.toSorted((a, b) => silent(a) - silent(b) || healthy(a) - healthy(b) || (a.name < b.name ? -1 : 1));
}

/** The settings of a workflow's rollout step, which are text. Fails with HF-REQ-001. */
function readSettings(settings: Params): Partial<RolloutOrder> {
  const number = (name: string, max: number = Number.MAX_SAFE_INTEGER, whole = true) => {
    if (settings[name] === undefined) return undefined;
    const value = Number(settings[name]);
    if (settings[name].trim() !== '' && value >= 0 && value <= max && (!whole || Number.isInteger(value))) return value;
    throw failure('HF-REQ-001', {
      where: `rollout setting ${name}`,
      saw: JSON.stringify(settings[name]),
      expected: `a ${whole ? 'whole ' : ''}number from 0 to ${max}`,
    });
  };
  return {
    selector: settings['selector'],
    waves: settings['waves']?.split(',').map((w) => w.trim()),
    success_share: number('success_share', 1, false),
    error_share: number('error_share', 1, false),
    watch_ms: number('watch_ms'),
    probation: {
      inferences_min: number('inferences_min'),
      seconds_min: number('seconds_min'),
      seconds_max: number('seconds_max'),
      crashes_max: number('crashes_max'),
      suspect_windows_max: number('suspect_windows_max'),
    },
  };
}
