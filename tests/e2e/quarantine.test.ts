// tests/e2e: what a model was not sure of is looked at, the least sure first: as an image or as its inputs, labelled or dismissed, by the keys alone.
import { type SampleHead, encodeSample } from '@holdfast/protocol';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutOff, openContext, shoot, violations, watchFaults } from './browser.ts';
import { until } from './house.ts';
import { type Visit, startVisit } from './visit.ts';

const queue = '/samples?reason=quarantine';
const inputs = ['weight_g', 'length_mm', 'sugar_brix', 'firmness_n'].map((name, i) => [name, i === 2 ? null : 17.25 * (i + 1)] as const);

let visit: Visit;
beforeAll(async () => {
  visit = await startVisit();
  const [belt, , scale] = visit.house.devices;
  const base = { v: 1, at_ms: Date.now() - 60_000, ...belt!.current!, predicted: 1, reason: 'quarantine' } as const;
  const image = (reference: number, confidence: number): SampleHead => ({ ...base, reference, confidence, width: 8, height: 8, channels: 1 });
  const bare = (reference: number, confidence: number): SampleHead => ({ ...base, reference, confidence, width: 0, height: 0, channels: 0, inputs, inputs_left_out: 3 }); // prettier-ignore
  const pixels = Uint8Array.from({ length: 64 }, (_, i) => 4 * i);
  await belt!.sync([image(1, 0.51), image(2, 0.34), image(3, 0.45)].map((head) => belt!.bytes('samples', encodeSample(head, pixels))));
  await scale!.sync([bare(4, 0.4), bare(5, 0.55)].map((head) => scale!.bytes('samples', encodeSample(head, new Uint8Array(0)))));
  await visit.house.client.call('deviceCapture', {
    params: { id: belt!.id },
    body: { quarantine: { confidence_below: 0.6, an_hour_max: 30 } },
  });
});
afterAll(() => visit?.end());

const said = (page: Page) => page.locator('.desk p').first().innerText();

it('comes the least sure first, as an image or as a table of its inputs, and looks right in every light and at every width', async () => {
  for (const theme of ['light', 'dark'] as const)
    for (const width of [1600, 360]) {
      const context = await openContext(visit.browser, visit.state, theme, width);
      const page = await context.newPage();
      const faults = watchFaults(page);
      await visit.open(page, queue);
      await page.getByRole('button', { name: /ripe/ }).waitFor();
      expect(await said(page)).toContain('34');
      await page.getByText('the model was not sure').waitFor();
      await shoot(page, `quarantine-image-${theme}-${width}`);
      await page.locator('.desk').focus();
      await page.keyboard.press('ArrowRight');
      await page.getByText('sugar_brix').waitFor();
      expect(await said(page)).toContain('40');
      await page.getByText('3 more inputs were not sent by the device.').waitFor();
      await shoot(page, `quarantine-inputs-${theme}-${width}`);
      expect([await cutOff(page), await violations(page), faults.errors, [...faults.failed]]).toEqual([[], [], [], []]);
      await context.close();
    }
});

it('is labelled or dismissed by a key; what is dismissed does not come again until it is asked for', () =>
  visit.withPage(async (page) => {
    const { client } = visit.house;
    await visit.open(page, queue);
    await page.getByRole('button', { name: /ripe/ }).waitFor();
    await page.getByRole('button', { name: 'Show the quarantine samples of belt-1' }).click();
    await page.getByText('1 of 3').waitFor();
    await page.locator('.desk').focus();
    await page.keyboard.press('u');
    await page.getByText('2 of 3').waitFor();
    await page.keyboard.press('0');
    await page.getByText('3 of 3').waitFor();
    await page.keyboard.press('s');
    await page.getByText('That was the last of 3 samples.').waitFor();
    const kept = async () => (await client.call('sampleList', { query: { reason: 'quarantine', device: visit.house.devices[0]!.id, order: 'least_confident' } })).samples; // prettier-ignore
    await until('both are saved', async () => (await kept())[1]!.label === 0);
    expect((await kept()).map(({ label, dismissed }) => [label, dismissed])).toEqual([[null, true], [0, false], [null, false]]); // prettier-ignore
    await page.getByText('1 of 3 samples has a label, 1 is dismissed.').waitFor();
    await page.reload();
    await page.getByText('1 of 1').waitFor();
    await visit.open(page, `${queue}&show=dismissed`);
    await page.getByText('dismissed: nobody could tell').waitFor();
    await page.locator('.desk').focus();
    await page.keyboard.press('1');
    await until('it has a label after all', async () => (await kept())[0]!.label === 1);
  }));

it('is told on the page of the device, with the labels that wait for it; the rule is set there', () =>
  visit.withPage(async (page) => {
    const { client, devices } = visit.house;
    const [belt] = devices;
    await visit.open(page, `/devices/${belt!.id}`);
    const panel = page.locator('section.panel', { has: page.getByRole('heading', { name: 'Kept and labelled' }) });
    expect(await panel.innerText()).toMatch(/below 60 %, 30 an hour at most[\s\S]*1 sample[\s\S]*it asks for none/);
    await shoot(page, 'device-kept-light-1280');
    await page.getByRole('button', { name: 'Set quarantine' }).click();
    await page.getByLabel(/Confidence below/).fill('45');
    await page.getByLabel(/an hour/).fill('12');
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'device-quarantine-light-1280', 'window');
    await page.getByRole('dialog').getByRole('button', { name: 'Set quarantine' }).click();
    await panel.getByText('below 45 %, 12 an hour at most').waitFor();
    expect((await client.call('deviceShow', { params: { id: belt!.id } })).capture.quarantine).toEqual({ confidence_below: 0.45, an_hour_max: 12 });
    expect(await violations(page)).toEqual([]);
  }));
