import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DeviceEvent, type SampleHead, decodePoints, decodeSample, streams } from '@holdfast/protocol';
import { type ReferenceProfile, buildProfile, parseProfile } from '@holdfast/stats';
import { afterEach, describe, expect, it } from 'vitest';
import { DevicePeer } from '../test/device-peer.ts';
import { temporaryFolders, until } from '../test/support.ts';
import { type AgentOptions, type RunningAgent, runAgent } from './agent.ts';
import { joinServer } from './join.ts';
import { openLog } from './sdk/index.ts';

const app = new URL('../test/app.mjs', import.meta.url).pathname;
const program = [process.execPath, app];
const folderOf = temporaryFolders();
const open: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function startPeer(): Promise<DevicePeer> {
  const peer = await DevicePeer.start();
  open.push(peer);
  return peer;
}

async function start(_peer: DevicePeer, folder: string, change: Partial<AgentOptions> = {}): Promise<RunningAgent> {
  const agent = await runAgent({ folder, program, ring: join(folder, 'ring'), points_ms: 100, restart_ms: 50, download_retry_ms: 10, ...change });
  open.push(agent);
  return agent;
}

async function joined(peer: DevicePeer): Promise<string> {
  const folder = folderOf();
  await joinServer({ address: peer.address, folder, name: 'edge-1', labels: { site: 'north' } });
  return folder;
}

/** What the app of the tests logs while it works as it should. */
function profile(): ReferenceProfile {
  const rows = Array.from({ length: 2000 }, (_, n) => (n * 0.618034) % 1);
  return buildProfile({
    names: ['input.a', 'input.b'],
    values: rows.map((a) => Float64Array.of(a, 1 - a)),
    predicted: rows.map((a) => (a > 0.5 ? 1 : 0)),
    class_names: ['no', 'yes'],
  });
}

const files = (behaviour: object) => ({
  'behaviour.json': JSON.stringify(behaviour),
  'profile.json': JSON.stringify(profile()),
  'model/model.onnx': 'm'.repeat(200_000),
});

/** The app's numbers of the samples that were kept for a reason. */
function samples(peer: DevicePeer, reason: SampleHead['reason']): number[] {
  return peer
    .payloads('samples')
    .map((payload) => decodeSample(payload).head)
    .filter((head) => head.reason === reason)
    .map((head) => head.reference);
}

