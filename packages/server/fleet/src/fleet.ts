// The fleet: which devices there are, what each should be, and what it says it is.
import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { type Clock, type RandomBytes, checkName, failure, makeId, makeSecret } from '@holdfast/base';
import { type Actor, type Audit, type Db, announce } from '@holdfast/postgres';
import {
  type DesiredAssignment,
  type DesiredState,
  type EnrolReply,
  type EnrolRequest,
  type Envelope,
  type WatchRule,
  payload_types,
  protocol_version,
  watch_rule_default,
} from '@holdfast/protocol';
import * as table from './device-table.ts';
import type { Capture, DeviceRow, Report } from './device-table.ts';
import { type Counted, type FactCounts, type Facts, type Word, countFacts, devicesWith, listWords, readFacts, readHardware, readWord } from './fact-table.ts';
import * as joins from './join-table.ts';
import { type Labels, parseSelector } from './selector.ts';
import { type ReleaseKeys, openReleaseKeys, readDeviceKey } from './signing.ts';
import * as watch from './watch-table.ts';
import type { WatchRuleRow } from './watch-table.ts';

export interface FleetOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly audit: Audit;
  /** What a new device starts with. */
  readonly poll_ms: number;
  readonly capture: Capture;
}

export interface KnownDevice {
  readonly id: string;
  readonly key: KeyObject;
  readonly removed: boolean;
}

const hash = (secret: string) => createHash('sha256').update(secret).digest('hex');
const key_cache_ms = 20_000;
const key_cache_max = 20_000;

export class Fleet {
  readonly #o: FleetOptions;
  readonly keys: ReleaseKeys;
  readonly #known = new Map<string, KnownDevice & { read_ms: number }>();

  private constructor(options: FleetOptions, keys: ReleaseKeys) {
    this.#o = options;
    this.keys = keys;
  }

  static async open(options: FleetOptions): Promise<Fleet> {
    return new Fleet(options, await openReleaseKeys(options.db, options.clock.wall_ms()));
  }

