// tests/e2e: every page of the UI in a real browser, against a real server with real devices.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContext, shoot, violations, watchErrors } from './browser.ts';
import { type House, until } from './house.ts';
import { type Visit, ready, startVisit } from './visit.ts';

let visit: Visit;
let house: House;

const open = (page: Page, path: string): Promise<void> => visit.open(page, path);
const withPage = (act: (page: Page) => Promise<void>): Promise<void> => visit.withPage(act);

beforeAll(async () => {
  visit = await startVisit();
  house = visit.house;
});
afterAll(() => visit?.end());

const pages: readonly (readonly [string, () => string])[] = [
  ['overview', () => '/'],
  ['devices', () => '/devices'],
  ['device', () => `/devices/${house.devices[1]!.id}`],
  ['drift', () => '/drift'],
  ['drift-cell', () => `/drift?device=${house.devices[1]!.id}&feature=input.width`],
  ['alerts', () => '/alerts'],
  ['models', () => '/models'],
  ['model', () => '/models/fruit'],
  ['version', () => '/models/fruit/2'],
  ['rollouts', () => '/rollouts'],
  ['rollout', () => `/rollouts/${house.rollout}`],
  ['workflows', () => '/workflows'],
  ['workflow', () => '/workflows/fruit-retrain'],
  ['execution', () => `/executions/${house.execution}?step=train`],
  ['waits-for-labels', () => `/executions/${house.learning}`],
  ['samples', () => '/samples'],
  ['datasets', () => '/datasets'],
  ['dataset', () => '/datasets/fruit-train'],
  ['runs', () => '/runs'],
  ['run', () => `/runs/${house.run}`],
  ['settings', () => '/settings'],
  ['settings-tokens', () => '/settings?section=tokens'],
  ['settings-join-tokens', () => '/settings?section=join-tokens'],
  ['settings-groups', () => '/settings?section=groups'],
  ['settings-monitors', () => '/settings?section=monitors'],
  ['audit', () => '/audit'],
  ['not-there', () => '/devices/dev_nowhere'],
];

