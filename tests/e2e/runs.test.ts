// tests/e2e: experiments and runs: one table that is sorted and filtered by the server, runs beside each other, charts that say what they draw.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shoot, violations, watchFaults } from './browser.ts';
import { until } from './house.ts';
import { type Visit, ready, startVisit } from './visit.ts';

const many = { runs: 250, metrics: 40 };
let visit: Visit;
beforeAll(async () => {
  visit = await startVisit();
  const { client } = visit.house;
  for (let i = 0; i < many.runs; i++) {
    const { id } = await client.call('runCreate', { body: { experiment: 'sweep', name: `sweep-${String(i).padStart(3, '0')}` } });
    const metrics = Array.from({ length: many.metrics }, (_, m) => ({ key: `m${String(m).padStart(2, '0')}`, value: (i * 37) % many.runs }));
    await client.call('runLog', { params: { id }, body: { params: { seed: '7', half: String(i % 2) }, metrics, state: 'finished' } });
  }
});
afterAll(() => visit?.end());

/** As MLflow's clients do it. */
const keep = (path: string, bytes: Uint8Array<ArrayBuffer>) => visit.house.client.raw('PUT', `/api/2.0/mlflow-artifacts/artifacts/${path}`, { bytes });
const table = (page: Page) => page.getByRole('table', { name: 'Runs' });
const scroller = (page: Page) => page.getByRole('region', { name: 'Runs' });
const names = (page: Page) => table(page).getByRole('rowheader').allInnerTexts();
const heads = (page: Page) => table(page).getByRole('columnheader').allInnerTexts();

it('shows what differs first, and the rest behind it', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/runs?experiment=fruit');
    expect(await names(page)).toEqual(['large net', 'small net']);
    expect(await heads(page)).toEqual(['Run', 'State', 'Started', 'Took', 'accuracy', 'loss', 'layers', 'rate', 'seed']);
    await page.getByText('2 runs; newest first; 4 of 5 columns differ, those first').waitFor();
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'runs-differing-light-1280');
  }));

it('sorts by a column and filters in the grammar of MLflow, by the server, and keeps both in the address', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/runs?experiment=sweep');
    await page.getByLabel('Filter').fill("metrics.m00 < 5 AND params.half = '1'");
    await page.getByLabel('Filter').press('Enter');
    await table(page).getByRole('button', { name: 'm00', exact: true }).click();
    await page.waitForURL(/filter=.*sort=/);
    const values = async () => table(page).getByRole('row').locator('[aria-colindex="5"][role=cell]').allInnerTexts();
    await until('they stand in their order', async () => JSON.stringify(await values()) === '["1","3"]');
    await table(page).getByRole('button', { name: 'm00' }).click();
    await until('they stand the other way round', async () => JSON.stringify(await values()) === '["3","1"]');
    await page.reload();
    await ready(page);
    expect(await values()).toEqual(['3', '1']);
    expect(await page.getByLabel('Filter').inputValue()).toBe("metrics.m00 < 5 AND params.half = '1'");
    expect(await table(page).locator('[aria-sort]').getAttribute('aria-sort')).toBe('descending');
    await page.getByLabel('Filter').fill('m00 below 5');
    await page.getByLabel('Filter').press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('HF-MLF-008');
  }));

it('draws the rows and columns on the screen alone, and reaches the last of both', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/runs?experiment=sweep&sort=attributes.run_name');
    expect(await table(page).getAttribute('aria-colcount')).toBe(String(4 + many.metrics + 2));
    await until('the last run is there', async () => {
      await scroller(page).evaluate((box) => box.scrollTo(0, 1_000_000));
      return (await page.getByRole('link', { name: 'sweep-249' }).count()) === 1;
    });
    await page.getByText('250 runs; ').waitFor();
    await scroller(page).evaluate((box) => box.scrollTo(1_000_000, box.scrollTop));
    await table(page).getByRole('columnheader', { name: 'seed' }).waitFor();
    expect(await names(page)).toContain('sweep-249');
    expect(await table(page).getByRole('cell').count()).toBeLessThan(700);
    await shoot(page, 'runs-many-light-1280', 'window');
    expect(await violations(page)).toEqual([]);
  }));