  async makeJoinToken(token: { name: string; labels: Labels; uses_max: number; expires_in_ms: number }, by: Actor) {
    const secret = makeSecret('hfj', this.#o.random);
    const now = this.#o.clock.wall_ms();
    const { expires_in_ms, ...rest } = token;
    const row = { ...rest, id: makeId('join', this.#o.random), uses: 0, created_ms: now, created_by: by.name, expires_ms: now + expires_in_ms };
    await this.#o.db.transaction().execute(async (trx) => {
      await joins.insertJoinToken(trx, { ...row, hash: hash(secret), revoked_ms: null });
      await this.#o.audit(trx, { by, action: 'join_token.create', object: row.id, before: null, after: row });
    });
    return { token: row, secret };
  }
  async listJoinTokens() {
    return (await joins.listJoinTokens(this.#o.db)).map(({ hash: _hash, revoked_ms: _revoked, ...shown }) => shown);
  }
  async revokeJoinToken(id: string, by: Actor): Promise<void> {
    await this.#o.db.transaction().execute(async (trx) => {
      const before = await joins.revokeJoinToken(trx, id, this.#o.clock.wall_ms());
      if (!before) throw failure('HF-REQ-004', { kind: 'join-token', name: id });
      await this.#o.audit(trx, { by, action: 'join_token.revoke', object: id, before, after: null });
    });
  }

  /** Takes a device in: one use of the token, its public key, a free name. The device itself is who did it. */
  async enrol(request: EnrolRequest, source: string): Promise<EnrolReply> {
    if (request.proto !== protocol_version) throw failure('HF-SYNC-002', { saw: request.proto, expected: protocol_version });
    readDeviceKey(request.public_key);
    checkName(request.name);
    const now = this.#o.clock.wall_ms();
    const device = makeId('dev', this.#o.random);
    await this.#o.db.transaction().execute(async (trx) => {
      const token = await joins.useJoinToken(trx, hash(request.token), now);
      if (!token) throw failure('HF-FLEET-001');
      const labels = { ...request.labels, ...token.labels };
      const made = await table.insertDevice(trx, {
        id: device,
        name: request.name,
        public_key: request.public_key,
        labels,
        platform: request.platform,
        created_ms: now,
        capture: this.#o.capture,
        poll_ms: this.#o.poll_ms,
      });
      if (!made) throw failure('HF-REQ-005', { kind: 'device', name: request.name });
      const after = { name: request.name, labels, platform: request.platform, join_token: token.id };
      await this.#o.audit(trx, { by: { name: `device:${device}`, source }, action: 'device.enrol', object: device, before: null, after });
      await announce(trx, 'devices');
    });
    return { device, server_ms: now, keys: this.keys.public };
  }

  /** Identity and key of a device, for signature checks. Cached for 20 s, so a removal is felt within that time on every server. */
  async known(id: string): Promise<KnownDevice> {
    const now = this.#o.clock.mono_ms();
    const cached = this.#known.get(id);
    if (cached && cached.read_ms > now - key_cache_ms) return cached;
    const row = await table.findDevice(this.#o.db, id);
    if (!row || row.id !== id) throw failure('HF-ACCESS-002', { what: 'device' });
    const fresh = { id, key: readDeviceKey(row.public_key), removed: row.removed_ms !== null, read_ms: now };
    if (this.#known.size >= key_cache_max) this.#known.clear();
    this.#known.set(id, fresh);
    return fresh;
  }

  async device(key: string): Promise<DeviceRow> {
    const row = await table.findDevice(this.#o.db, key);
    if (!row) throw failure('HF-REQ-004', { kind: 'device', name: key });
    return row;
  }
  devices(filter: { selector?: string | undefined; after?: string | undefined; limit?: number | undefined } = {}): Promise<DeviceRow[]> {
    return table.listDevices(this.#o.db, { labels: parseSelector(filter.selector ?? ''), after: filter.after, limit: filter.limit });
  }
  count(selector = ''): Promise<number> {
    return table.countDevices(this.#o.db, parseSelector(selector));
  }
  byId(ids: readonly string[], db: Db = this.#o.db): Promise<DeviceRow[]> {
    return table.devicesById(db, ids);
  }
  /** What is known of each of these devices. */
  facts(ids: readonly string[], db: Db = this.#o.db): Promise<Map<string, Facts>> {
    return readFacts(db, ids);
  }
  /** What each of these devices says of its hardware. */
  hardware(ids: readonly string[]): Promise<Map<string, Facts>> {
    return readHardware(this.#o.db, ids);
  }
  /** How many of the devices have each fact that some of them have, whatever the size of the fleet. */
  countFacts(db: Db, of: Counted, some: readonly string[]): Promise<FactCounts> {
    return countFacts(db, of, some);
  }
  devicesWith(db: Db, of: Counted, fact: { readonly fact: string; readonly value: string }): Promise<string[]> {
    return devicesWith(db, of, fact);
  }
  /** The labels that devices have, and the words that they say of their hardware. */
  words(): Promise<Word[]> {
    return listWords(this.#o.db);
  }
  /** The value of a word on those of these devices that have it. */
  wordOf(ids: readonly string[], word: Word): Promise<Map<string, string>> {
    return readWord(this.#o.db, ids, word);
  }

  async patch(key: string, patch: { name?: string | undefined; labels?: Labels | undefined }, by: Actor): Promise<DeviceRow> {
    const { id, name } = await this.device(key);
    if (patch.name !== undefined && patch.name !== name) checkName(patch.name);
    try {
      if (patch.name !== undefined || patch.labels !== undefined) await this.#patch(id, patch, by);
    } catch (cause) {
      if ((cause as { code?: string }).code !== '23505') throw cause; // unique_violation: the index decides, not a look before
      throw failure('HF-REQ-005', { kind: 'device', name: patch.name }, cause);
    }
    return this.device(id);
  }

  #patch(id: string, patch: { name?: string | undefined; labels?: Labels | undefined }, by: Actor): Promise<void> {
    return this.#o.db.transaction().execute(async (trx) => {
      const before = shownOf(await table.lockDevice(trx, id));
      await table.patchDevice(trx, id, patch);
      const after = { name: patch.name ?? before.name, labels: patch.labels ?? before.labels };
      await this.#o.audit(trx, { by, action: 'device.patch', object: id, before, after });
      await announce(trx, 'devices');
    });
  }

  async remove(key: string, by: Actor): Promise<void> {
    const { id } = await this.device(key);
    await this.#o.db.transaction().execute(async (trx) => {
      const before = shownOf(await table.lockDevice(trx, id));
      if (!(await table.removeDevice(trx, id, this.#o.clock.wall_ms()))) throw failure('HF-ACCESS-008', { device: id });
      await this.#o.audit(trx, { by, action: 'device.remove', object: id, before, after: null });
      await announce(trx, 'devices');
    });
    this.#known.delete(id);
  }

  /** Rows of devices, held until the transaction ends, so that what is read is what `report` replaces. */
  hold(trx: Db, ids: readonly string[]): Promise<DeviceRow[]> {
    return table.holdDevices(trx, ids);
  }
  /** Takes up what devices say of themselves, within the transaction of their records; their rows are held. */
  async report(trx: Db, reports: readonly Report[]): Promise<void> {
    await table.reportMany(trx, reports);
    if (reports.some((report) => report.taken)) await announce(trx, 'devices');
  }
  /** Bytes of a bundle; those of syncs are counted with the report. */
  async countBytesSent(device: string, bytes: number): Promise<void> {
    await table.addBytesSent(this.#o.db, device, bytes);
  }

  /** Commands a device: from now on this is what it should run. The generation that says so. */
  assign(trx: Db, device: string, assignment: DesiredAssignment): Promise<number> {
    return this.#assign(trx, device, { assignment, no_bundle_by: null });
  }
  /** Commands a device to run no bundle, as before this rollout brought its first one. */
  assignNone(trx: Db, device: string, rollout: string): Promise<number> {
    return this.#assign(trx, device, { assignment: null, no_bundle_by: rollout });
  }
  async #assign(trx: Db, device: string, set: Pick<DeviceRow, 'assignment' | 'no_bundle_by'>): Promise<number> {
    const generation = await table.setAssignment(trx, device, set);
    await announce(trx, 'devices');
    return generation;
  }
  async setCapture(key: string, capture: Capture, poll_ms: number, by: Actor): Promise<void> {
    const { id } = await this.device(key);
    await this.#o.db.transaction().execute(async (trx) => {
      const before = await table.lockDevice(trx, id);
      await table.setCapture(trx, id, capture, poll_ms);
      const was = { capture: before.capture, poll_ms: before.poll_ms };
      await this.#o.audit(trx, { by, action: 'device.capture', object: id, before: was, after: { capture, poll_ms } });
    });
  }

  /** From now on the devices of this model judge their windows by this rule. One that changes nothing makes no new generation. */
  async setWatchRule(trx: Db, model: string, rule: WatchRule): Promise<void> {
    const known = (await watch.findWatchRules(trx, [model]))[0] ?? watch_rule_default;
    const names = Object.keys(watch_rule_default) as (keyof WatchRule)[];
    if (names.every((name) => known[name] === rule[name])) return;
    await watch.putWatchRule(trx, { model, ...rule });
    await table.moveOn(trx, model);
    await announce(trx, 'devices');
  }

  /** The signed desired state of each device, or undefined where the device is unknown or has this generation already. */
  async desiredFor(trx: Db, wanted: readonly { readonly row: DeviceRow | undefined; readonly have_generation: number }[]): Promise<(Envelope | undefined)[]> {
    const behind = wanted.map(({ row, have_generation }) => (row && have_generation !== row.desired_generation ? row : undefined));
    const rules = await watch.findWatchRules(trx, [...new Set(behind.flatMap((row) => (row ? modelsOf(row) : [])))]);
    return behind.map((row) => row && this.#signDesired(row, rules));
  }

  #signDesired(row: DeviceRow, rules: readonly WatchRuleRow[]): Envelope {
    const models = modelsOf(row);
    const desired: DesiredState = {
      generation: row.desired_generation,
      device: row.id,
      assignment: row.assignment,
      ...(row.no_bundle_by === null ? {} : { no_bundle: { rollout: row.no_bundle_by } }),
      capture: row.capture,
      poll_ms: row.poll_ms,
      watch: rules.filter((rule) => models.includes(rule.model)),
    };
    return this.keys.sign(payload_types.desired, new TextEncoder().encode(JSON.stringify(desired)));
  }

  async groups() {
    const rows = await joins.listGroups(this.#o.db);
    return Promise.all(rows.map(async (row) => ({ ...row, devices: await this.count(row.selector) })));
  }
  async putGroup(name: string, selector: string, by: Actor) {
    parseSelector(selector);
    checkName(name);
    await this.#o.db.transaction().execute(async (trx) => {
      const before = await joins.lockGroup(trx, name);
      await joins.putGroup(trx, name, selector);
      await this.#o.audit(trx, { by, action: 'group.put', object: name, before, after: { name, selector } });
    });
    return { name, selector, devices: await this.count(selector) };
  }
  async deleteGroup(name: string, by: Actor): Promise<void> {
    await this.#o.db.transaction().execute(async (trx) => {
      const before = await joins.deleteGroup(trx, name);
      if (!before) throw failure('HF-REQ-004', { kind: 'group', name });
      await this.#o.audit(trx, { by, action: 'group.remove', object: name, before, after: null });
    });
  }
}

/** A device as people change it. */
const shownOf = ({ name, labels }: DeviceRow) => ({ name, labels });

/** What a device is to run, and what it says it runs: until an install is done, and where it failed, these are two. */
const modelsOf = ({ assignment, reported }: DeviceRow) => [assignment?.model, reported?.current?.model].filter((model) => model !== undefined);
