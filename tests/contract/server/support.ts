// contract/server: what the tests of the server's rooms stand on: every room on a real database, a clock that is told the time, simulated devices.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Clock } from '@holdfast/base';
import { openBlobs } from '@holdfast/blobs';
import { type Rooms, makeApp } from '@holdfast/faces';
import { type Actor, type Database, serverActor } from '@holdfast/postgres';
import { testDatabase } from '@holdfast/postgres/testing';
import {
  type InstallState,
  type OutboxRecord,
  type ReportedState,
  type StreamName,
  type SyncReply,
  type WindowSummary,
  signedText,
  streams,
} from '@holdfast/protocol';
import { makeRooms, migrations } from '@holdfast/server';
import { type ReferenceProfile, buildProfile } from '@holdfast/stats';
import { quiet_report } from '../../load/device-wire.ts';

export class ToldClock implements Clock {
  #now = 1_800_000_000_000;

  wall_ms(): number {
    return this.#now;
  }
  mono_ms(): number {
    return this.#now - 1_700_000_000_000;
  }
  advance(ms: number): void {
    this.#now += ms;
  }
}

export interface House {
  readonly database: Database;
  readonly clock: ToldClock;
  readonly rooms: Rooms;
  /** What on_error heard. */
  readonly errors: Error[];
  readonly folder: string;
  /** Every room once more on the same database: another server, or this one after a restart. */
  again(): Promise<Rooms>;
  close(): Promise<void>;
}

/** Who the tests are, and a person. */
export const tester = serverActor('test');
export const ada: Actor = { name: 'user:ada', source: '127.0.0.1' };

export const admin_token = 'the-first-administrators-token';

type RoomChoices = Pick<Parameters<typeof makeRooms>[0], 'allow_private_webhooks' | 'mail' | 'link_base'>;
/** On a database of this vitest run, unless another is given. */
export async function openHouse({ database: given, ...more }: RoomChoices & { database?: Database } = {}): Promise<House> {
  const database = given ?? (await testDatabase(migrations));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hf-server-'));
  const blobs = await openBlobs(path.join(folder, 'blobs'));
  const clock = new ToldClock();
  const errors: Error[] = [];
  const again = () =>
    makeRooms({ ...more, db: database.db, blobs, clock, admin_token, poll_ms: 1_000, window_inferences: 100, on_error: (error) => void errors.push(error) });
  const close = async (): Promise<void> => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { database, clock, rooms: await again(), errors, folder, again, close };
}

export interface SimulatedDevice {
  readonly id: string;
  readonly name: string;
  readonly public_key: string;
  /** The headers of a signed request. */
  signed(method: string, url: string, body: Uint8Array, time_ms: number): Record<string, string>;
}

export function makeKey(): { public_key: string; sign(text: string): string } {
  const pair = generateKeyPairSync('ed25519');
  const public_key = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return { public_key, sign: (text) => sign(null, Buffer.from(text), pair.privateKey).toString('base64') };
}

export async function joinDevice(rooms: Rooms, name: string, labels: Readonly<Record<string, string>> = {}): Promise<SimulatedDevice> {
  const { secret } = await rooms.fleet.makeJoinToken({ name: 'test', labels: {}, uses_max: 1, expires_in_ms: 60_000 }, tester);
  const key = makeKey();
  const platform = { os: 'linux', arch: 'x64', runtime: 'node 24' };
  const { device } = await rooms.fleet.enrol({ proto: 1, token: secret, public_key: key.public_key, name, labels, platform }, '127.0.0.1');
  const signed: SimulatedDevice['signed'] = (method, url, body, time_ms) => {
    const text = signedText(method, url, device, String(time_ms), createHash('sha256').update(body).digest('hex'));
    return { 'holdfast-device': device, 'holdfast-time': String(time_ms), 'holdfast-signature': key.sign(text) };
  };
  return { id: device, name, public_key: key.public_key, signed };
}

export interface Says {
  readonly install?: {
    readonly state: InstallState;
    readonly bundle: string | null;
    readonly rollout: string | null;
    readonly error?: { code: string; text: string } | null;
  };
  readonly current?: ReportedState['current'];
  readonly suspects?: readonly string[];
  readonly hardware?: Readonly<Record<string, string>>;
  readonly program?: ReportedState['program']['state'];
  readonly generation?: number;
}

export function reportOf(says: Says = {}): ReportedState {
  const install = says.install ?? { state: 'idle' as const, bundle: null, rollout: null };
  return {
    ...quiet_report,
    generation: says.generation ?? 1,
    current: says.current ?? null,
    install: { error: null, ...install, since_ms: 0, bytes_done: 0 },
    program: { ...quiet_report.program, state: says.program ?? 'running' },
    suspects: says.suspects ?? [],
    ...(says.hardware ? { hardware: says.hardware } : {}),
  };
}

const sent_from_ms = 1_800_000_000_000;
let exchanges = 0;

/** Each is signed later than the one before. */
export function exchangeOf(device: string, records: readonly OutboxRecord[] = [], says: Says = {}, boot = 'boot-1') {
  const head = { proto: 1, boot, n: 1, have: { generation: says.generation ?? 0 }, reported: reportOf(says), clock: { wall_ms: 0, mono_ms: 0 } };
  return { device, sent_ms: sent_from_ms + ++exchanges, head, records, bytes_received: 100 };
}

