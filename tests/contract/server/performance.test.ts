// contract/server: how good a model is: from the confidence of its answers, by labels, and whether the two agree.
import { type Predictions, encodePredictions, encodeSample } from '@holdfast/protocol';
import { sql } from '@holdfast/postgres';
import { Segments, segmentsBy } from '../../../packages/server/monitors/src/performance/segments.ts';
import { type Answer, draws } from '../../../packages/stats/cases/scored-stream.ts';
import type { ReportView } from '@holdfast/protocol/rest';
import { type ReferenceProfile, buildProfile, countOnEdges, html_bytes_max } from '@holdfast/stats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type House,
  type RunningApp,
  type SimulatedDevice,
  ada,
  joinDevice,
  openApp,
  openHouse,
  record,
  shipVersion,
  storeProfile,
  sync,
  windowOf,
} from './support.ts';

let house: House;
let app: RunningApp;
let headers: Record<string, string>;
beforeAll(async () => {
  house = await openHouse();
  app = await openApp(house);
  headers = await app.as('viewer');
});
afterAll(async () => {
  await app.close();
  await house.close();
});

/** The class that is said is 1; a wrong answer is labelled 0. */
const profileOf = (answers: readonly Answer[], is_labelled = true): ReferenceProfile =>
  buildProfile({
    names: ['output.confidence'],
    values: answers.map(({ confidence }) => Float64Array.of(confidence)),
    predicted: answers.map(() => 1),
    class_names: ['bad', 'good'],
    ...(is_labelled ? { actual: answers.map(({ is_right }) => Number(is_right)) } : {}),
  });

const seqs = new Map<string, number>();
const nextSeq = (device: SimulatedDevice): number => {
  const seq = (seqs.get(device.id) ?? 0) + 1;
  seqs.set(device.id, seq);
  return seq;
};
const now_ms = () => house.clock.wall_ms();

async function closeWindow(device: SimulatedDevice, of: { model: string; profile: ReferenceProfile; answers: readonly Answer[]; version?: number }) {
  const { digest } = await storeProfile(house.rooms, of.profile);
  const seq = nextSeq(device);
  const confidence = of.answers.map((one) => one.confidence);
  const counts = countOnEdges(of.profile.features[0]!.edges, confidence);
  const moments = { count: counts.length, mean: 0.5, m2: 1, min: 0, max: 1 };
  const window = {
    ...windowOf({ digest, bins: 2 }, seq, false, of.model),
    model_version: of.version ?? 1,
    inferences: confidence.length,
    to_ms: now_ms() - 1_000,
    features: [{ name: 'output.confidence', counts, moments, missing: 0, distance: 0, p_value: 1 }],
    classes: [0, confidence.length],
  };
  await sync(house.rooms, device.id, [record(seq, 'windows', window)]);
}

/** Keeps an image of each answer; labelled by what is true. */
async function keepSamples(device: SimulatedDevice, model: string, answers: readonly Answer[], is_labelled: boolean): Promise<void> {
  const records = answers.map(({ confidence }) => {
    const seq = nextSeq(device);
    const head = { v: 1, at_ms: now_ms() - 1_000, reference: seq, model, model_version: 1, width: 1, height: 1, channels: 1, predicted: 1, confidence, reason: 'steady' } as const; // prettier-ignore
    return record(seq, 'samples', encodeSample(head, Uint8Array.of(0)));
  });
  for (let at = 0; at < records.length; at += 100) await sync(house.rooms, device.id, records.slice(at, at + 100));
  if (!is_labelled) return;
  const kept = await house.rooms.telemetry.samples({ model, device: device.id, labelled: false }, 10_000);
  await house.rooms.telemetry.label(kept.map(({ id }, i) => ({ id, label: Number(answers[i]!.is_right) })), ada); // prettier-ignore
}

