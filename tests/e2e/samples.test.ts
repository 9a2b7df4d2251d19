// tests/e2e: labels are given on the page of samples, with the keyboard alone, and the step that waits for them goes on.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shoot, violations } from './browser.ts';
import { until } from './house.ts';
import { type Visit, startVisit } from './visit.ts';

let visit: Visit;
beforeAll(async () => {
  visit = await startVisit();
});
afterAll(() => visit?.end());

const imageOf = (page: Page) => page.getByRole('img', { name: /^Sample/ });
const said = (page: Page) => page.locator('.says').innerText();
const shown = async (page: Page): Promise<number> => Number(/\d+/.exec((await imageOf(page).getAttribute('aria-label'))!)![0]);
const labelOf = async (id: number) => (await visit.house.client.call('sampleList', { query: { after: id - 1, limit: 1 } })).samples[0]!.label;

/** Presses a key, and waits until another sample is shown. */
async function pressOn(page: Page, key: string): Promise<void> {
  const before = await shown(page);
  await page.keyboard.press(key);
  await until(`another sample is shown after ${key}`, async () => (await shown(page)) !== before);
}

/** The middle of the image, as the canvas holds it. */
const middle = (page: Page): Promise<number[]> =>
  imageOf(page).evaluate((canvas: HTMLCanvasElement) => [...canvas.getContext('2d')!.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data]);

it('shows the pixels that the device sent, enlarged and not smoothed, with what the model said in the words of its classes', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/samples');
    await page.getByRole('button', { name: /ripe/ }).waitFor();
    const id = await shown(page);
    const bytes = new Uint8Array(await (await visit.house.client.raw('GET', `/api/v1/samples/${id}/pixels`)).arrayBuffer());
    const { width, height, predicted } = (await visit.house.client.call('sampleList', { query: { after: id - 1, limit: 1 } })).samples[0]!;
    const at = 3 * ((height >> 1) * width + (width >> 1));
    await until('the image is painted', async () => (await middle(page))[3] === 255);
    expect(await middle(page)).toEqual([...bytes.subarray(at, at + 3), 255]);
    expect(await imageOf(page).evaluate((canvas) => getComputedStyle(canvas).imageRendering)).toBe('pixelated');
    expect(await page.locator('.desk p').first().innerText()).toMatch(new RegExp(`^Predicted ${['ripe', 'green'][predicted]} with confidence [\\d.]+ %`));
  }));

it('shows what looked drifted first, and keeps its filter in the address', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/samples');
    expect(await page.locator('.desk').innerText()).toContain('its window looked drifted');
    await page.getByRole('button', { name: 'Show the steady samples of belt-1' }).click();
    await page.waitForURL(/reason=steady/);
    await page.getByText('it is one of the steady sample').waitFor();
    await page.reload();
    await page.getByText('it is one of the steady sample').waitFor();
    await page.getByText('0 of 6 samples have a label.').waitFor();
  }));

it('takes the labels that a step waits for, by the keys alone, and the step goes on', () =>
  visit.withPage(async (page) => {
    const { client, learning } = visit.house;
    await visit.open(page, `/executions/${learning}`);
    expect(await page.getByText(/labels wanted/).innerText()).toBe('10 labels wanted');
    await page.getByRole('link', { name: 'label now' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /ripe/ }).waitFor();
    const first = await shown(page);
    await pressOn(page, '1');
    await until('it is labelled', async () => (await labelOf(first)) === 1);
    await pressOn(page, 'ArrowLeft');
    await page.getByText('labelled green.').waitFor();
    await pressOn(page, '0');
    await until('it is labelled anew', async () => (await labelOf(first)) === 0);
    await pressOn(page, 's');
    for (let given = 1; given < 10; given++) await pressOn(page, '1');
    await until('the sentence has counted them', async () => (await said(page)).startsWith('10 of 12 samples'));
    await shoot(page, 'samples-labelled-light-1280');
    await page.keyboard.press('ArrowRight');
    await page.getByText('That was the last of 12 samples.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Look again');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText('1 of 2').waitFor();
    await until(
      'the step has collected',
      async () => (await client.call('executionShow', { params: { id: learning } })).steps[0]!.wait_reason === null,
      60_000,
    );
    const { rows } = await client.call('audit', { query: { object: 'samples' } });
    expect(rows[0]).toMatchObject({ action: 'sample.label', actor: 'user:ada' });
  }));

it('takes every key while labels are being saved, and saves all of them', () =>
  visit.withPage(async (page) => {
    await page.route('**/api/v1/samples/labels', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await route.continue();
    });
    await visit.open(page, '/samples?show=all');
    await page.getByRole('button', { name: /ripe/ }).waitFor();
    const { samples } = await visit.house.client.call('sampleList', { query: { reason: 'drift', limit: 4 } });
    for (const key of ['0', '1', '0', '1']) await page.keyboard.press(key);
    await page.getByText(/4 labels are being saved/).waitFor();
    await page.getByText(/being saved/).waitFor({ state: 'detached' });
    expect(await Promise.all(samples.map(({ id }) => labelOf(id)))).toEqual([0, 1, 0, 1]);
  }));

it('says which label was not saved and why, and saves it when it is asked to', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/samples');
    await page.getByRole('button', { name: /ripe/ }).waitFor();
    const id = await shown(page);
    await page.route('**/api/v1/samples/labels', (route) => route.abort());
    await pressOn(page, '0');
    await page.getByText(`Not saved: the label of sample ${id}.`).waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('HF-CLI-003');
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'label-not-saved-light-1280');
    expect(await labelOf(id)).toBeNull();
    await page.unroute('**/api/v1/samples/labels');
    await page.getByRole('button', { name: 'Save again' }).click();
    await page.getByText('Not saved').waitFor({ state: 'detached' });
    await until('it is saved', async () => (await labelOf(id)) === 0); // the notice goes when it is tried, before it is answered
  }));