export const sync = (rooms: Rooms, device: string, records: readonly OutboxRecord[] = [], says: Says = {}, boot = 'boot-1'): Promise<SyncReply> =>
  rooms.ingest.exchange(exchangeOf(device, records, says, boot));

export const record = (seq: number, stream: StreamName, value: unknown): OutboxRecord => ({
  seq,
  stream: streams[stream].number,
  payload: value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value)),
});

export const event = (text: string) => ({ v: 1, at_ms: 1_800_000_000_000, kind: 'agent_started', text });

/** A profile of one feature `x`, even over [0, 1), and two classes. */
export function evenProfile(n = 1_000): ReferenceProfile {
  const values = Array.from({ length: n }, (_, i) => Float64Array.of(i / n));
  return buildProfile({ names: ['x'], values, predicted: values.map((_, i) => i % 2), class_names: ['a', 'b'], bins: 10 });
}

/** A pipeline without preprocessing. */
export const pipeline_text = JSON.stringify({
  dataset: { name: 'none' },
  model: { name: 'eyes' },
  preproc: { pipeline: [] },
  postproc: { pipeline: ['argmax'] },
});
export const profile_text = JSON.stringify(evenProfile());

/** A closed window of 100 inferences: like the profile, or all in its last bin. */
export function windowOf(profile: { digest: string; bins: number }, number: number, drifted: boolean, model = 'eyes', window_ms = 60_000): WindowSummary {
  const even = Array.from({ length: profile.bins }, () => 100 / profile.bins);
  const counts = drifted ? even.map((_, i) => (i === profile.bins - 1 ? 100 : 0)) : even;
  const mean = drifted ? 0.95 : 0.5;
  const from_ms = 1_800_000_000_000 + number * window_ms;
  const feature = { name: 'x', counts, moments: { count: 100, mean, m2: 1, min: 0, max: 1 }, missing: 0, distance: 0, p_value: 1 };
  const rest = { features: [feature], classes: [50, 50], classes_p_value: 1, latency_ms: { mean: 1, p95: 2 }, suspects: [], lost: 0 };
  return {
    v: 1,
    window: number,
    from_ms,
    to_ms: from_ms + window_ms,
    inferences: 100,
    model,
    model_version: 1,
    bundle: 'b'.repeat(64),
    profile: profile.digest,
    ...rest,
  };
}

export async function storeProfile(rooms: Rooms, profile = evenProfile()): Promise<{ digest: string; bins: number }> {
  const { digest } = await rooms.registry.blobs.put(new TextEncoder().encode(JSON.stringify(profile)));
  return { digest, bins: profile.features[0]!.counts.length };
}

/** A model version with a bundle for every platform, and in it the monitors of an app where these are given; the version before it stays. */
export async function shipVersion(rooms: Rooms, model: string, monitors?: readonly object[]): Promise<{ version: number; bundle: string }> {
  const put = async (text: string) => (await rooms.registry.blobs.put(new TextEncoder().encode(text))).digest;
  const { version } = await rooms.registry.register({ model, digest: await put(randomBytes(16).toString('hex')), by: tester });
  const built = await rooms.registry.buildBundle({
    model,
    version,
    target: { os: 'any', arch: 'any' },
    pipeline: await put(pipeline_text),
    profile: await put(profile_text),
    ...(monitors ? { files: [{ path: 'monitors.json', digest: await put(JSON.stringify({ v: 1, monitors })) }] } : {}),
    by: tester,
  });
  return { version, bundle: built.digest };
}

/** Turns every mover until none has more to do. */
export async function turnAll(rooms: Rooms): Promise<void> {
  const movers = [rooms.monitors, rooms.alerts, rooms.triggers, rooms.workflows, rooms.rollouts];
  for (const mover of movers) while (await mover.turn());
}

export interface RunningApp {
  readonly app: Awaited<ReturnType<typeof makeApp>>;
  readonly url: string;
  readonly errors: Error[];
  /** `Authorization` of a role. */
  as(role: 'guest' | 'viewer' | 'editor' | 'admin'): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** The HTTP application on a free port of 127.0.0.1. */
export async function openApp(house: House, options: { no_auth?: boolean; web_folder?: string; beat_ms?: number } = {}): Promise<RunningApp> {
  const errors: Error[] = [];
  const wakes = { subscribe: () => () => undefined };
  const app = await makeApp({
    rooms: house.rooms,
    wakes,
    no_auth: options.no_auth ?? false,
    web_folder: options.web_folder,
    beat_ms: options.beat_ms,
    public_address: () => 'edge.example:80',
    on_error: (error) => void errors.push(error),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const as = async (role: 'guest' | 'viewer' | 'editor' | 'admin') => ({
    authorization: `Bearer ${(await house.rooms.access.makeToken({ name: role, role }, tester)).secret}`,
  });
  return { app, url, errors, as, close: () => app.close() };
}

/** Every route that the application answers, the automatic HEAD of a GET too. */
export function routesOf(app: RunningApp['app']): { method: string; url: string }[] {
  const found: { method: string; url: string }[] = [];
  const path: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const match = /^([│ ]*)[├└]── (\S*)(?: \((.+)\))?$/.exec(line);
    if (!match) continue;
    const depth = match[1]!.length / 4;
    path.splice(depth, Number.POSITIVE_INFINITY, match[2]!);
    for (const method of match[3]?.split(', ') ?? []) found.push({ method, url: path.join('') });
  }
  return found;
}