const ask = async (model: string, query = '') => {
  const response = await fetch(`${app.url}/api/v1/models/${model}/performance${query}`, { headers });
  return { status: response.status, body: (await response.json()) as Awaited<ReturnType<typeof shown>> };
};
const shown = (model: string) => house.rooms.monitors.performance({ model, from_ms: 0, to_ms: now_ms() }).then((found) => ({ ...found, says: [''] }));
const share = (answers: readonly Answer[]) => answers.filter((one) => one.is_right).length / answers.length;

describe('the performance of a model', () => {
  const reference = draws(1, 8_000);

  it('is estimated from confidence alone, by device and by version, under other inputs too, and says that it is blind to concept drift', async () => {
    await shipVersion(house.rooms, 'unlabelled');
    const [a, b] = [await joinDevice(house.rooms, 'un-a', { site: 'north' }), await joinDevice(house.rooms, 'un-b')];
    const profile = profileOf(reference);
    const [usual, harder] = [draws(2, 3_000), draws(3, 3_000, { scale: 0.4 })];
    await closeWindow(a, { model: 'unlabelled', profile, answers: usual });
    await closeWindow(b, { model: 'unlabelled', profile, answers: harder, version: 2 });
    const { status, body } = await ask('unlabelled', '?by=device');
    expect(status).toBe(200);
    expect(body).toMatchObject({ windows: 2, inferences: 6_000, labelled: null, settled: null, ask: [], class_names: ['bad', 'good'] });
    expect(body.says.join(' ')).toContain('blind to concept drift');
    const of = (name: string) => (body.segments as unknown as { name: string; estimated: { accuracy: number; low: number; high: number } }[]).find((one) => one.name === name)!.estimated; // prettier-ignore
    for (const [name, answers] of [
      ['un-a', usual],
      ['un-b', harder],
    ] as const) {
      // prettier-ignore
      expect(Math.abs(of(name).accuracy - share(answers))).toBeLessThan(0.03);
      expect(of(name).high - of(name).low).toBeLessThan(0.08);
    }
    expect(of('un-a').accuracy - of('un-b').accuracy).toBeGreaterThan(0.05);
    const versions = (await ask('unlabelled', '?by=model_version')).body.segments.map((one) => one.segment);
    expect(new Set(versions)).toEqual(new Set(['1', '2']));
    const sites = (await ask('unlabelled', '?by=label:site')).body.segments;
    expect(new Map(sites.map((one) => [one.segment, one.inferences]))).toEqual(new Map([['north', 3_000], ['no site', 3_000]])); // prettier-ignore
    expect((await ask('unlabelled', '?by=hardware:machine')).body.segments.map((one) => [one.segment, one.inferences])).toEqual([['no machine', 6_000]]);
    expect((await ask('unlabelled', '?by=device')).body).toMatchObject({ cuts: expect.arrayContaining(['device', 'model_version', 'label:site']) as string[] });
    expect((await ask('unlabelled', '?device=un-b')).body).toMatchObject({ windows: 1, inferences: 3_000 });
    const words = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`word${i}`, 'x']));
    await house.rooms.fleet.patch(b.id, { labels: words }, ada);
    const many = (await ask('unlabelled')).body as unknown as { cuts: string[]; says: string[]; left_out: { cuts: number } };
    const said = `50 of ${50 + many.left_out.cuts} words that performance may be cut by are listed`;
    expect([many.cuts.length, many.says.some((sentence) => sentence.startsWith(said))]).toEqual([50, true]);
    await house.rooms.fleet.patch(b.id, { labels: {} }, ada);
    expect((await ask('unlabelled', '?model_version=7')).body).toMatchObject({ windows: 0, estimated: null });
  });

  it('is measured by labels, which agree with the estimate where nothing is wrong', async () => {
    await shipVersion(house.rooms, 'steady');
    const device = await joinDevice(house.rooms, 'steady-a');
    await closeWindow(device, { model: 'steady', profile: profileOf(reference), answers: draws(4, 2_000) });
    const labelled = draws(5, 200);
    await keepSamples(device, 'steady', labelled, true);
    const { body } = await ask('steady');
    expect(body.labelled).toMatchObject({ labels: 200, accuracy: share(labelled), auroc: null, by_class: [{ class: 0 }, { class: 1, predicted: 200 }] });
    const bins = body.labelled!.reliability;
    expect([bins.reduce((sum, bin) => sum + bin.answers, 0), bins.reduce((sum, bin) => sum + bin.right, 0)]).toEqual([
      200,
      labelled.filter((one) => one.is_right).length,
    ]);
    expect(body.settled).toMatchObject({ labels: 200, right: labelled.filter((one) => one.is_right).length });
    expect(body.says.join(' ')).toContain('The labels agree with the estimate');
    const report = (await (await fetch(`${app.url}/api/v1/reports/drift?model=steady`, { headers })).json()) as { notes: string[]; tables: { title: string; rows: unknown[][] }[] }; // prettier-ignore
    const percent = (accuracy: number) => `${(100 * accuracy).toFixed(1)} %`;
    const [row] = report.tables.find(({ title }) => title === 'Performance')!.rows;
    expect(row!.slice(0, 6)).toEqual(['steady 1', percent(body.estimated!.accuracy), expect.any(String), percent(share(labelled)), expect.any(String), 200]);
    expect(report.notes.join(' ')).toContain('blind to concept drift');
  });

  it('stands in reports by what the devices are, and by confidence, as a table and as a picture', async () => {
    await shipVersion(house.rooms, 'parted');
    const [a, b] = [await joinDevice(house.rooms, 'parted-a', { line: '1' }), await joinDevice(house.rooms, 'parted-b', { line: '2' })];
    const [good, bad] = [draws(21, 120), draws(22, 80, { flip: 0.4 })];
    for (const [device, answers] of [
      [a, good],
      [b, bad],
    ] as const) {
      await closeWindow(device, { model: 'parted', profile: profileOf(reference), answers });
      await keepSamples(device, 'parted', answers, true);
    }
    const address = `${app.url}/api/v1/reports/drift?model=parted`;
    const report = (await (await fetch(address, { headers })).json()) as ReportView;
    const table = (title: string) => report.tables.find((one) => one.title === title)!;
    expect(table('Performance').head).toEqual(expect.arrayContaining(['Labels', 'F1', 'Calibration error']));
    expect(table('Performance').head).not.toContain('R2'); // it says classes
    const percent = (answers: readonly Answer[]) => `${(100 * share(answers)).toFixed(1)} %`;
    const { head, rows } = table('Performance by segment');
    expect(rows.map((row) => [row[1], row[2], row[head.indexOf('Accuracy by labels')], row[head.indexOf('Labels')]])).toEqual([
      ['device', 'parted-a', percent(good), 120],
      ['device', 'parted-b', percent(bad), 80],
      ['label line', '1', percent(good), 120],
      ['label line', '2', percent(bad), 80],
    ]);
    const [{ title, bins }] = report.reliability as [NonNullable<ReportView['reliability']>[number]];
    expect([title, bins.reduce((sum, bin) => sum + bin.answers, 0), bins.reduce((sum, bin) => sum + bin.right, 0)]).toEqual([
      'parted 1',
      200,
      [...good, ...bad].filter((one) => one.is_right).length,
    ]);
    const html = await (await fetch(`${address}&format=html`, { headers })).text();
    expect(html).toContain('parted 1: share that is right by confidence');
    expect(html).toContain('<td>parted-a</td>');
    expect(html.length).toBeLessThanOrEqual(html_bytes_max);
  });

  it('stands in reports by version and by hardware too, by confidence where no label came, and says of how many segments it shows how many', async () => {
    const model = 'segmented';
    await shipVersion(house.rooms, model);
    const profile = profileOf(reference);
    const machines = ['arm64', 'x86_64', 'armv7l'];
    for (let i = 0; i < 12; i++) {
      const device = await joinDevice(house.rooms, `${model}-${i}`);
      await closeWindow(device, { model, profile, answers: draws(30 + i, 200), version: i < 6 ? 1 : 2 });
      await sync(house.rooms, device.id, [], { hardware: { architecture: machines[i % 3]!, thermal_state: i % 2 ? 'fair' : 'nominal' } });
    }
    const report = (await (await fetch(`${app.url}/api/v1/reports/drift?model=${model}`, { headers })).json()) as ReportView;
    const { head, rows } = report.tables.find((one) => one.title === 'Performance by segment')!;
    expect(head).toEqual(['Model version', 'By', 'Segment', 'Accuracy by confidence alone', '95 % band']);
    const of = (by: string) => rows.filter((row) => row[1] === by).map((row) => `${row[0]}: ${row[2]}`);
    expect(of('model version').toSorted()).toEqual(['segmented: 1', 'segmented: 2']);
    expect(of('architecture').toSorted()).toEqual(machines.flatMap((one) => [`segmented 1: ${one}`, `segmented 2: ${one}`]).toSorted());
    expect(of('thermal state')).toEqual([]);
    expect(report.notes.some((note) => note.startsWith('Of the segments'))).toBe(false);
    for (let i = 12; i < 18; i++) await closeWindow(await joinDevice(house.rooms, `${model}-${i}`), { model, profile, answers: draws(30 + i, 200) });
    const larger = (await (await fetch(`${app.url}/api/v1/reports/drift?model=${model}`, { headers })).json()) as ReportView;
    expect(larger.notes).toContain('Of the segments those with most labels are shown: device 10 of 12.');
    expect(larger.tables.find((one) => one.title === 'Performance by segment')!.rows.filter((row) => row[1] === 'device')).toHaveLength(16);
  });

  it('that fell by concept drift alone is found by labels, and said', async () => {
    await shipVersion(house.rooms, 'turned');
    const device = await joinDevice(house.rooms, 'turned-a');
    const turned = draws(6, 2_000, { flip: 0.3 });
    await closeWindow(device, { model: 'turned', profile: profileOf(reference), answers: turned });
    await keepSamples(device, 'turned', turned.slice(0, 300), true);
    const { body } = await ask('turned');
    expect(body.estimated!.accuracy).toBeGreaterThan(share(turned) + 0.05);
    expect(body.settled!.p_value).toBeLessThan(0.001);
    expect(body.says.join(' ')).toContain('this looks like concept drift');
  });

  it('asks for labels of samples of every confidence, two hundred at most, and no more once they came', async () => {
    await shipVersion(house.rooms, 'asked');
    const device = await joinDevice(house.rooms, 'asked-a');
    await closeWindow(device, { model: 'asked', profile: profileOf(reference), answers: draws(7, 2_000) });
    await keepSamples(device, 'asked', draws(8, 600), false);
    const { body } = await ask('asked');
    expect(body.ask.length).toBeGreaterThan(100);
    expect(body.ask.length).toBeLessThanOrEqual(200);
    const confidence = new Map((await house.rooms.telemetry.samples({ model: 'asked' }, 1_000)).map((row) => [row.id, row.confidence]));
    const asked = body.ask.map((id) => confidence.get(id)!).toSorted((one, other) => one - other);
    expect([asked[0]! < 0.7, asked.at(-1)! > 0.95]).toEqual([true, true]);
    const listed = async (query: string) => fetch(`${app.url}/api/v1/samples?model=asked&limit=1000&${query}`, { headers });
    const narrowed = (await (await listed(`counts=true&ids=${body.ask.join(',')}`)).json()) as {
      samples: { id: number }[];
      total: number;
      counts: { unlabelled: number }[];
    };
    expect(narrowed.samples.map(({ id }) => id)).toEqual(body.ask.toSorted((one, other) => one - other));
    expect([narrowed.total, narrowed.counts.map((one) => one.unlabelled)]).toEqual([body.ask.length, [body.ask.length]]);
    expect(((await (await listed(`devices=${device.id},dev_nobody`)).json()) as { total: number }).total).toBe(600);
    expect(((await (await listed('devices=dev_nobody')).json()) as { total: number }).total).toBe(0);
    for (const query of [
      'ids=one',
      `ids=${Array.from({ length: 201 }, (_, i) => i).join(',')}`,
      `devices=${Array.from({ length: 101 }, (_, i) => `d${i}`).join(',')}`,
    ])
      expect((await listed(query)).status, query).toBe(400);
    await house.rooms.telemetry.label(body.ask.map((id) => ({ id, label: 1 })), ada); // prettier-ignore
    expect((await ask('asked')).body.ask).toEqual([]);
  });

  it('is not known where the profile has no calibration table, and nothing is known of a model without windows', async () => {
    await shipVersion(house.rooms, 'bare');
    const device = await joinDevice(house.rooms, 'bare-a');
    expect((await ask('bare')).body).toMatchObject({ windows: 0, says: ['No window of this model closed in this time, and no label came for it.'] });
    await closeWindow(device, { model: 'bare', profile: profileOf(reference, false), answers: draws(9, 100) });
    expect((await ask('bare')).body).toMatchObject({ windows: 1, estimated: null, says: [expect.stringContaining('no calibration table') as string] });
  });

  const say = (model: string, first_reference: number, answers: readonly { predicted: number; scores: readonly number[] }[], ago_ms: number): Predictions => ({
    model,
    model_version: 1,
    first_ms: now_ms() - ago_ms,
    references: Uint32Array.from(answers, (_, i) => first_reference + i),
    offsets_ms: Uint32Array.from(answers, (_, i) => i),
    predicted: Int16Array.from(answers, (one) => one.predicted),
    confidence: Float32Array.from(answers, (one) => Math.max(...one.scores)),
    scores_each: answers[0]!.scores.length,
    scores: Float32Array.from(answers.flatMap((one) => one.scores)),
  });
  const send = (device: SimulatedDevice, of: Predictions) => sync(house.rooms, device.id, [record(nextSeq(device), 'predictions', encodePredictions(of))]);
  const tell = async (labels: readonly object[]) => {
    const head = { ...(await app.as('editor')), 'content-type': 'application/json' };
    return fetch(`${app.url}/api/v1/labels`, { method: 'POST', headers: head, body: JSON.stringify({ labels }) });
  };
  const hour_ms = 3_600_000;

  it('is measured by truths that come later by the number of the inference, or before it, or twice; with AUROC and log-loss', async () => {
    await shipVersion(house.rooms, 'late');
    const device = await joinDevice(house.rooms, 'late-a');
    const answers = [0.9, 0.8, 0.3, 0.6].map((score) => ({ predicted: Number(score > 0.5), scores: [1 - score, score] }));
    const truths = [1, 0, 0, 1].map((label, i) => ({ device: 'late-a', reference: 100 + i, label }));
    expect((await tell(truths.slice(0, 2))).status).toBe(200); // the truth comes first
    expect((await ask('late')).body).toMatchObject({ labelled: null, unmatched: 2 });
    await send(device, say('late', 100, answers, hour_ms));
    await send(device, say('late', 100, answers, hour_ms)); // an agent that was killed sends some again
    house.clock.advance(29 * 24 * hour_ms);
    await tell([...truths, ...truths, { device: 'late-a', reference: 999, label: 1 }]);
    const { body } = await ask('late', '?by=device');
    expect(body).toMatchObject({ labelled: { labels: 4, accuracy: 0.75 }, unmatched: 1, segments: [{ name: 'late-a', labelled: { labels: 4 } }] });
    expect(body.labelled!.auroc).toBeCloseTo(0.75, 6); // (1, .9), (0, .8), (0, .3), (1, .6): three of four pairs are in order
    expect(body.labelled!.log_loss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.2) + Math.log(0.7) + Math.log(0.6)) / 4, 6);
    house.clock.advance(3 * 24 * hour_ms);
    await tell([{ device: 'late-a', reference: 103, label: 0 }]);
    expect((await ask('late', `?from_ms=${now_ms() - 300 * 24 * hour_ms}`)).body.labelled).toBeNull(); // beyond 30 days nothing is kept
  });

  it('joins a truth with the answer of its time where an app gives a number again, and changes where a truth is told anew', async () => {
    await shipVersion(house.rooms, 'again');
    const device = await joinDevice(house.rooms, 'again-a');
    await send(device, say('again', 5, [{ predicted: 0, scores: [1, 0] }], 48 * hour_ms));
    await send(device, say('again', 5, [{ predicted: 1, scores: [0, 1] }], 2 * hour_ms));
    await tell([{ device: 'again-a', reference: 5, label: 1 }]);
    expect((await ask('again')).body.labelled).toMatchObject({ labels: 1, accuracy: 1 });
    await tell([{ device: 'again-a', reference: 5, label: 1, at_ms: now_ms() - 47 * hour_ms }]);
    expect((await ask('again')).body.labelled).toMatchObject({ labels: 2, accuracy: 0.5 });
    await tell([{ device: 'again-a', reference: 5, label: 0, at_ms: now_ms() - 47 * hour_ms }]);
    expect((await ask('again')).body.labelled).toMatchObject({ labels: 2, accuracy: 1 });
    house.clock.advance(1_000);
    await tell([{ device: 'again-a', reference: 5, label: 0, at_ms: now_ms() - 2 * hour_ms }]); // its time is told too, and another class: one answer
    expect((await ask('again')).body.labelled).toMatchObject({ labels: 2, accuracy: 0.5 });
  });

  it('joins over more chunks than are read at once, each answer with its own scores, and forgets old ones where no truth is ever told', async () => {
    await shipVersion(house.rooms, 'many');
    const device = await joinDevice(house.rooms, 'many-a');
    const chunks = Array.from({ length: 450 }, (_, i) => record(nextSeq(device), 'predictions', encodePredictions(say('many', 2 * i, [0, 1].map((k) => ({ predicted: k, scores: [i, 1_000 + k] })), 900_000 - 1_000 * i)))); // prettier-ignore
    for (let at = 0; at < chunks.length; at += 50) await sync(house.rooms, device.id, chunks.slice(at, at + 50));
    await tell([0, 401, 898, 899].map((reference) => ({ device: 'many-a', reference, label: 1 })));
    const filter = { model: 'many', devices: [device.id], from_ms: 0, to_ms: now_ms() };
    const { answers, unmatched, is_cut } = await house.rooms.telemetry.answers(filter, 100);
    const found = answers.map(({ reference, predicted, scores }) => [reference, predicted, ...Array.from(scores)]).toSorted(([a], [b]) => a! - b!);
    expect(found).toEqual([[0, 0, 0, 1_000], [401, 1, 200, 1_001], [898, 0, 449, 1_000], [899, 1, 449, 1_001]]); // prettier-ignore
    expect([unmatched, is_cut]).toEqual([0, false]);
    house.clock.advance(31 * 24 * hour_ms);
    await send(device, say('many', 9_000, [{ predicted: 0, scores: [1, 0] }], hour_ms));
    const left = await sql<{ n: number }>`select count(*) as n from prediction_chunk where device = ${device.id}`.execute(house.database.db);
    expect(left.rows[0]!.n).toBe(1);
  });

  it('of values is measured by their errors', async () => {
    await shipVersion(house.rooms, 'valued');
    const device = await joinDevice(house.rooms, 'valued-a');
    await send(device, say('valued', 1, [2, 3, 5].map((value) => ({ predicted: -1, scores: [value] })), hour_ms)); // prettier-ignore
    await tell([1, 3, 7].map((label, i) => ({ device: 'valued-a', reference: 1 + i, label })));
    const { body } = await ask('valued');
    expect(body).toMatchObject({ labelled: null, regression: { labels: 3, mae: 1, bias: -1 / 3 } });
    expect(body.says.join(' ')).toContain('R2');
    expect(body.says.join(' ')).toContain('mean absolute error 1');
  });

  it('counts a truth of a class that no model has as wrong, and makes no room for all classes below it', async () => {
    await shipVersion(house.rooms, 'odd-truth');
    const device = await joinDevice(house.rooms, 'odd-a');
    await send(device, say('odd-truth', 1, [1, 1, 1].map((predicted) => ({ predicted, scores: [0, 1] })), hour_ms)); // prettier-ignore
    await tell([1, 4e9, 0.5].map((label, i) => ({ device: 'odd-a', reference: 1 + i, label })));
    const { body } = await ask('odd-truth');
    expect(body).toMatchObject({
      class_names: ['0', '1'],
      labelled: { labels: 3, accuracy: 1 / 3, by_class: [{ class: 1, actual: 1, predicted: 3, right: 1 }] },
    });
    expect((await house.rooms.monitors.measured({ model: 'odd-truth', from_ms: 0, to_ms: now_ms() })).labelled).toMatchObject({ labels: 3, accuracy: 1 / 3 }); // as reports ask
  });

  it('takes no truth of a device that nobody knows, nor of nonsense, and none of all then', async () => {
    const before = (await ask('valued')).body.unmatched;
    expect((await tell([{ device: 'valued-a', reference: 77, label: 1 }, { device: 'nobody', reference: 1, label: 1 }])).status).toBe(404); // prettier-ignore
    for (const odd of [{ reference: -1 }, { reference: 1.5 }, { label: 'x' }, { at_ms: 0 }, { more: 1 }])
      expect((await tell([{ device: 'valued-a', reference: 1, label: 1, ...odd }])).status).toBe(400);
    expect((await ask('valued')).body.unmatched).toBe(before);
    await sync(house.rooms, (await joinDevice(house.rooms, 'garbled')).id, [record(1, 'predictions', Uint8Array.of(1, 2, 3))]); // set aside, and acknowledged
  });

  it('is refused of a model that is not there, a time that ends before it begins, and a device that nobody knows', async () => {
    expect((await ask('nowhere')).status).toBe(404);
    expect((await ask('bare', '?from_ms=2&to_ms=1')).status).toBe(400);
    expect((await ask('bare', '?device=nobody')).status).toBe(404);
    expect((await ask('bare', '?by=moon')).status).toBe(400);
  });

  it('is by labels of devices in a fleet of any size, and says what is told apart no more', async () => {
    await shipVersion(house.rooms, 'grown');
    await sql`
      insert into device (id, name, public_key, labels, platform, created_ms, capture, poll_ms)
      select 'grown-' || n, 'a-grown-' || n, 'none', '{}', '{"os": "linux", "arch": "x64", "runtime": "node 24"}', 0, '{}', 1000 from generate_series(1, 10001) as n`.execute(
      house.database.db,
    );
    const devices = [await joinDevice(house.rooms, 'z-grown-a', { dock: 'east' }), await joinDevice(house.rooms, 'z-grown-b', { dock: 'west' })];
    for (const device of devices) await closeWindow(device, { model: 'grown', profile: profileOf(reference), answers: draws(10, 100) });
    const { body } = await ask('grown', '?by=label:dock');
    expect(new Map(body.segments.map((one) => [one.segment, one.inferences]))).toEqual(new Map([['east', 100], ['west', 100]])); // prettier-ignore
    expect(body).toMatchObject({ cuts: expect.arrayContaining(['label:dock']) as string[], left_out: { answers: false, segments: 0, outside: 0, cuts: 0 } });
    const report = (await (await fetch(`${app.url}/api/v1/reports/drift?model=grown`, { headers })).json()) as ReportView;
    const found_rows = report.tables.find((one) => one.title === 'Performance by segment')!.rows;
    expect(found_rows.map((row) => `${row[1]} ${row[2]}`)).toEqual(expect.arrayContaining(['device z-grown-a', 'label dock east', 'label dock west']));
    expect(report.notes.some((note) => /^10000 of 10\d{3} devices are looked at/.test(note))).toBe(true);
    const few = new Segments(segmentsBy(house.rooms.fleet, 'label:dock', 1));
    const rows = devices.map(({ id }) => ({ device: id, model_version: 1 }));
    const counts: number[] = [];
    for await (const [, mine] of few.each([...rows, ...rows])) counts.push(mine.length);
    expect([counts, [...few.parts.keys()], few.outside]).toEqual([[2, 1, 2, 1], ['east'], 2]);
  });
});