describe('the agent, end to end', () => {
  it('installs the desired bundle, runs the program with it, and sends windows and points', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    expect(statSync(join(folder, 'agent.key')).mode & 0o777).toBe(0o600);
    const bundle = peer.bundle(files({}));
    peer.desire(peer.assignment(bundle, 'rol_1', { inferences_min: 50 }));
    await start(peer, folder, { wait_for_bundle: true });
    await until('a commit', () => peer.reported?.install.state === 'committed');
    await until('windows', () => peer.windows().length >= 2);
    const [window] = peer.windows();
    expect(window).toMatchObject({ v: 1, window: 0, inferences: 100, model: 'iris', model_version: 1, bundle: bundle.digest, suspects: [], lost: 0 });
    expect(window!.features.map((feature) => feature.name)).toEqual(['input.a', 'input.b', 'pair.input.a*input.b']);
    expect(window!.features[0]!.moments.count).toBe(100);
    expect(window!.latency_ms.mean).toBeCloseTo(1.5, 5);
    expect(peer.reported).toMatchObject({
      generation: 1,
      current: { bundle: bundle.digest, model: 'iris', model_version: 1 },
      program: { state: 'running', restarts: 0 },
    });
    const chunk = decodePoints(await until('points', () => peer.payloads('points')[0]));
    expect(chunk!.metrics.map((metric) => metric.name)).toContain('inferences_per_s');
    expect(peer.bad_signatures).toBe(0);
    expect(peer.compressed).toBeGreaterThan(0);
    expect(readFileSync(join(folder, 'current'), 'utf8').trim()).toBe(bundle.digest);
  });

  it('rolls back to the bundle before, when the new one crashes, and does not try it again', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    const good = peer.bundle(files({}));
    const bad = peer.bundle(files({ crash_after: 10 }), { model: { name: 'iris', version: 2, digest: 'x' } });
    peer.desire(peer.assignment(good, 'rol_1', { inferences_min: 20 }));
    await start(peer, folder);
    await until('the first commit', () => peer.reported?.install.state === 'committed');
    peer.desire(peer.assignment(bad, 'rol_2', { inferences_min: 1000, crashes_max: 0 }));
    await until('a rollback', () => peer.reported?.install.state === 'failed' && peer.reported.current?.bundle === good.digest);
    expect(peer.reported!.install).toMatchObject({ bundle: bad.digest, rollout: 'rol_2', error: { code: 'HF-INSTALL-001' } });
    const installs = () => peer.json<DeviceEvent>('events').filter((event) => event.kind === 'install_state');
    const states = () => installs().map((event) => event.fields!['state']);
    await until('its event', () => states().at(-1) === 'failed'); // the report may be an exchange ahead
    expect(states().slice(-6)).toEqual(['downloading', 'verified', 'staged', 'armed', 'probation', 'rolling_back'].concat('failed').slice(-6));
    peer.desire(peer.assignment(good, 'rol_3'));
    await until('the good one as desired', () => peer.reported?.install.rollout === 'rol_3');
    const fetched = peer.bundle_ranges.length;
    peer.desire(peer.assignment(bad, 'rol_2'));
    await until('the refusal', () => peer.reported?.install.error?.code === 'HF-INSTALL-006');
    expect(peer.bundle_ranges.length).toBe(fetched);
    expect(peer.reported!.current!.bundle).toBe(good.digest);
  });

  it('told to have no bundle, ends the program, removes the slot, and runs the program as it did without one', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    await start(peer, folder);
    await until('the program without a bundle', () => peer.reported?.program.state === 'running');
    peer.desire(peer.assignment(peer.bundle(files({ image: true })), 'rol_1', { inferences_min: 20 }));
    await until('the commit', () => peer.reported?.install.state === 'committed');
    const { pid } = peer.reported!.program;
    peer.desire(null);
    await until('the generation', () => peer.reported!.generation === 2);
    expect(peer.reported).toMatchObject({ current: { model: 'iris' }, install: { state: 'committed' } }); // nothing asked: nothing taken away
    peer.desire(null, { no_bundle: { rollout: 'rol_1' } });
    await until('the report', () => peer.reported?.install.state === 'cleared' && peer.reported.program.state === 'running');
    expect(peer.reported).toMatchObject({ generation: 3, current: null, install: { state: 'cleared', bundle: null, rollout: 'rol_1', error: null } });
    expect(peer.reported!.program.pid).not.toBe(pid);
    expect(readdirSync(join(folder, 'slots'))).toEqual([]);
    await until('the event', () => peer.json<DeviceEvent>('events').some((one) => one.kind === 'install_state' && one.fields!['state'] === 'cleared'));
  });

  it('told to have no bundle, runs no program where it was to wait for one', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    peer.desire(peer.assignment(peer.bundle(files({})), 'rol_1', { inferences_min: 1_000_000 }));
    await start(peer, folder, { wait_for_bundle: true });
    await until('the probation', () => peer.reported?.install.state === 'probation');
    peer.desire(null, { no_bundle: { rollout: 'rol_1' } });
    await until('the report', () => peer.reported?.install.state === 'cleared');
    expect(peer.reported).toMatchObject({ current: null, program: { pid: null } });
    expect(peer.json<DeviceEvent>('events').map((one) => one.fields?.['state'])).not.toContain('committed');
  });

  it('refuses a desired state that asks for a bundle and for none', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    const lines: string[] = [];
    await start(peer, folder, { wait_for_bundle: true, on_line: (text) => lines.push(text) });
    peer.desire(peer.assignment(peer.bundle(files({}))), { no_bundle: { rollout: 'rol_1' } });
    await until('the refusal', () => lines.some((line) => line.startsWith('HF-AGENT-007') && line.includes('no_bundle')));
  });

  it('rolls back when windows under the new version look drifted', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    const shifted = peer.bundle(files({ shift: 0.5 }));
    peer.desire(peer.assignment(shifted, 'rol_1', { inferences_min: 1_000_000, suspect_windows_max: 1 }));
    await start(peer, folder, { wait_for_bundle: true });
    await until('a rollback', () => peer.reported?.install.state === 'failed');
    expect(peer.reported!.install.error!.code).toBe('HF-INSTALL-003');
    expect(peer.reported!.current).toBeNull();
    expect(existsSync(join(folder, 'current'))).toBe(false);
  });

  it('suspects drift after two windows in a row, says so at once, and sends samples of images at the higher rate', async () => {
    const peer = await startPeer();
    peer.capture = { window_inferences: 100, sample_every: 50, sample_every_drifted: 2 };
    const folder = await joined(peer);
    peer.desire(peer.assignment(peer.bundle(files({ shift: 0.5, image: true })), 'rol_1', { suspect_windows_max: 99 }));
    await start(peer, folder, { wait_for_bundle: true });
    const event = await until('the event', () => peer.json<DeviceEvent>('events').find((one) => one.kind === 'drift_suspected'));
    expect(event.fields!['window']).toBe(1);
    await until('the report', () => peer.reported?.suspects.includes('input.a'));
    await until('samples', () => samples(peer, 'drift').length >= 20);
    const gaps = samples(peer, 'drift')
      .slice(0, 20)
      .map((reference, i, all) => (i === 0 ? 2 : reference - all[i - 1]!));
    expect(gaps.every((gap) => gap === 2)).toBe(true);
    expect(samples(peer, 'steady').length).toBeGreaterThanOrEqual(3);
  });

  it('makes a profile of its first 4,000 inferences where the bundle has none, and sends it before its windows', { timeout: 60_000 }, async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    const { 'profile.json': _profile, ...bare } = files({});
    peer.desire(peer.assignment(peer.bundle(bare), 'rol_1', { inferences_min: 50 }));
    await start(peer, folder, { wait_for_bundle: true });
    await until('a window', () => peer.windows().length > 0, 40_000);
    const [sent] = peer.payloads('profiles');
    const made = parseProfile(Buffer.from(sent!).toString('utf8'));
    expect([made.n, made.warm_up, made.features.map((feature) => feature.name)]).toEqual([
      2000,
      true,
      ['input.a', 'input.b', 'output.confidence', 'output.margin', 'pair.input.a*input.b'],
    ]);
    const digest = createHash('sha256').update(sent!).digest('hex');
    expect(peer.windows()[0]).toMatchObject({ profile: digest, profile_source: 'warm_up', window: 0, suspects: [] });
    const seqOf = (stream: number) => Math.min(...[...peer.records.values()].filter((record) => record.stream === stream).map((record) => record.seq));
    expect(seqOf(streams.profiles.number)).toBeLessThan(seqOf(streams.windows.number));
  });

  it('judges its windows by the rule of the desired state, takes up another one, and refuses one that is none', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    const rule = { model: 'iris', false_alarms_per_device_month: 1, distance_min: 0.2, windows_to_open: 1, windows_to_resolve: 1 };
    const shifted = peer.assignment(peer.bundle(files({ shift: 0.5 })), 'rol_1', { inferences_min: 1_000_000, suspect_windows_max: 9_999 });
    peer.desire(shifted, { watch: [{ ...rule, model: 'another' }, rule] });
    const lines: string[] = [];
    await start(peer, folder, { wait_for_bundle: true, on_line: (text) => lines.push(text) });
    const event = await until('the event', () => peer.json<DeviceEvent>('events').find((one) => one.kind === 'drift_suspected'));
    expect(event.fields!['window']).toBe(0);
    peer.desire(shifted, { watch: [{ ...rule, distance_min: 0.99 }] });
    await until('the end of the drift', () => peer.json<DeviceEvent>('events').some((one) => one.kind === 'drift_cleared'));
    const { generation } = peer.reported!;
    for (const change of [{ distance_min: -1 }, { false_alarms_per_device_month: 0 }, { windows_to_open: 0.5 }]) {
      const before = lines.length;
      peer.desire(shifted, { watch: [{ ...rule, ...change }] });
      await until('the refusal', () => lines.slice(before).some((line) => line.startsWith('HF-AGENT-007') && line.includes('the watch rule')));
    }
    expect(peer.reported!.generation).toBe(generation);
  });

  it('runs without labels, and says why, where something is in the way of their file; it asks when that is gone', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    mkdirSync(join(folder, 'labels.jsonl'));
    const lines: string[] = [];
    await start(peer, folder, { on_line: (line) => lines.push(line) });
    await until('some syncs', () => peer.heads.length > 3);
    expect([peer.reported!.labels, lines]).toEqual([
      undefined,
      expect.arrayContaining([expect.stringMatching(/labels of answers cannot be kept.*is not a file/)]),
    ]);
    rmdirSync(join(folder, 'labels.jsonl'));
    await until('the question', () => peer.reported!.labels?.after === 0);
    mkdirSync(join(folder, 'labels.jsonl'));
    await joinServer({ address: peer.address, folder, name: 'edge-2' });
    expect(existsSync(join(folder, 'labels.jsonl'))).toBe(false);
  });

  it('asks for labels where it keeps a program or an app has written its ring, and keeps those that come', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    await start(peer, folder, { program: [] });
    await until('some syncs', () => peer.heads.length > 3);
    expect(peer.reported!.labels).toBeUndefined();
    const log = openLog({ ring: join(folder, 'ring'), inputs: ['a'], outputs: ['y'] });
    log.inference({ inputs: [1], outputs: [1] });
    await until('the question', () => peer.reported!.labels?.after === 0);
    log.close();
    peer.labels = [1, 2].map((seq) => ({ seq, reference: 7, at_ms: 5, label: seq }));
    await until('their receipt', () => peer.reported!.labels?.after === 2);
    await until('the same reply again', () => peer.heads.length > 20);
    expect(readFileSync(join(folder, 'labels.jsonl'), 'utf8')).toBe(
      '{"seq":1,"reference":7,"at_ms":5,"label":1}\n{"seq":2,"reference":7,"at_ms":5,"label":2}\n',
    );
    peer.labels = [{ seq: 4, reference: 7, at_ms: 5, label: 1 }, { seq: 3, reference: 7, at_ms: 5, label: 1 }]; // prettier-ignore
    const told = peer.heads.length;
    await until('exchanges at their pace', () => peer.heads.length > told + 5); // what is refused does not stop them
    expect(peer.reported!.labels).toEqual({ after: 2 });
    await joinServer({ address: peer.address, folder, name: 'edge-2' }); // another device now: those numbers are not its
    expect(existsSync(join(folder, 'labels.jsonl'))).toBe(false);
  });

  it('sets aside the inferences that its model is not sure of, with their inputs, and says how many were too many', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    const shipped = peer.assignment(peer.bundle(files({})), 'rol_1', { inferences_min: 20 });
    const quarantine = { confidence_below: 0.55, an_hour_max: 5 };
    peer.desire(shipped, { capture: { ...peer.capture, quarantine } });
    const lines: string[] = [];
    await start(peer, folder, { wait_for_bundle: true, on_line: (text) => lines.push(text) });
    await until('more than an hour may have', () => (peer.reported?.quarantine?.left_out ?? 0) > 5);
    const heads = peer.payloads('samples').map((payload) => decodeSample(payload).head);
    expect([5, 10]).toContain(heads.length); // a test may run over a full hour
    expect(heads.every((head) => head.reason === 'quarantine' && head.confidence < 0.55 && head.width === 0)).toBe(true);
    expect(heads[0]!.inputs!.map(([name]) => name)).toEqual(['a', 'b']);
    const { generation } = peer.reported!;
    for (const bad of [{ ...quarantine, an_hour_max: 0 }, { ...quarantine, confidence_below: 'half' }, null]) {
      const before = lines.length;
      peer.desire(shipped, { capture: { ...peer.capture, quarantine: bad as typeof quarantine } });
      await until('the refusal', () => lines.slice(before).some((line) => line.startsWith('HF-AGENT-007') && line.includes('quarantine')));
    }
    expect(peer.reported!.generation).toBe(generation);
    peer.desire(shipped);
    await until('the end of it', () => peer.reported!.generation > generation && peer.reported!.quarantine === undefined);
  });

  it('keeps the program running without a server, and sends everything once when it is there', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    peer.faults.sync_status = 503;
    peer.faults.retry_after = '0';
    const agent = await start(peer, folder, { program: [process.execPath, '-e', 'setTimeout(() => process.exit(4), 100)'] });
    await new Promise((resolve) => setTimeout(resolve, 500));
    peer.faults.sync_status = null;
    await until('exits', () => peer.json<DeviceEvent>('events').filter((event) => event.kind === 'program_exited').length >= 3);
    await agent.stop();
    expect(peer.json<DeviceEvent>('events').find((event) => event.kind === 'program_exited')!.fields).toEqual({ reason: 'exit code 4' });
    const seqs = [...peer.records.values()].map((record) => record.seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  });

  it('loses and doubles nothing when the answer to a sync is cut off', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    peer.faults.cut_after_commit = true;
    await start(peer, folder, { random: () => 0.01 });
    await until('a duplicate at the peer', () => peer.duplicates > 0);
    peer.faults.cut_after_commit = false;
    await until('an empty outbox', () => peer.reported && peer.heads.length > 5 && peer.reported.outbox.records < 20);
    const seqs = [...peer.records.values()].map((record) => record.seq).sort((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  });

  it('stops syncing when the device was removed, and keeps the program', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    const lines: string[] = [];
    peer.faults.removed = true;
    await start(peer, folder, { on_line: (text) => lines.push(text) });
    await until('the line', () => lines.some((line) => line.startsWith('HF-ACCESS-008')));
    await until('a running program', () => existsSync(join(folder, 'program.pid')));
    expect(peer.heads).toHaveLength(0);
  });

  it('corrects its time by the server when its clock is years behind', async () => {
    const peer = await startPeer();
    peer.server_offset_ms = 5 * 365 * 86_400_000;
    const folder = await joined(peer);
    // The Date header is of the machine, so the peer's offset is hidden from it; the reply of a sync carries the right time.
    const start_ms = Date.now();
    const clock = { wall_ms: () => Date.now() + peer.server_offset_ms - 100_000, mono_ms: () => performance.now() };
    await start(peer, folder, { clock });
    await until('a sync', () => peer.heads.length > 1);
    const event = await until('an event after it', () => peer.json<DeviceEvent>('events').at(-1));
    expect(event.at_ms).toBeGreaterThan(start_ms + peer.server_offset_ms - 200_000);
    expect(peer.heads[0]!.clock.wall_ms).toBeLessThan(Date.now() + peer.server_offset_ms - 50_000);
  });

  it('keeps the program and the exchange running where the disk takes none of its files', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    const lines: string[] = [];
    // A folder in the place of each temporary file: writing it fails, as on a full disk.
    for (const name of ['install.json', 'windows.json', 'desired.json', 'program.pid']) mkdirSync(join(folder, `${name}.new`));
    peer.desire(peer.assignment(peer.bundle(files({}))));
    await start(peer, folder, { on_line: (text) => lines.push(text) });
    await until('the report', () => peer.reported?.install.error?.code === 'HF-INSTALL-007');
    expect(peer.reported).toMatchObject({ program: { state: 'running', restarts: 0 }, install: { state: 'idle' }, current: null });
    expect(lines.join('\n')).toContain('the pid of the program could not be kept');
  });

  it('refuses a second agent on the same folder', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    await start(peer, folder);
    await expect(start(peer, folder)).rejects.toMatchObject({ code: 'HF-AGENT-001' });
  });

  it('refuses a desired state that a stranger signed', async () => {
    const peer = await startPeer();
    const folder = await joined(peer);
    const lines: string[] = [];
    peer.desire(peer.assignment(peer.bundle(files({}))), {}, true);
    await start(peer, folder, { on_line: (text) => lines.push(text) });
    await until('the refusal', () => lines.some((line) => line.startsWith('HF-AGENT-006')));
    expect(peer.reported!.generation).toBe(0);
    expect(readdirSync(join(folder, 'slots'))).toEqual([]);
  });

  it('does not start without an identity', async () => {
    await expect(runAgent({ folder: folderOf() })).rejects.toMatchObject({ code: 'HF-AGENT-002' });
  });
});
