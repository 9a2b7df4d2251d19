// contract/server: labels on their way back: each is given a number in the commit that takes it, and is in the file of its device once and in order, whatever
// is killed or lost in between.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runAgent } from '@holdfast/agent';
import type { Rooms } from '@holdfast/faces';
import { type Database, sql } from '@holdfast/postgres';
import { type DeviceLabel, encodeSample, encodeSync } from '@holdfast/protocol';
import type { DeviceShown } from '@holdfast/protocol/rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sync_path } from '../../load/device-wire.ts';
import { LabelsWire } from './labels-wire.ts';
import { type RealServer, openServer, until } from './real-server.ts';
import { ada, exchangeOf, joinDevice, record, sync, tester } from './support.ts';

let server: RealServer;
let database: Database;
let rooms: Rooms;
let url: string;

beforeAll(async () => {
  server = await openServer({ no_auth: true });
  ({ database, rooms, url } = server);
});
afterAll(() => server.close());

const post = async (route: string, labels: readonly object[]) => {
  const response = await fetch(`${url}${route}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ labels }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const tell = (device: string, from: number, to: number, more: object = {}) =>
  post('/api/v1/labels', Array.from({ length: to - from + 1 }, (_, i) => ({ device, reference: from + i, label: (from + i) % 3, ...more }))); // prettier-ignore

const asking = (device: string, after?: number) => {
  const { head } = exchangeOf(device);
  return { ...head, reported: { ...head.reported, ...(after === undefined ? {} : { labels: { after } }) } };
};
const asks = (device: string, after?: number) => rooms.ingest.exchange({ ...exchangeOf(device), head: asking(device, after) });
let kept = 0;
const keepSample = (device: string, of: { readonly at_ms: number; readonly reference: number }) => {
  const said = { width: 1, height: 1, channels: 1, predicted: 1, confidence: 0.5, reason: 'quarantine' } as const;
  return sync(rooms, device, [record(++kept, 'samples', encodeSample({ v: 1, ...of, model: 'm', model_version: 1, ...said }, Uint8Array.of(0)))]);
};
const short = (labels: readonly DeviceLabel[] = []) => labels.map(({ seq, reference, label }) => [seq, reference, label]);

describe('a label of an answer', () => {
  it('goes to its device alone, which asks for it, from where it stands, oldest first', async () => {
    const [a, b] = [await joinDevice(rooms, 'told-a'), await joinDevice(rooms, 'told-b')];
    await tell(a.id, 1, 3, { at_ms: 1_790_000_000_000.4 });
    await tell(b.id, 9, 9);
    expect((await asks(a.id)).labels).toBeUndefined(); // it did not ask
    const all = (await asks(a.id, 0)).labels;
    expect(all).toEqual([1, 2, 3].map((n) => ({ seq: n, reference: n, at_ms: 1_790_000_000_000, label: n % 3 })));
    expect(short((await asks(a.id, 2)).labels)).toEqual([[3, 3, 0]]);
    expect((await asks(a.id, 3)).labels).toBeUndefined();
    expect((await asks(b.id, 0)).labels).toEqual([{ seq: 1, reference: 9, at_ms: 0, label: 0 }]);
  });

  it('is a new row where it says something else, and none where it says the same again', async () => {
    const { id } = await joinDevice(rooms, 'changed');
    await tell(id, 1, 2);
    await tell(id, 1, 2);
    await post('/api/v1/labels', [1, 1, 2, 2].map((label) => ({ device: id, reference: 1, label }))); // prettier-ignore
    await post('/api/v1/labels', [{ device: 'changed', reference: 1, label: 1 }]);
    expect(short((await asks(id, 0)).labels)).toEqual([
      [1, 1, 1],
      [2, 2, 2],
      [3, 1, 2],
      [4, 1, 1],
    ]);
  });

  it('comes from a labelled sample too, by the number and the time of its inference', async () => {
    const { id } = await joinDevice(rooms, 'sampled');
    const size = { width: 1, height: 1, channels: 1, predicted: 1, confidence: 0.5, reason: 'drift' } as const;
    const heads = [41, 42].map((reference) => ({ v: 1, at_ms: 1_700_000_000_000 + reference, reference, model: 'm', model_version: 1, ...size }) as const);
    await sync(rooms, id, heads.map((head, i) => record(i + 1, 'samples', encodeSample(head, Uint8Array.of(0))))); // prettier-ignore
    const [one, two] = await rooms.telemetry.samples({ device: id }, 10);
    for (const label of [3, 3, 4]) expect((await post('/api/v1/samples/labels', [{ id: one!.id, label }])).body).toEqual({ labelled: 1 });
    await post('/api/v1/samples/labels', [{ id: two!.id, label: 7 }, { id: two!.id, label: 8 }]); // prettier-ignore
    expect((await asks(id, 0)).labels).toEqual([
      { seq: 1, reference: 41, at_ms: 1_700_000_000_041, label: 3 },
      { seq: 2, reference: 41, at_ms: 1_700_000_000_041, label: 4 },
      { seq: 3, reference: 42, at_ms: 1_700_000_000_042, label: 8 },
    ]);
    expect((await rooms.telemetry.sample(two!.id)).label).toBe(8); // of two words in one request the last
  });

  it('of a sample with a time of before 1970 has none, so that its agent takes it and what comes after it', async () => {
    const { device, folder } = await joinedAgent('clock-wrong');
    await keepSample(device, { at_ms: -86_400_000, reference: 41 });
    const [one] = await rooms.telemetry.samples({ device }, 10);
    await post('/api/v1/samples/labels', [{ id: one!.id, label: 3 }]);
    await tell(device, 42, 42);
    const agent = await runAgent({ folder, program: [process.execPath, '-e', 'setInterval(() => undefined, 1000)'], ring: path.join(folder, 'ring') });
    server.undo(() => agent.stop());
    await until('both labels', () => linesOf(folder).length === 2);
    expect(linesOf(folder).map(({ reference, at_ms }) => [reference, at_ms])).toEqual([[41, 0], [42, 0]]); // prettier-ignore
  });

  it('is refused where it is no class, and changes nothing', async () => {
    const { id: device } = await joinDevice(rooms, 'no-class');
    await keepSample(device, { at_ms: 1_700_000_000_000, reference: 1 });
    const [one] = await rooms.telemetry.samples({ device }, 10);
    for (const label of [-1, 0.5, 65_536, 2 ** 31, 2 ** 53, '3', true])
      expect(await post('/api/v1/samples/labels', [{ id: one!.id, label: 1 }, { id: one!.id, label }])).toMatchObject({ status: 400, body: { code: 'HF-REQ-001' } }); // prettier-ignore
    expect(await rooms.telemetry.sample(one!.id)).toMatchObject({ label: null, labelled_by: null });
    expect((await asks(device, 0)).labels).toBeUndefined();
  });

  it('and a word that nobody can tell, by two people at once: one of them is the last, and the device has what was labelled, densely', async () => {
    const { id: device } = await joinDevice(rooms, 'two-people');
    for (let i = 0; i < 3; i++) await keepSample(device, { at_ms: 1_700_000_000_000 + i, reference: i });
    const ids = (await rooms.telemetry.samples({ device }, 10)).map(({ id }) => id);
    const said = Array.from({ length: 20 }, (_, i) => post('/api/v1/samples/labels', (i % 4 < 2 ? ids : ids.toReversed()).map((id) => ({ id, label: i % 2 ? null : 1 + (i % 3) })))); // prettier-ignore
    expect((await Promise.all(said)).map(({ status }) => status)).toEqual(said.map(() => 200));
    const labels = (await asks(device, 0)).labels!;
    expect(labels.map(({ seq }) => seq)).toEqual(labels.map((_, i) => i + 1));
    for (const [i, id] of ids.entries()) {
      const { label, labelled_by, dismissed_by } = await rooms.telemetry.sample(id);
      expect([label === null, labelled_by === null]).toEqual([dismissed_by !== null, label === null]);
      if (label !== null) expect(labels.findLast(({ reference }) => reference === i)!.label).toBe(label);
    }
  });

  it('comes after a word that nobody can tell, and is taken back by one here, not on the device', async () => {
    const { id: device } = await joinDevice(rooms, 'taken-back');
    await keepSample(device, { at_ms: 1_700_000_000_000, reference: 5 });
    const [one] = await rooms.telemetry.samples({ device }, 10);
    for (const label of [null, 2, null]) await post('/api/v1/samples/labels', [{ id: one!.id, label }]);
    expect(await rooms.telemetry.sample(one!.id)).toMatchObject({ label: null, labelled_by: null, dismissed_by: expect.any(String) });
    expect(short((await asks(device, 0)).labels)).toEqual([[1, 5, 2]]);
  });

  it('has a dense number, whoever tells at the same time', async () => {
    const devices = [await joinDevice(rooms, 'race-a'), await joinDevice(rooms, 'race-b')];
    const told = Array.from({ length: 24 }, (_, i) => post('/api/v1/labels', devices.flatMap(({ id }) => [{ device: id, reference: i >> 1, label: i % 2 }, { device: id, reference: 100 + i, label: 1 }]))); // prettier-ignore
    expect((await Promise.all(told)).map(({ status }) => status)).toEqual(Array.from({ length: 24 }, () => 200));
    for (const { id } of devices) {
      const labels = (await asks(id, 0)).labels!;
      expect(labels.map((label) => label.seq)).toEqual(labels.map((_, i) => i + 1));
      expect(new Set(labels.filter((label) => label.reference >= 100).map((label) => label.reference)).size).toBe(24);
      for (let reference = 0; reference < 12; reference++) {
        const said = labels.filter((label) => label.reference === reference).map((label) => label.label);
        expect(said.every((label, i) => label !== said[i - 1])).toBe(true);
      }
    }
  });

  it('has a dense number, and is given once, by whichever of two servers on one database', async () => {
    const [one, other] = [rooms, await server.again()];
    const { id: device } = await joinDevice(rooms, 'two-servers');
    for (let i = 0; i < 30; i++) await keepSample(device, { at_ms: 1_700_000_000_000 + i, reference: 1_000 + i });
    const samples = (await rooms.telemetry.samples({ device }, 100)).map(({ id }) => id);
    const truths = (from: number) => Array.from({ length: 25 }, (_, i) => ({ device, reference: from + i, inferred_ms: 0, label: 1 }));
    const both = [one, other].flatMap(({ telemetry }, n) => [
      ...[0, 10, 20, 30].map((from) => telemetry.tell(n === 0 ? truths(from) : truths(from).toReversed(), ada)),
      ...[0, 1, 2].map((part) => telemetry.label((n === 0 ? samples : samples.toReversed()).slice(10 * part, 10 * part + 15).map((id) => ({ id, label: 2 })), ada)), // prettier-ignore
    ]);
    await Promise.all(both);
    const labels = (await asks(device, 0)).labels!;
    expect(labels.map(({ seq }) => seq)).toEqual(numbers(85));
    expect(labels.map(({ reference }) => reference).toSorted((a, b) => a - b)).toEqual([...numbers(54, 0), ...numbers(1_029, 1_000)]);
    expect(short((await other.ingest.exchange({ ...exchangeOf(device), head: asking(device, 80) })).labels)).toEqual(short(labels.slice(80)));
  });

  it('waits in replies of 500; the newest 10,000 of 90 days are kept, and a device that was away sees the hole in the numbers', async () => {
    const { id } = await joinDevice(rooms, 'away');
    await tell(id, 1, 9_999);
    await tell(id, 10_000, 10_600);
    const first = (await asks(id, 0)).labels!;
    expect([first.length, first[0]!.seq, first.at(-1)!.seq]).toEqual([500, 601, 1_100]);
    await sql`update device_label set given_ms = 1 where device = ${id} and seq <= 10000`.execute(database.db);
    await tell(id, 20_000, 20_000);
    expect((await asks(id, 1_100)).labels!.map((label) => label.seq)).toEqual([...Array.from({ length: 500 }, (_, i) => 10_001 + i)]);
  });

  it('does not go to a device that was removed, and a device that stands at no number is refused', async () => {
    const device = await joinDevice(rooms, 'gone');
    const { id } = device;
    await tell(id, 1, 1);
    for (const after of [-1, 0.5, 2 ** 60, '0']) {
      const { head } = exchangeOf(id);
      const body = encodeSync({ ...head, reported: { ...head.reported, labels: { after: after as number } } }, []);
      const headers = { 'content-type': 'application/octet-stream', ...device.signed('POST', sync_path, body, Date.now()) };
      const response = await fetch(`${url}${sync_path}`, { method: 'POST', headers, body: Buffer.from(body) });
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'HF-REQ-001']);
    }
    await rooms.fleet.remove(id, tester);
    expect((await asks(id, 0)).labels).toBeUndefined();
  });

  it('is not given where its commit fails: neither the truth nor its row is there', async () => {
    const { id } = await joinDevice(rooms, 'refused');
    const bad = [{ device: id, reference: 1, label: 1, inferred_ms: 0 }, { device: id, reference: 2, label: 1, inferred_ms: Number.NaN }]; // prettier-ignore
    await expect(rooms.telemetry.tell(bad, ada)).rejects.toThrow(/bigint/);
    expect(await rooms.telemetry.labelFeed({ device: id, after: 0 })).toEqual({ given: 0, waiting: 0 });
    expect((await asks(id, 0)).labels).toBeUndefined();
  });
});

async function joinedAgent(name: string): Promise<{ device: string; folder: string; wire: LabelsWire }> {
  const wire = new LabelsWire(url);
  const port = await wire.open();
  server.undo(() => wire.close());
  return { ...(await server.join(name, port)), wire };
}

function linesOf(folder: string): DeviceLabel[] {
  const file = path.join(folder, 'labels.jsonl');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [''];
  return lines.slice(0, -1).map((line) => JSON.parse(line) as DeviceLabel);
}
const numbers = (to: number, from = 1) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the file of a real agent', () => {
  it('has every label once and in order, where replies are lost, come twice, and many wait; the app is told where it is', async () => {
    const { device, folder, wire } = await joinedAgent('file-1');
    const env_file = path.join(folder, 'env');
    const program = [process.execPath, '-e', `require('node:fs').writeFileSync(${JSON.stringify(env_file)}, process.env.HOLDFAST_LABELS); setInterval(() => undefined, 1000)`]; // prettier-ignore
    const agent = await runAgent({ folder, program, ring: path.join(folder, 'ring'), random: () => 0 });
    server.undo(() => agent.stop());
    await tell(device, 1, 2);
    await until('the first labels', () => linesOf(folder).length === 2);
    await until('the program', () => existsSync(env_file) && readFileSync(env_file, 'utf8') !== '');
    expect(readFileSync(env_file, 'utf8')).toBe(path.join(folder, 'labels.jsonl'));
    expect(linesOf(folder)[0]).toEqual({ seq: 1, reference: 1, at_ms: 0, label: 1 });
    wire.fate = 'is lost';
    await tell(device, 3, 4);
    await until('a reply that is lost', () => wire.replies_with_labels >= 2);
    expect(linesOf(folder)).toHaveLength(2);
    wire.fate = 'comes twice';
    await until('the labels again', () => linesOf(folder).length === 4);
    await until('their receipt', async () => (await rooms.fleet.device(device)).reported?.labels?.after === 4);
    await tell(device, 5, 1_600);
    await until('all of them', () => linesOf(folder).length >= 1_600);
    await until('the last receipt', async () => (await rooms.fleet.device(device)).reported?.labels?.after === 1_600);
    const shown = (await (await fetch(`${url}/api/v1/devices/file-1`)).json()) as DeviceShown;
    expect(shown.label_feed).toEqual({ given: 1_600, taken: 1_600, waiting: 0 });
    expect(linesOf(folder).map((line) => line.seq)).toEqual(numbers(1_600));
  });

  it('has them again after it was set back to an older state, or taken away', async () => {
    const { device, folder } = await joinedAgent('older');
    const start = () => runAgent({ folder, program: [process.execPath, '-e', 'setInterval(() => undefined, 1000)'], ring: path.join(folder, 'ring') });
    await tell(device, 1, 6);
    const file = path.join(folder, 'labels.jsonl');
    for (const damage of [() => undefined, () => truncateSync(file, 200), () => writeFileSync(file, ''), () => writeFileSync(file, '{"seq":4')]) {
      damage();
      const agent = await start();
      await until('all of them', () => linesOf(folder).length === 6);
      await agent.stop();
      expect(linesOf(folder).map((line) => line.seq)).toEqual(numbers(6));
    }
  });

  it('has every label once and in order under kills, at any moment after a reply and before its receipt', { timeout: 60_000 }, async () => {
    const { device, folder, wire } = await joinedAgent('killed');
    let agent: ChildProcess | null = null;
    let delay_ms = 0;
    wire.on_labels = () => void (delay_ms === 0 ? agent?.kill('SIGKILL') : setTimeout(() => agent?.kill('SIGKILL'), delay_ms));
    for (let kill = 0; kill < 10; kill++) {
      await tell(device, 40 * kill + 1, 40 * kill + 40);
      delay_ms = kill % 5;
      const child: ChildProcess = spawn(process.execPath, [path.join(import.meta.dirname, 'labels-agent.ts'), folder], { stdio: 'ignore' });
      agent = child;
      await new Promise((resolve) => child.once('exit', resolve));
      const seqs = linesOf(folder).map((line) => line.seq);
      expect(seqs).toEqual(numbers(seqs.length));
    }
    wire.on_labels = () => undefined;
    const last = await runAgent({ folder, program: [process.execPath, '-e', 'setInterval(() => undefined, 1000)'], ring: path.join(folder, 'ring') });
    server.undo(() => last.stop());
    await until('all of them', () => linesOf(folder).length >= 400);
    expect(linesOf(folder).map((line) => [line.seq, line.reference])).toEqual(numbers(400).map((n) => [n, n]));
  });
});