const looks = (['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => [theme, width] as const));

describe.each(looks)('in %s at %i px', (theme, width) => {
  let context: BrowserContext;
  beforeAll(async () => {
    context = await openContext(visit.browser, visit.state, theme, width);
  });
  afterAll(() => context.close());

  it.each(pages)('the page %s loads without an error, fits the width and has no fault that axe finds', async (name, path) => {
    const page = await context.newPage();
    const errors = watchErrors(page);
    await open(page, path());
    await shoot(page, `${name}-${theme}-${width}`);
    expect(await violations(page)).toEqual([]);
    expect(errors).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.close();
  });

  it('the sign-in does too', async () => {
    const stranger = await openContext(visit.browser, { cookies: [], origins: [] }, theme, width);
    const page = await stranger.newPage();
    await open(page, '/login');
    await shoot(page, `login-${theme}-${width}`);
    expect(await violations(page)).toEqual([]);
    await stranger.close();
  });

  it('a dialog and the page of an alert do too', async () => {
    const { alerts } = await house.client.call('alertList', { query: {} });
    const page = await context.newPage();
    await open(page, `/devices/${house.devices[0]!.id}`);
    await page.getByRole('button', { name: 'Remove device' }).click();
    await page.getByRole('dialog').getByText('refused from now on').waitFor();
    expect(await violations(page)).toEqual([]);
    await open(page, `/alerts/${alerts[0]!.id}`);
    await shoot(page, `alert-${theme}-${width}`);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

describe('the sign-in', () => {
  it('takes a link once, and says the sentence of the server the second time', async () => {
    const link = await house.loginLink();
    const [first, second] = [await visit.browser.newContext(), await visit.browser.newContext()];
    const page = await first.newPage();
    await page.goto(link);
    await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
    const again = await second.newPage();
    await again.goto(link);
    await again.getByRole('alert').waitFor();
    expect(await again.getByRole('alert').innerText()).toMatch(/HF-ACCESS-\d{3}/);
    expect(await violations(again)).toEqual([]);
    await shoot(again, 'login-refused-light-1280');
    await Promise.all([first.close(), second.close()]);
  });

  it('turns a stranger to the sign-in, and back to the page after it', async () => {
    const context = await visit.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${house.url}/models`);
    await page.getByLabel('Name').fill('ada');
    await page.getByRole('textbox', { name: 'Passphrase' }).fill('a long enough passphrase');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Models', level: 1 }).waitFor();
    await context.close();
  });
});

describe('what is shown', () => {
  it('says in one sentence what is wrong', () =>
    withPage(async (page) => {
      await open(page, '/');
      expect(await page.locator('h1').innerText()).toMatch(/1 of 3 devices is drifted; an alert is open/);
    }));

  it('has in the table of a chart the values that the server counted', () =>
    withPage(async (page) => {
      const [device, feature] = [house.devices[1]!.id, 'input.width'];
      const detail = await house.client.call('driftDetail', { query: { device, feature } });
      await open(page, `/drift?device=${device}&feature=${feature}`);
      await page.getByRole('button', { name: `Table: Distribution of ${feature}` }).click();
      const cells = await page
        .locator('table.twin tbody tr')
        .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
      expect(cells.map((row) => Number(row[0]!.replaceAll(',', '')))).toEqual(detail.reference.counts);
      expect(cells.map((row) => Number(row[2]!.replaceAll(',', '')))).toEqual(detail.current.counts);
    }));

  it('computes in the browser the distance that the server has judged by', () =>
    withPage(async (page) => {
      const [device, feature] = [house.devices[1]!.id, 'input.width'];
      const { history } = await house.client.call('driftDetail', { query: { device, feature } });
      expect(history.map((row) => row.drifted)).toEqual([false, false, false, true, true, true]);
      for (const judged of history) {
        await open(page, `/drift?device=${device}&feature=${feature}&window=${judged.id}`);
        expect(Number(await page.locator('[data-reading=distance]').innerText())).toBeCloseTo(judged.distance, 3);
      }
    }));

  it('draws as many buckets as its sentence says, and the same in its table', () =>
    withPage(async (page) => {
      const id = house.devices[0]!.id;
      await open(page, `/devices/${id}?range=15m`);
      const chart = page.getByRole('group', { name: 'Inferences a second' });
      const [, buckets, points] = /(\d+) buckets? of (\d+) points?, min and max kept/.exec(await chart.innerText())!;
      expect(Number(points)).toBe(60);
      await chart.getByRole('button', { name: /^Table/ }).focus();
      await page.keyboard.press('t');
      expect(await chart.locator('tbody tr').count()).toBe(Number(buckets));
    }));

  it('shows a log in its order, in colour, with an address for a line', () =>
    withPage(async (page) => {
      await open(page, `/executions/${house.execution}?step=train`);
      const log = page.getByRole('log');
      await log.evaluate((box) => box.scrollTo(0, 0));
      await log.getByText('ready').waitFor();
      expect(await log.locator('.a-32').first().innerText()).toBe('ready');
      await log.getByRole('link', { name: 'Address of line 2', exact: true }).click();
      await page.waitForURL(/line=\d+/);
      await page.reload();
      await page.locator('.log-line.is-chosen').waitFor();
      expect(await page.locator('.log-line.is-chosen').innerText()).toContain('epoch 1 ');
    }));

  it('says the sentence, the hint and the code of the server where something does not exist', () =>
    withPage(async (page) => {
      await open(page, '/devices/dev_nowhere');
      const note = await page.getByRole('alert').first().innerText();
      expect(note).toContain('dev_nowhere');
      expect(note).toMatch(/HF-[A-Z]+-\d{3}/);
    }));

  it('says the sentence of the server in the form that it refuses', () =>
    withPage(async (page) => {
      await open(page, '/models/fruit/2');
      await page.getByRole('button', { name: 'Roll out' }).click();
      await page.getByRole('dialog').getByLabel('Waves').fill('many');
      await page.getByRole('dialog').getByRole('button', { name: 'Roll out' }).click();
      expect(await page.getByRole('dialog').getByRole('alert').innerText()).toMatch(/HF-[A-Z]+-\d{3}/);
      expect(await violations(page)).toEqual([]);
      await shoot(page, 'dialog-light-1280');
    }));
});

describe('what changes', () => {
  it('arrives without a reload', () =>
    withPage(async (page) => {
      await open(page, '/devices');
      await page.locator('.live.is-live').waitFor();
      await page.evaluate(() => ((globalThis as { same_page?: boolean }).same_page = true));
      await house.client.call('devicePatch', { params: { id: house.devices[2]!.id }, body: { name: 'belt-3-renamed' } });
      await page.getByRole('link', { name: 'belt-3-renamed' }).waitFor({ timeout: 10_000 });
      expect(await page.evaluate(() => (globalThis as { same_page?: boolean }).same_page)).toBe(true);
    }));

  it('asks the server at most twice for a page that is opened by a link', () =>
    withPage(async (page) => {
      await open(page, '/');
      await page.locator('.live.is-live').waitFor();
      for (const [name, heading] of [
        ['Devices', 'Devices'],
        ['Alerts', 'Alerts'],
        ['Rollouts', 'Rollouts'],
        ['Workflows', 'Workflows'],
        ['Datasets', 'Datasets'],
        ['Drift', 'Drift'],
        ['Runs', 'Runs'],
        ['Audit', 'Audit'],
      ]) {
        const asked: string[] = [];
        const hear = (request: { url(): string }) => request.url().includes('/api/') && asked.push(request.url());
        page.on('request', hear);
        await page.getByRole('navigation', { name: 'Pages', exact: true }).getByRole('link', { name: name!, exact: true }).click();
        await page.getByRole('heading', { name: heading!, level: 1 }).waitFor();
        await ready(page);
        page.off('request', hear);
        expect(asked.length, `${name}: ${asked.join(' ')}`).toBeLessThanOrEqual(2);
      }
    }));
});

describe('the keyboard', () => {
  /** Presses Tab until the focus is on what has this text or label; fails after a whole round of the page. */
  async function tabTo(page: Page, wanted: string): Promise<void> {
    for (let presses = 0; presses < 120; presses++) {
      await page.keyboard.press('Tab');
      const here = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '');
      if (here === wanted) return;
    }
    throw new Error(`Tab does not reach ${wanted}`);
  }

  const actions: readonly (readonly [string, () => string, string])[] = [
    ['open a device', () => '/devices', 'belt-1'],
    ['remove a device', () => `/devices/${house.devices[0]!.id}`, 'Remove device'],
    ['move an alias', () => '/models/fruit', 'Move alias'],
    ['roll out', () => '/models/fruit/2', 'Roll out'],
    ['open a rollout', () => '/rollouts', 'fruit 2'],
    ['start a workflow', () => '/workflows/fruit-retrain', 'Start'],
    ['choose a step', () => `/executions/${house.execution}`, 'train'],
    ['open a version of a dataset', () => '/datasets/fruit-train', 'version 1'],
    ['make a token', () => '/settings?section=tokens', 'Make a token'],
    ['make a join token', () => '/settings?section=join-tokens', 'Make a join token'],
  ];

  it.each(actions)('reaches: %s', (_, path, wanted) =>
    withPage(async (page) => {
      await open(page, path());
      await tabTo(page, wanted);
      expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).not.toBe('none');
    }),
  );

  it('acknowledges an alert with a reason, by the keyboard alone', () =>
    withPage(async (page) => {
      const { alerts } = await house.client.call('alertList', { query: { state: 'open' } });
      await open(page, `/alerts/${alerts[0]!.id}`);
      await tabTo(page, 'Acknowledge');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByLabel('Reason').waitFor();
      await until('the reason has the focus', () => page.evaluate(() => document.activeElement instanceof HTMLInputElement));
      await page.keyboard.type('the new sieve');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      const after = await house.client.call('alertShow', { params: { id: alerts[0]!.id } });
      expect(after.acknowledged).toMatchObject({ by: 'user:ada', reason: 'the new sieve' });
    }));
});
