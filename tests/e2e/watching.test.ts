// tests/e2e: what the pages of drift, performance, alerts and reports say of a model whose features move together, whose values go missing or out of range, and
// whose truths are known; and that an alert and an estimate lead to their own samples.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutOff, shoot, violations } from './browser.ts';
import { until } from './house.ts';
import { type Press, addPress } from './press.ts';
import { type Visit, type Walk, ready, startVisit, startWalk } from './visit.ts';

let visit: Visit;
let press: Press;
const together = 'input.pressure with input.flow, together';

beforeAll(async () => {
  visit = await startVisit();
  press = await addPress(visit.house);
  await until('the press has its alerts', async () => (await alerts()).length > 1);
}, 180_000);
afterAll(() => visit?.end());

const alerts = async () => (await visit.house.client.call('alertList', { query: { state: 'open' } })).alerts.filter((one) => one.model === press.model);
const pairAlert = async () => (await alerts()).find((one) => one.features.some(({ name }) => name === press.pair))!;
const monitorAlert = async () => (await alerts()).find((one) => !one.features.some(({ name }) => name === press.pair))!;
const cell = (feature: string) => `/drift?${new URLSearchParams({ model: press.model, device: press.turned.id, feature })}`;
const table = async (page: Page, chart: string): Promise<string[][]> => {
  const group = page.getByRole('group', { name: chart, exact: true });
  await group.getByRole('button', { name: /^Table/ }).click();
  const rows = await group.locator('tbody tr').all();
  return Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
};

const looks = [
  ['light', 1600],
  ['dark', 360],
] as const;
const pages: readonly (readonly [string, () => string | Promise<string>])[] = [
  ['watched-pair', () => cell(press.pair)],
  ['watched-counters', () => cell('input.flow')],
  ['watched-words', () => cell('input.valve')],
  ['watched-model', () => `/models/${press.model}?by=label:line`],
  ['watched-alerts', () => '/alerts'],
  ['watched-alert', async () => `/alerts/${(await pairAlert()).id}`],
  ['watched-alert-of-a-monitor', async () => `/alerts/${(await monitorAlert()).id}`],
  ['watched-device', () => `/devices/${press.turned.id}`],
  ['watched-samples', () => '/samples'],
  ['watched-report', () => `/reports?model=${press.model}`],
  ['watched-channels', () => '/settings?section=channels'],
];

describe.each(looks)('in %s at %i px', (theme, width) => {
  let walk: Walk;
  beforeAll(async () => {
    walk = await startWalk(visit, theme, width);
  });
  afterAll(() => walk?.end());

  it.each(pages)('the page %s loads without an error, fits the width and has no fault that axe finds', async (name, path) => {
    const { page, faults } = walk;
    walk.next();
    await visit.open(page, await path());
    await shoot(page, `${name}-${theme}-${width}`);
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual({ errors: [], failed: new Set() });
    expect(await cutOff(page)).toEqual([]);
  });
});

describe('what is counted beside the bins', () => {
  it('is shown beside its rate in the reference: 0 as 0, and what nobody counted as not known', () =>
    visit.withPage(async (page) => {
      await visit.open(page, cell('input.flow'));
      expect(await table(page, 'Counters of input.flow')).toEqual([
        ['missing', '0 %, 0 of 3000', '3.33 %, 10 of 300'],
        ['of these, infinite', '0 %, 0 of 3000', '1.33 %, 4 of 300'],
        ['outside of the range of the reference', '0 %, 0 of 3000', '1.67 %, 5 of 300'],
      ]);
      const brushed = await table(page, 'Counters of input.flow of the brushed windows');
      expect(brushed.map((row) => row[2])).toEqual(['2.5 %, 30 of 1200', '1 %, 12 of 1200', '1.25 %, 15 of 1200']); // three of four windows are odd
      await visit.open(page, cell('input.valve'));
      expect((await table(page, 'Counters of input.valve')).at(-1)).toEqual(['never seen in the reference', '0 %, 0 of 3000', '2.67 %, 8 of 300']);
    }));

  it('is in the report of the model, in its table and in its one file', () =>
    visit.withPage(async (page) => {
      await visit.open(page, `/reports?model=${press.model}`);
      const row = page.getByRole('region', { name: 'Columns of press version 1' }).getByRole('row', { name: /^input\.flow / });
      await page
        .getByRole('region', { name: 'Columns of press version 1' })
        .getByRole('row', { name: /^input\.valve .*G test/ })
        .waitFor(); // words have no order
      expect(await row.innerText()).toMatch(/0 % → 1\.3 %\s+0\.\d+ %/);
      const path = (await page.getByRole('link', { name: 'One HTML file' }).getAttribute('href'))!;
      const file = await (await page.request.get(visit.house.url + path)).text();
      expect(file).toContain('outside of the range of the reference');
      expect(file).toContain('calibration by labels');
      expect(file.length).toBeLessThanOrEqual(200_000);
    }));
});

