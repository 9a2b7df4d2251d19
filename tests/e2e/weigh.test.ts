// tests/e2e: runs weighed against each other: quality, latency and memory, with what each ran on, from two runs to many.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutOff, openContext, shoot, violations, watchFaults } from './browser.ts';
import { type Visit, startVisit } from './visit.ts';

const machines = [
  { 'hardware.processor': 'Apple M1 Pro', 'hardware.accelerator': 'apple-silicon', 'hardware.cores': '10', 'hardware.memory_bytes': '17179869184' },
  { 'hardware.machine': 'Raspberry Pi 5 Model B Rev 1.0', 'hardware.accelerator': 'raspberry-pi', 'hardware.cores': '4', 'hardware.thermal_state': 'serious' },
  {},
];
/** Accuracy, latency and memory of each; the last has no memory. Of the others the first three are beaten by nobody. */
const boards: readonly (readonly [string, number, number, number?])[] = [
  ['large', 0.97, 42, 900],
  ['middle', 0.95, 12, 300],
  ['small', 0.9, 4, 80],
  ['wasteful', 0.94, 12, 700],
  ['slow', 0.89, 30, 90],
  ['unmeasured', 0.99, 1],
];
const many = 700;
let visit: Visit;
const ids: string[] = [];

beforeAll(async () => {
  visit = await startVisit();
  for (const [i, [name, accuracy, latency, memory]] of boards.entries()) {
    const metrics = [
      { key: 'accuracy', value: accuracy },
      { key: 'latency_ms', value: latency },
      { key: 'train_loss', value: 1 - accuracy },
      ...(memory === undefined ? [] : [{ key: 'peak_memory_mb', value: memory }]),
    ];
    ids.push(await addRun('boards', name, machines[i % machines.length]!, metrics));
  }
  for (let i = 0; i < many; i++)
    await addRun('crowd', `crowd-${i}`, {}, [
      { key: 'f1', value: ((i * 7919) % many) / many },
      { key: 'p95_ms', value: 5 + ((i * 104_729) % many) / 10 },
      { key: 'rss_bytes', value: 1_000_000 + i * 1000 },
    ]);
}, 180_000);
afterAll(() => visit?.end());

async function addRun(experiment: string, name: string, tags: Record<string, string>, metrics: { key: string; value: number }[]): Promise<string> {
  const { client } = visit.house;
  const { id } = await client.call('runCreate', { body: { experiment, name, tags } });
  await client.call('runLog', { params: { id }, body: { metrics, state: 'finished' } });
  return id;
}

const looks = (['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => [theme, width] as const));
const rows = (page: Page) => page.getByRole('region', { name: 'Runs that are weighed' }).getByRole('row');
const chart = (page: Page) => page.getByRole('group', { name: 'Pareto view' });

describe.each(looks)('in %s at %i px', (theme, width) => {
  it('the comparison and the run show what they ran on, fit the width and have no fault that axe finds', async () => {
    const context = await openContext(visit.browser, visit.state, theme, width);
    const page = await context.newPage();
    const faults = watchFaults(page);
    for (const [name, path] of [
      ['weigh', '/run-compare?experiment=boards&all=1'],
      ['weigh-many', '/run-compare?experiment=crowd&all=1'],
      ['compare-machines', `/run-compare?runs=${ids.join(',')}`],
      ['run-machine', `/runs/${ids[0]}`],
      ['runs-machines', '/runs?experiment=boards'],
    ] as const) {
      await visit.open(page, path);
      await shoot(page, `${name}-${theme}-${width}`);
      expect(await violations(page)).toEqual([]);
      expect(await cutOff(page)).toEqual([]);
    }
    expect(faults).toEqual({ errors: [], failed: new Set() });
    await context.close();
  });
});

it('guesses the axes, marks the front, counts who lacks a number, and says what each ran on', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/runs?experiment=boards');
    await page.getByRole('link', { name: 'Weigh all' }).click();
    await chart(page).waitFor();
    expect(await chart(page).innerText()).toContain(
      '3 runs of 5 are on the front: no other is as good in high accuracy, low latency_ms and low peak_memory_mb and better in one. 1 run of 6 lacks one of these and is left out.',
    );
    expect(await page.locator('svg.scatter .is-marked').count()).toBe(3);
    expect(await page.locator('svg.scatter circle').count()).toBe(2);
    const texts = (await rows(page).allInnerTexts()).map((text) => text.split('\t'));
    expect(texts).toEqual([
      ['Run', 'Front', 'accuracy ↑', 'latency_ms ↓', 'peak_memory_mb ↓', 'Beaten by', 'Ran on'],
      ['large', '◆ 1', '0.97', '42', '900', 'none', 'Apple M1 Pro, 10 cores, 16 GiB'],
      ['middle', '◆ 2', '0.95', '12', '300', 'none', 'Raspberry Pi 5 Model B Rev 1.0, 4 cores'],
      ['small', '◆ 3', '0.9', '4', '80', 'none', 'not said'],
      ['wasteful', 'no', '0.94', '12', '700', 'middle', 'Apple M1 Pro, 10 cores, 16 GiB'],
      ['slow', 'no', '0.89', '30', '90', 'small', 'Raspberry Pi 5 Model B Rev 1.0, 4 cores'],
    ]);
  }));

it('keeps the choice of the axes in the address, by the keyboard alone', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/run-compare?experiment=boards&all=1');
    const memory = page.getByRole('combobox', { name: /^Memory/ });
    await memory.focus();
    await page.keyboard.press('Home');
    await memory.fill('not');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/memory=-/);
    expect(await chart(page).innerText()).toContain('1 run of 6 is on the front');
    await page.getByRole('group', { name: 'Axis of quality' }).getByRole('radio', { name: 'less is better' }).focus();
    await page.keyboard.press('Space');
    await page.waitForURL(/quality_way=min/);
    await page.reload();
    expect(await chart(page).innerText()).toContain('low accuracy and low latency_ms');
    await page.goto(`${visit.house.url}/run-compare?experiment=boards&all=1&latency=-&memory=-`);
    await page.getByText('Choose a metric for at least two of the three').waitFor();
  }));

it('stays quick with many runs, and shows the front of all of them', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/run-compare?experiment=crowd&all=1');
    await page.getByText(`${many} runs`, { exact: true }).waitFor();
    const points = page.locator('svg.scatter').locator('circle, .is-marked');
    expect(await points.count()).toBe(many);
    await chart(page).getByRole('button', { name: 'Table: Pareto view' }).click();
    await page.getByRole('region', { name: 'Pareto view, as a table' }).getByRole('row', { name: /yes$/ }).first().waitFor();
  }));