it('compares the runs that were chosen, by the keyboard alone', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/runs?experiment=fruit');
    for (const name of ['large net', 'small net']) {
      await page.getByRole('checkbox', { name: `Choose ${name}` }).focus();
      await page.keyboard.press('Space');
    }
    await page.getByRole('link', { name: 'Compare' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Compare runs' }).waitFor();
    await ready(page);
    const lines = await page.getByRole('region', { name: 'Side by side' }).getByRole('rowheader').allInnerTexts();
    expect(lines).toEqual(['state', 'took', 'accuracy', 'loss', 'layers', 'rate', 'seed']);
    await page.getByText('2 runs; 4 of 5 params and metrics differ.').waitFor();
    expect(await page.locator('svg.parallel path').count()).toBe(2);
    await page.getByRole('button', { name: 'Table: Parallel coordinates' }).click();
    const cells = page.getByRole('region', { name: 'Parallel coordinates, as a table' }).locator('tbody tr').first();
    expect(await cells.innerText()).toMatch(/small net\s+0.91\s+0.05\s+2\s+0.01/);
    expect(await violations(page)).toEqual([]);
  }));

it('draws a metric with its spike, and says what it has left out', () =>
  visit.withPage(async (page) => {
    await visit.open(page, `/runs/${visit.house.runs[1]}`);
    const chart = page.getByRole('group', { name: 'loss' });
    expect(await chart.innerText()).toMatch(
      /^(\d+|1,000) points of 2,500 drawn: of each stretch of steps the least and the greatest; 0.0004 to 7, last 0.0004\./,
    );
    await chart.getByRole('button', { name: 'Table: loss' }).click();
    await chart.getByRole('row', { name: '1234 7', exact: true }).waitFor();
  }));

it('follows a run that a client is still logging', () =>
  visit.withPage(async (page) => {
    const { client } = visit.house;
    const { id } = await client.call('runCreate', { body: { experiment: 'growing', name: 'in the making' } });
    const log = (steps: readonly number[]) =>
      client.call('runLog', { params: { id }, body: { metrics: steps.map((step) => ({ key: 'loss', value: 1 / (step + 1), step })) } });
    await log([0, 1]);
    await visit.open(page, `/runs/${id}`);
    await page.getByText('2 points, all drawn').waitFor();
    await log([2, 3, 4]);
    await page.getByText('5 points, all drawn').waitFor({ timeout: 15_000 });
    await visit.open(page, '/runs?experiment=growing');
    await client.call('runCreate', { body: { experiment: 'growing', name: 'the next one' } });
    await page.getByRole('link', { name: 'the next one' }).waitFor({ timeout: 25_000 });
    await client.call('runLog', { params: { id }, body: { state: 'finished' } });
  }));

it('lists the files of a run, and shows text as text, a table as a table and an image as an image, up to a size that it says', () =>
  visit.withPage(async (page) => {
    const [run] = visit.house.runs;
    const faults = watchFaults(page);
    const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    const root = ((await (await visit.house.client.raw('GET', `/api/2.0/mlflow/runs/get?run_id=${run}`)).json()) as { run: { info: { artifact_uri: string } } })
      .run.info.artifact_uri;
    const store = root.replace(/^mlflow-artifacts:\/*/, '');
    const page_text = '<script>document.title = "taken over"</script>';
    await keep(`${store}/plots/dot.png`, pixel);
    await keep(`${store}/page.html`, Buffer.from(page_text));
    await keep(`${store}/scores.csv`, Buffer.from('name,score\n"ripe, red",0.9\ngreen,0.8\n'));
    await keep(`${store}/long.log`, Buffer.alloc(300_000, 'line of a log\n'));
    await visit.open(page, `/runs/${run}`);
    const list = page.getByRole('region', { name: 'Artifacts' });
    expect(await list.getByRole('rowheader').allInnerTexts()).toEqual(['long.log', 'page.html', 'plots/', 'scores.csv']);
    await list.getByRole('button', { name: 'page.html' }).click();
    expect(await page.getByRole('region', { name: 'Text of page.html' }).innerText()).toBe(page_text);
    await list.getByRole('button', { name: 'scores.csv' }).click();
    await page.getByText('2 rows, 2 columns.').waitFor();
    await page.getByRole('rowheader', { name: 'ripe, red' }).waitFor();
    await list.getByRole('button', { name: 'long.log' }).click();
    await page.getByText('The first 256 KiB of 293 KiB.').waitFor();
    expect(await violations(page)).toEqual([]);
    await list.getByRole('button', { name: 'plots/' }).click();
    await list.getByRole('button', { name: 'dot.png' }).click();
    const image = page.getByRole('img', { name: 'plots/dot.png' });
    await until('the image is decoded', () => image.evaluate((it: HTMLImageElement) => it.complete && it.naturalWidth === 1));
    await page.reload();
    await image.waitFor();
    await shoot(page, 'run-artifact-light-1280');
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual({ errors: [], failed: new Set() });
  }));
