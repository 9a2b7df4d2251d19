import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DesiredAssignment, type InstallState, install_states } from '@holdfast/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { type Bundle, DevicePeer } from '../../test/device-peer.ts';
import { temporaryFolders, until } from '../../test/support.ts';
import { deviceKey, readIdentity } from '../identity.ts';
import { joinServer } from '../join.ts';
import { DeviceChannel } from '../sync/device-channel.ts';
import { DeviceClock } from '../sync/device-clock.ts';
import { InstallFile, type InstallRecord, type InstallStore, Installer, type InstallerOptions, Slots } from './index.ts';
import { nextState, transitions } from './transitions.ts';

const folderOf = temporaryFolders();
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

class PowerCut extends Error {}

/** The disk of a device that loses power right after (or right before) a state was written. */
class CutStore implements InstallStore {
  readonly #file: InstallFile;
  readonly #at: InstallState;
  readonly #before: boolean;
  isCut = false;

  constructor(folder: string, at: InstallState, before: boolean) {
    this.#file = new InstallFile(folder);
    this.#at = at;
    this.#before = before;
  }

  load(): InstallRecord {
    return this.#file.load();
  }

  save(record: InstallRecord): void {
    const hit = record.state === this.#at;
    if (this.isCut || (hit && this.#before)) this.isCut = true;
    else this.#file.save(record);
    if (hit) this.isCut = true;
    if (this.isCut) throw new PowerCut('the device has no power');
  }
}

interface Device {
  readonly installer: Installer;
  readonly program: { running: string | null; starts: number };
  readonly slots: Slots;
  readonly states: InstallState[];
}

async function peerAndFolder(): Promise<{ peer: DevicePeer; folder: string }> {
  const peer = await DevicePeer.start();
  ends.push(() => peer.stop());
  const folder = folderOf();
  await joinServer({ address: peer.address, folder, name: 'edge-1' });
  return { peer, folder };
}

/** A device as it comes up: resume, then start the program, then hear what is desired; as the agent does. */
async function bootDevice(folder: string, change: Partial<InstallerOptions> = {}): Promise<Device> {
  const identity = readIdentity(folder);
  const clock = new DeviceClock({ wall_ms: () => Date.now(), mono_ms: () => performance.now() });
  const channel = new DeviceChannel({ server: identity.server, device: identity.device, key: deviceKey(folder), clock });
  const slots = new Slots(folder);
  const program = { running: null as string | null, starts: 0 };
  const states: InstallState[] = [];
  const start = () => {
    program.running = slots.current() ?? 'no bundle';
    program.starts++;
  };
  const installer = new Installer({
    folder,
    keys: identity.keys,
    platform: { os: 'linux', arch: 'arm64' },
    store: new InstallFile(folder),
    slots,
    source: channel,
    program: { stop: async () => void (program.running = null), start },
    clock,
    random: () => 0.5,
    on_state: (report) => states.push(report.state),
    retry_ms: 5,
    ...change,
  });
  ends.push(async () => {
    const stopped = installer.stop();
    channel.close();
    await stopped;
  });
  await installer.resume();
  if (program.running === null) start();
  return { installer, program, slots, states };
}

/** Until the installer has settled; ticks as the agent does. */
async function settled(device: Device, state: InstallState): Promise<void> {
  await until(`state ${state}, saw ${device.states.join(' ')}`, () => {
    device.installer.tick();
    return device.installer.report.state === state;
  });
}

const contents = (tag: string) => ({ 'model.onnx': tag.repeat(50_000), 'deep/er/labels.txt': 'a\nb\n', 'empty.bin': '' });

async function installFirst(peer: DevicePeer, folder: string): Promise<Bundle> {
  const old = peer.bundle(contents('o'));
  const device = await bootDevice(folder);
  device.installer.desire(peer.assignment(old, 'rol_old'));
  await settled(device, 'committed');
  await device.installer.stop();
  return old;
}

const happy: InstallState[] = ['offered', 'downloading', 'verified', 'staged', 'armed', 'probation', 'committed'];

describe('the table of install states', () => {
  it('has a row for every state, and each state but idle can be reached', () => {
    expect(Object.keys(transitions)).toEqual([...install_states]);
    const reached = new Set(Object.values(transitions).flatMap((row) => Object.values(row)));
    expect([...install_states].filter((state) => !reached.has(state))).toEqual([]);
  });

  it('refuses a step that is not in it', () => {
    expect(() => nextState('idle', 'commit')).toThrow('saw the step commit in state idle');
  });
});

describe('an install', () => {
  it('goes through its states and leaves the slot, the pointer and the slot before', async () => {
    const { peer, folder } = await peerAndFolder();
    const old = await installFirst(peer, folder);
    const fresh = peer.bundle(contents('n'));
    const device = await bootDevice(folder);
    device.installer.desire(peer.assignment(fresh));
    await settled(device, 'committed');
    expect(device.states).toEqual(happy);
    expect(device.program).toMatchObject({ running: fresh.digest, starts: 2 });
    expect(readFileSync(join(device.slots.folderOf(fresh.digest), 'deep/er/labels.txt'), 'utf8')).toBe('a\nb\n');
    expect(readdirSync(join(folder, 'slots')).sort()).toEqual([fresh.digest, `${fresh.digest}.json`, old.digest, `${old.digest}.json`].sort());
    expect(readdirSync(join(folder, 'downloads'))).toEqual([]);
  });

  it('commits at once what already runs, and takes a kept slot without a download', async () => {
    const { peer, folder } = await peerAndFolder();
    const old = await installFirst(peer, folder);
    const device = await bootDevice(folder);
    device.installer.desire(peer.assignment(old, 'rol_again'));
    await settled(device, 'committed');
    expect(device.states).toEqual(['committed']);
    const fresh = peer.bundle(contents('n'));
    device.installer.desire(peer.assignment(fresh, 'rol_n'));
    await until('the new one', () => device.installer.report.rollout === 'rol_n' && device.installer.report.state === 'committed');
    const fetched = peer.bundle_ranges.length;
    device.installer.desire(peer.assignment(old, 'rol_back'));
    await until('the old one', () => device.installer.report.rollout === 'rol_back' && device.installer.report.state === 'committed');
    expect(peer.bundle_ranges.length).toBe(fetched);
    expect(device.program.running).toBe(old.digest);
  });

  for (const when of ['after', 'before'] as const) {
    for (const state of happy) {
      it(`killed right ${when} ${state} was written, goes on to committed`, async () => {
        const { peer, folder } = await peerAndFolder();
        await installFirst(peer, folder);
        const fresh = peer.bundle(contents('n'));
        const store = new CutStore(folder, state, when === 'before');
        const first = await bootDevice(folder, { store });
        first.installer.desire(peer.assignment(fresh));
        await until('the cut', () => {
          first.installer.tick();
          return store.isCut;
        });
        void first.installer.stop();
        const second = await bootDevice(folder);
        second.installer.desire(peer.assignment(fresh));
        await settled(second, 'committed');
        expect(second.program.running).toBe(fresh.digest);
        expect(second.slots.current()).toBe(fresh.digest);
      });
    }
  }

  for (const when of ['after', 'before'] as const) {
    for (const state of ['rolling_back', 'failed'] as const) {
      it(`killed right ${when} ${state} was written, ends with the bundle before`, async () => {
        const { peer, folder } = await peerAndFolder();
        const old = await installFirst(peer, folder);
        const bad = peer.bundle(contents('b'));
        const store = new CutStore(folder, state, when === 'before');
        const assignment = peer.assignment(bad, 'rol_bad', { inferences_min: 1 });
        const first = await bootDevice(folder, { store });
        first.installer.desire(assignment);
        await until('the probation', () => first.installer.onProbation);
        first.installer.crash('exit code 9');
        await until('the cut', () => store.isCut);
        void first.installer.stop();
        const second = await bootDevice(folder);
        second.installer.desire(assignment);
        if (second.installer.onProbation) second.installer.crash('exit code 9');
        await settled(second, 'failed');
        expect(second.installer.report.error).toMatchObject({ code: 'HF-INSTALL-001' });
        expect(second.program.running).toBe(old.digest);
        await new Promise((resolve) => setTimeout(resolve, 30));
        second.installer.tick();
        expect(second.installer.report.state).toBe('failed');
      });
    }
  }

  it('is rolled back when the agent is started again and again in its probation', async () => {
    const { peer, folder } = await peerAndFolder();
    const old = await installFirst(peer, folder);
    const assignment = peer.assignment(peer.bundle(contents('b')), 'rol_bad', { inferences_min: 1 });
    for (let boots = 0; boots < 4; boots++) {
      const device = await bootDevice(folder);
      device.installer.desire(assignment);
      await settled(device, 'probation');
      await device.installer.stop();
    }
    const last = await bootDevice(folder);
    expect(last.installer.report).toMatchObject({ state: 'failed', error: { code: 'HF-INSTALL-004' } });
    expect(last.program.running).toBe(old.digest);
  });

  it('is rolled back when too few inferences come in time', async () => {
    const { peer, folder } = await peerAndFolder();
    const device = await bootDevice(folder);
    device.installer.desire(peer.assignment(peer.bundle(contents('n')), 'rol_1', { inferences_min: 5, seconds_max: 0.1 }));
    await settled(device, 'failed');
    expect(device.installer.report.error!.code).toBe('HF-INSTALL-002');
    expect(device.slots.current()).toBeNull();
  });

  it('leaves its probation when the server asks for another bundle', async () => {
    const { peer, folder } = await peerAndFolder();
    const old = await installFirst(peer, folder);
    const device = await bootDevice(folder);
    device.installer.desire(peer.assignment(peer.bundle(contents('n')), 'rol_n', { inferences_min: 5 }));
    await settled(device, 'probation');
    device.installer.desire(peer.assignment(old, 'rol_o'));
    await settled(device, 'committed');
    expect(device.states.slice(-3)).toEqual(['rolling_back', 'failed', 'committed']);
    expect(device.program.running).toBe(old.digest);
  });
});

describe('a device that had no bundle before', () => {
  const none = { rollout: 'rol_old', bundle: null } as const;

  it('ends the program, has no pointer and no slot, and starts as it did before it had a bundle', async () => {
    const { peer, folder } = await peerAndFolder();
    await installFirst(peer, folder);
    const device = await bootDevice(folder);
    device.installer.desire(none);
    await settled(device, 'cleared');
    expect(device.states).toEqual(['clearing', 'cleared']);
    expect(device.installer.report).toMatchObject({ state: 'cleared', bundle: null, rollout: 'rol_old', error: null });
    await until('the start', () => device.program.starts === 2);
    expect(device.program.running).toBe('no bundle');
    expect(existsSync(join(folder, 'current'))).toBe(false);
    await until('no slot', () => readdirSync(join(folder, 'slots')).length === 0);
    const next = peer.bundle(contents('n'));
    device.installer.desire(peer.assignment(next, 'rol_n'));
    await settled(device, 'committed');
    expect(device.program.running).toBe(next.digest);
  });

  it('keeps what it has while nothing is asked of it', async () => {
    const { peer, folder } = await peerAndFolder();
    const old = await installFirst(peer, folder);
    const device = await bootDevice(folder);
    device.installer.desire(null);
    for (let i = 0; i < 3; i++) {
      device.installer.tick();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(device.installer.report.state).toBe('committed');
    expect(device.program).toMatchObject({ running: old.digest, starts: 1 });
  });

  it('lets its program run where there is nothing to take away', async () => {
    const { folder } = await peerAndFolder();
    const device = await bootDevice(folder);
    device.installer.desire(none);
    await settled(device, 'cleared');
    expect(device.states).toEqual(['cleared']);
    expect(device.program).toMatchObject({ running: 'no bundle', starts: 1 });
  });

  it.each(['downloading', 'probation'] as const)('is told so while the first one is %s, and ends without it', async (state) => {
    const { peer, folder } = await peerAndFolder();
    const device = await bootDevice(folder);
    if (state === 'downloading') peer.faults.cut_bundle_bytes = 10;
    device.installer.desire(peer.assignment(peer.bundle(contents('n')), 'rol_n', { inferences_min: 5 }));
    await settled(device, state);
    device.installer.desire({ rollout: 'rol_n', bundle: null });
    await settled(device, 'cleared');
    expect(device.states).not.toContain('committed');
    expect(device.program.running).toBe('no bundle');
    expect(device.slots.current()).toBeNull();
  });

  for (const when of ['after', 'before'] as const) {
    for (const state of ['clearing', 'cleared'] as const) {
      it(`killed right ${when} ${state} was written, ends without a bundle`, async () => {
        const { peer, folder } = await peerAndFolder();
        await installFirst(peer, folder);
        const store = new CutStore(folder, state, when === 'before');
        const first = await bootDevice(folder, { store });
        first.installer.desire(none);
        await until('the cut', () => store.isCut);
        void first.installer.stop();
        const second = await bootDevice(folder);
        second.installer.desire(none);
        await settled(second, 'cleared');
        expect(second.slots.current()).toBeNull();
        await until('the program without a bundle', () => second.program.running === 'no bundle');
        await until('no slot', () => readdirSync(join(folder, 'slots')).length === 0);
      });
    }
  }
});

describe('a download', () => {
  it('goes on at the byte where it was cut', async () => {
    const { peer, folder } = await peerAndFolder();
    const bundle = peer.bundle({ 'model.onnx': 'x'.repeat(300_000) });
    peer.faults.cut_bundle_bytes = 100_000;
    const device = await bootDevice(folder);
    device.installer.desire(peer.assignment(bundle));
    await settled(device, 'committed');
    const starts = peer.bundle_ranges.map((range) => Number(/\d+/.exec(range)![0]));
    expect(starts.length).toBeGreaterThanOrEqual(4);
    expect(starts.slice(1).every((start, i) => start > starts[i]!)).toBe(true);
    expect(device.installer.report.bytes_done).toBe(bundle.bytes.length);
  });

  it('starts anew where the server answers 200 to a range', async () => {
    const { peer, folder } = await peerAndFolder();
    const bundle = peer.bundle({ 'model.onnx': 'x'.repeat(300_000) });
    peer.faults.cut_bundle_bytes = 100_000;
    const device = await bootDevice(folder);
    device.installer.desire(peer.assignment(bundle));
    await until('a cut', () => peer.bundle_ranges.length >= 2);
    peer.faults.ignore_range = true;
    peer.faults.cut_bundle_bytes = null;
    await settled(device, 'committed');
  });

  it('is withdrawn when the server no longer asks for it', async () => {
    const { peer, folder } = await peerAndFolder();
    peer.faults.cut_bundle_bytes = 10;
    const device = await bootDevice(folder);
    device.installer.desire(peer.assignment(peer.bundle(contents('n'))));
    await until('the download', () => peer.bundle_ranges.length > 0);
    device.installer.desire(null);
    await settled(device, 'idle');
    expect(readdirSync(join(folder, 'downloads'))).toEqual([]);
  });

  const refusals: [string, string, (peer: DevicePeer) => Bundle][] = [
    ['a bundle that a stranger signed', 'HF-BUNDLE-003', (peer) => peer.bundle(contents('n'), { stranger: true })],
    ['a bundle for another machine', 'HF-BUNDLE-004', (peer) => peer.bundle(contents('n'), { target: { os: 'linux', arch: 'x64' } })],
    [
      'a file that was changed after it was signed',
      'HF-BUNDLE-002',
      (peer) => peer.bundle(contents('n'), { spoil: (bytes) => (bytes[bytes.length - 20]! ^= 1) }),
    ],
    ['a bundle cut short in its last file', 'HF-BUNDLE-005', (peer) => peer.bundle(contents('n'), { spoil: (bytes) => bytes.subarray(0, -10) })],
    ['a bundle cut short in its envelope', 'HF-BUNDLE-001', (peer) => peer.bundle(contents('n'), { spoil: (bytes) => bytes.subarray(0, 40) })],
    ['a bundle cut short in its first bytes', 'HF-BUNDLE-005', (peer) => peer.bundle(contents('n'), { spoil: (bytes) => bytes.subarray(0, 5) })],
    ['a path that leaves its folder', 'HF-BUNDLE-005', (peer) => peer.bundle({ '../evil': 'x' })],
    ['a file that is no bundle', 'HF-BUNDLE-005', (peer) => peer.bundle(contents('n'), { spoil: (bytes) => bytes.fill(65, 0, 8) })],
    ['an envelope that is no JSON', 'HF-BUNDLE-005', (peer) => peer.bundle(contents('n'), { spoil: (bytes) => bytes.fill(65, 12, 20) })],
  ];
  for (const [what, code, make] of refusals) {
    it(`refuses ${what} with ${code}, before anything is unpacked`, async () => {
      const { peer, folder } = await peerAndFolder();
      const device = await bootDevice(folder);
      device.installer.desire(peer.assignment(make(peer)));
      await settled(device, 'failed');
      expect(device.installer.report.error!.code).toBe(code);
      expect(device.states).not.toContain('staged');
      expect(readdirSync(join(folder, 'slots'))).toEqual([]);
      expect(existsSync(join(folder, 'evil'))).toBe(false);
    });
  }

  it('of bytes that are not the announced ones is tried three times, then refused', async () => {
    const { peer, folder } = await peerAndFolder();
    const bundle = peer.bundle(contents('n'));
    const lie: DesiredAssignment = peer.assignment({ ...bundle, digest: bundle.digest });
    bundle.bytes[bundle.bytes.length - 1]! ^= 1;
    const device = await bootDevice(folder);
    device.installer.desire(lie);
    await settled(device, 'failed');
    expect(device.installer.report.error!.code).toBe('HF-BUNDLE-002');
    expect(peer.bundle_ranges).toEqual(['bytes=0-', 'bytes=0-', 'bytes=0-']);
  });

  it('that is shorter at the server than it was announced is tried three times, then refused', async () => {
    const { peer, folder } = await peerAndFolder();
    const short = peer.bundle(contents('n'), { spoil: (bytes) => bytes.subarray(0, -10) });
    const device = await bootDevice(folder);
    device.installer.desire(peer.assignment({ ...short, bytes: new Uint8Array(short.bytes.length + 10) }));
    await settled(device, 'failed');
    expect(device.installer.report.error!.code).toBe('HF-BUNDLE-001');
    expect(device.states).not.toContain('staged');
  });

  it('needs the space for the bundle and its files, and is tried again when there is some', async () => {
    const { peer, folder } = await peerAndFolder();
    let free = 1000;
    const device = await bootDevice(folder, { freeBytes: () => free, space_retry_ms: 30 });
    device.installer.desire(peer.assignment(peer.bundle(contents('n'))));
    await settled(device, 'failed');
    expect(device.installer.report.error!.code).toBe('HF-BUNDLE-006');
    expect(peer.bundle_ranges).toEqual([]);
    free = 1e9;
    await settled(device, 'committed');
  });

  it('that the server does not have fails with what the server said', async () => {
    const { peer, folder } = await peerAndFolder();
    const device = await bootDevice(folder);
    const missing = createHash('sha256').update('nothing').digest('hex');
    device.installer.desire({ ...peer.assignment(peer.bundle({})), bundle: { digest: missing, size_bytes: 500 } });
    await settled(device, 'failed');
    expect(device.installer.report.error!.code).toBe('HF-BLOB-001');
  });

  it('of a slot that was damaged on the disk is fetched again', async () => {
    const { peer, folder } = await peerAndFolder();
    const old = await installFirst(peer, folder);
    const device = await bootDevice(folder);
    device.installer.desire(peer.assignment(peer.bundle(contents('n')), 'rol_n'));
    await settled(device, 'committed');
    truncateSync(join(device.slots.folderOf(old.digest), 'model.onnx'), 10);
    const fetched = peer.bundle_ranges.length;
    device.installer.desire(peer.assignment(old, 'rol_back'));
    await until('the old one', () => device.installer.report.rollout === 'rol_back' && device.installer.report.state === 'committed');
    expect(peer.bundle_ranges.length).toBe(fetched + 1);
  });
});

describe('the device key', () => {
  it('is made once, and is an Ed25519 key', () => {
    const folder = folderOf();
    const first = deviceKey(folder);
    expect(first.asymmetricKeyType).toBe('ed25519');
    expect(createPublicKey(deviceKey(folder)).export({ format: 'jwk' })).toEqual(
      createPublicKey(createPrivateKey(readFileSync(join(folder, 'agent.key')))).export({ format: 'jwk' }),
    );
    writeFileSync(join(folder, 'agent.key'), 'x');
    expect(() => deviceKey(folder)).toThrow();
  });
});
