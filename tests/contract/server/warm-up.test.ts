// contract/server: a bundle without a profile, and a device that makes one: its windows are judged by what it sent, which came before them.
import { createHash } from 'node:crypto';
import { type WindowSummary, encodeWindow } from '@holdfast/protocol';
import type { DriftDetail } from '@holdfast/protocol/rest';
import { type ReferenceProfile, WarmUp, WindowCounts, categoryCode } from '@holdfast/stats';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type House, ada, joinDevice, openApp, openHouse, pipeline_text, record, shipVersion, sync, turnAll, windowOf } from './support.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const warm_up = new WarmUp({ names: ['x'], class_names: ['a', 'b'], rows: 2_000 });
const profile = Array.from({ length: 2_000 }, (_, i) => warm_up.take(Float64Array.of((i * 0.618034) % 1), i % 2)).at(-1)!;
const digest = createHash('sha256').update(JSON.stringify(profile)).digest('hex');

/** A window of 100 inferences, counted as a device counts. */
function window(n: number, shift: number): WindowSummary {
  const counts = new WindowCounts(profile);
  for (let i = 0; i < 100; i++) counts.add(Float64Array.of(shift + ((i * 0.618034) % 1)), i % 2);
  const counted = { features: counts.features(), classes: counts.classes() };
  return { ...windowOf({ digest, bins: 1 }, n, false, 'nose'), ...counted, profile_source: 'warm_up' };
}

it('judges the windows of a device by the profile that it made and sent', async () => {
  await shipVersion(house.rooms, 'nose');
  const device = await joinDevice(house.rooms, 'nose-1');
  const windows = [0, 0.5].map((shift, n) => record(n + 2, 'windows', encodeWindow(window(n, shift))));
  await sync(house.rooms, device.id, [record(1, 'profiles', profile), ...windows]);
  await turnAll(house.rooms);
  const verdicts = await house.rooms.monitors.history(device.id, 10);
  expect(verdicts.map((verdict) => verdict.drifted)).toEqual([true, false]);
  const detail = await house.rooms.monitors.detail(device.id);
  expect(detail.profile).toMatchObject({ n: 1_000, warm_up: true });
  expect(detail.window.body.profile_source).toBe('warm_up');
  await sync(house.rooms, device.id, [record(1, 'profiles', profile)], {}, 'boot-2'); // once more, by another outbox
  expect(await house.rooms.telemetry.deviceProfile(digest)).toBe(JSON.stringify(profile));
});

it('keeps the last 20 profiles of a device, and none that it did not make', async () => {
  const device = await joinDevice(house.rooms, 'nose-2');
  const others = Array.from({ length: 22 }, (_, i) => ({ ...profile, n: profile.n + i + 1 }));
  const stranger = { ...profile, warm_up: undefined };
  await sync(
    house.rooms,
    device.id,
    [...others, stranger].map((one, i) => record(i + 1, 'profiles', one)),
  );
  const known = await Promise.all([...others, stranger].map((one) => house.rooms.telemetry.deviceProfile(sha256(one))));
  expect(known.map((text) => text !== null)).toEqual([false, false, ...Array.from({ length: 20 }, () => true), false]);
});
const sha256 = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

it('names the words that a device learned where a bundle of the model names them, and refuses a list that is none', async () => {
  const words = ['north', 'south', 'west'];
  const learning = new WarmUp({ names: ['input.site'], words: ['input.site'], class_names: ['a', 'b'], rows: 1_000 });
  const learned: ReferenceProfile = Array.from({ length: 1_000 }, (_, i) => learning.take(Float64Array.of(categoryCode(words[i % 3]!)), i % 2)).at(-1)!;
  const counts = new WindowCounts(learned);
  for (let i = 0; i < 100; i++) counts.add(Float64Array.of(i % 3), i % 2);
  const counted = { features: counts.features(), classes: counts.classes() };
  const { version } = await shipVersion(house.rooms, 'ear');
  const device = await joinDevice(house.rooms, 'ear-1');
  const summary: WindowSummary = { ...windowOf({ digest: sha256(learned), bins: 1 }, 1, false, 'ear'), ...counted, profile_source: 'warm_up' };
  await sync(house.rooms, device.id, [record(1, 'profiles', learned), record(2, 'windows', encodeWindow(summary))]);
  await turnAll(house.rooms);
  const running = await openApp(house);
  onTestFinished(() => running.close());
  const headers = await running.as('viewer');
  const reference = async () => {
    const reply = await running.app.inject({ url: `/api/v1/drift/detail?device=${device.id}&feature=input.site`, headers });
    return reply.json<DriftDetail>().reference;
  };
  const reportNotes = async () => {
    const { from_ms, to_ms } = summary;
    const { parts } = await house.rooms.reports.make({ device: 'ear-1' }, { from_ms: from_ms - 1, to_ms: to_ms + 1 });
    return parts.map(({ notes }) => notes);
  };
  expect(await reportNotes()).toEqual([[expect.stringMatching(/^#[\da-f]{6}, #\w+, #\w+ are words that the device learned; their text is not sent\./)]]);
  const before = await reference();
  expect([before.unnamed!.length, before.names!.slice(0, 3)]).toEqual([3, before.unnamed]);
  const { blobs } = house.rooms.registry;
  const put = async (text: string) => (await blobs.put(new TextEncoder().encode(text))).digest;
  const build = async (list: string) => {
    const asked = { model: 'ear', version, target: { os: 'any', arch: 'any' }, pipeline: await put(pipeline_text), by: ada };
    return house.rooms.registry.buildBundle({ ...asked, files: [{ path: 'words.json', digest: await put(list) }] });
  };
  await expect(build('{"site": [1]}')).rejects.toMatchObject({ code: 'HF-REG-005' });
  await build('{"site": ["west", "north", "south", "east"]}');
  const after = await reference();
  expect([after.unnamed, after.names!.slice(0, 3).toSorted(), after.counts]).toEqual([undefined, words, before.counts]);
  expect(await reportNotes()).toEqual([[]]);
});

it('builds a bundle without a profile, which tells the devices to make their own', async () => {
  const { version } = await shipVersion(house.rooms, 'tongue');
  const { digest: pipeline } = await house.rooms.registry.blobs.put(new TextEncoder().encode(pipeline_text));
  const bundle = await house.rooms.registry.buildBundle({ model: 'tongue', version, target: { os: 'any', arch: 'any' }, pipeline, by: ada });
  expect(bundle.profile).toBe('');
});