it('a pair is called by its two features, on the map, in its panels and in the alert', () =>
  visit.withPage(async (page) => {
    for (const path of [cell(press.pair), `/alerts/${(await pairAlert()).id}`, `/devices/${press.turned.id}`, `/reports?model=${press.model}`]) {
      await visit.open(page, path);
      expect(await page.locator('main').innerText()).not.toContain('pair.');
    }
    await visit.open(page, cell(press.pair));
    await page.getByRole('heading', { name: `Distribution of ${together}` }).waitFor();
    expect(await page.locator('table.heat thead').innerText()).toContain(together);
  }));

it('the performance of a model is cut by what its devices are, with AUROC, log-loss and calibration for each segment', () =>
  visit.withPage(async (page) => {
    const { client } = visit.house;
    await visit.open(page, `/models/${press.model}`);
    await page.getByRole('combobox', { name: 'Performance by' }).click();
    await page.getByRole('option', { name: 'by label: line' }).click();
    await page.waitForURL(/by=label/);
    const rows = page.getByRole('region', { name: 'Performance by segment' });
    await rows.getByRole('row', { name: /^2 / }).waitFor();
    const found = await client.call('modelPerformance', { params: { name: press.model }, query: { by: 'label:line' } });
    const { labelled } = found.segments.find((one) => one.segment === '2')!;
    const shown = await rows.getByRole('row', { name: /^2 / }).innerText();
    for (const value of [labelled!.auroc!, labelled!.log_loss!]) expect(shown).toContain(String(Number(value.toPrecision(4))));
    const bins = await table(page, 'Calibration by labels');
    expect(bins.map((row) => Number(row[1]))).toEqual(found.labelled!.reliability.map((bin) => bin.answers));
    await page.getByRole('combobox', { name: 'Performance by' }).click();
    expect(await page.getByRole('option', { name: 'by hardware: machine' }).count()).toBe(1);
  }));

it('the alerts say what false alarms are to be expected in the fleet, beside those that came', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/alerts');
    const { monitors } = await visit.house.client.call('monitorList', {});
    const sum = (of: (budget: (typeof monitors)[number]['budget']) => number) =>
      monitors.filter((one) => one.enabled).reduce((all, one) => all + of(one.budget), 0);
    expect(Number(await page.locator('[data-budget=expected]').innerText())).toBeCloseTo(
      sum((budget) => budget.expected),
      6,
    );
    expect(Number(await page.locator('[data-budget=alarms]').innerText())).toBe(sum((budget) => budget.alarms));
  }));

it('an alert leads to the samples of its devices since its onset, and out of them to all', () =>
  visit.withPage(async (page) => {
    const { client, devices } = visit.house;
    const alert = (await client.call('alertList', { query: { state: 'open' } })).alerts.find((one) => one.model === 'fruit')!;
    await visit.open(page, `/alerts/${alert.id}`);
    await page.getByRole('link', { name: /^Samples to look at/ }).click();
    await page.waitForURL(/\/samples\?/);
    await ready(page);
    const asked = new URL(page.url()).searchParams;
    expect([asked.get('devices'), Number(asked.get('since')) <= (alert.onset_ms ?? alert.since_ms)]).toEqual([
      alert.devices.map((one) => one.id).join(','),
      true,
    ]);
    const rows = page.getByRole('region', { name: 'Samples by device' });
    expect(await rows.innerText()).not.toContain(devices[0]!.name);
    await page.getByRole('button', { name: 'Of every device' }).click();
    await rows.getByText(devices[0]!.name).first().waitFor();
  }));

it('an estimate leads to the samples whose labels would settle it, and to no others', () =>
  visit.withPage(async (page) => {
    const { ask } = await visit.house.client.call('modelPerformance', { params: { name: 'fruit' }, query: {} });
    await visit.open(page, '/models/fruit');
    await page.getByRole('link', { name: /that would settle it$/ }).click();
    await page.waitForURL(/\/samples\?/);
    await ready(page);
    expect(new URL(page.url()).searchParams.get('ids')).toBe(ask.join(','));
    await page.getByText(`of ${ask.length} samples among those asked for`).waitFor();
  }));

it('a report is narrowed to a project, a version and the machines of a kind', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/reports?model=fruit');
    const choose = async (name: string, option: string) => {
      await page.getByRole('combobox', { name, exact: true }).click();
      await page.getByRole('option', { name: option, exact: true }).click();
      await ready(page);
    };
    await choose('version', '1');
    await page.getByText('No window was closed in this time.').waitFor();
    await choose('version', '2');
    await page.getByRole('heading', { name: 'fruit version 2', exact: true }).waitFor();
    await choose('hardware', 'architecture=arm64');
    await page.getByRole('heading', { name: /machines with architecture=arm64/ }).waitFor();
    await choose('project', 'default');
    await page.getByRole('heading', { name: /project default/ }).waitFor();
    await page.getByRole('button', { name: 'Repeat this report' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Repeat this report' }).click();
    await page.getByRole('region', { name: 'Schedules of reports' }).getByText('hardware architecture=arm64').waitFor();
  }));
