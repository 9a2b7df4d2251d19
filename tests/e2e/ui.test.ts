// tests/e2e: every page of the UI in a real browser, against a real server with real devices.
import { addCounts, readFeature } from '@holdfast/stats';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutOff, openContext, shoot, violations } from './browser.ts';
import { type House, until } from './house.ts';
import { type Visit, type Walk, ready, startVisit, startWalk } from './visit.ts';

let visit: Visit;
let house: House;

const open = (page: Page, path: string): Promise<void> => visit.open(page, path);
const withPage = (act: (page: Page) => Promise<void>): Promise<void> => visit.withPage(act);

beforeAll(async () => {
  visit = await startVisit();
  house = visit.house;
});
afterAll(() => visit?.end());

/** Pages, and which answers of theirs fail: of a page that is well, none. */
const pages: readonly (readonly [string, () => string, failed?: readonly string[]])[] = [
  ['overview', () => '/'],
  ['devices', () => '/devices'],
  ['device', () => `/devices/${house.devices[1]!.id}`],
  ['drift', () => '/drift'],
  ['drift-cell', () => `/drift?device=${house.devices[1]!.id}&feature=input.width`],
  ['reports', () => '/reports'],
  ['report-of-a-device', () => `/reports?device=${house.devices[1]!.name}&days=30`],
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
  ['run-compare', () => `/run-compare?runs=${house.runs.join(',')}`],
  ['settings', () => '/settings'],
  ['settings-tokens', () => '/settings?section=tokens'],
  ['settings-join-tokens', () => '/settings?section=join-tokens'],
  ['settings-groups', () => '/settings?section=groups'],
  ['settings-monitors', () => '/settings?section=monitors'],
  ['settings-channels', () => '/settings?section=channels'],
  ['audit', () => '/audit'],
  ['rollouts-under-way', () => '/rollouts?state=under_way'],
  ['workflows-running', () => '/workflows?state=running'],
  ['not-there', () => '/devices/dev_nowhere', ['404 /api/v1/devices/dev_nowhere', '404 /api/v1/devices/dev_nowhere/timeline']],
];

const looks = (['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => [theme, width] as const));

describe.each(looks)('in %s at %i px', (theme, width) => {
  let walk: Walk;
  beforeAll(async () => {
    walk = await startWalk(visit, theme, width);
  });
  afterAll(() => walk?.end());

  it.each(pages.map(([name, path, failed = []]) => [name, path, failed] as const))(
    'the page %s loads without an error, fits the width and has no fault that axe finds',
    async (name, path, failed) => {
      const { page, faults } = walk;
      walk.next();
      await open(page, path());
      await shoot(page, `${name}-${theme}-${width}`);
      expect(await violations(page)).toEqual([]);
      expect(faults).toEqual({ errors: [], failed: new Set(failed) });
      expect(await cutOff(page)).toEqual([]);
      expect(await page.locator('main').innerText()).not.toMatch(/\d{4,} d ago/);
    },
  );

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
    const { page } = walk;
    await open(page, `/devices/${house.devices[0]!.id}`);
    await page.getByRole('button', { name: 'Remove device' }).click();
    await page.getByRole('dialog').getByText('refused from now on').waitFor();
    expect(await violations(page)).toEqual([]);
    await open(page, `/alerts/${alerts[0]!.id}`);
    await shoot(page, `alert-${theme}-${width}`);
    expect(await violations(page)).toEqual([]);
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

  it('adds up the windows that are brushed, by keys or by the pointer, and tests them in the browser', () =>
    withPage(async (page) => {
      const [device, feature] = [house.devices[1]!.id, 'input.width'];
      const { windows, reference } = await house.client.call('driftWindows', { query: { device, feature } });
      const expected = (from: number) => readFeature(reference as never, windows.slice(from).reduce<number[]>((sum, w) => addCounts(sum, w.counts), reference.counts.map(() => 0))).distance; // prettier-ignore
      const brushed = async () => Number(await page.locator('[data-brushed=distance]').innerText());
      await open(page, `/drift?device=${device}&feature=${feature}`);
      expect(await brushed()).toBeCloseTo(expected(0), 3);
      await page.getByRole('slider', { name: 'From window' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.waitForURL(/from=/);
      expect(await brushed()).toBeCloseTo(expected(2), 3);
      const strip = (await page.locator('svg.brush').boundingBox())!;
      const at = (share: number) => [strip.x + strip.width * share, strip.y + strip.height / 2] as const;
      await page.mouse.move(...at(0.99));
      await page.mouse.down();
      await page.mouse.move(...at(1 - 2.5 / windows.length), { steps: 3 });
      await page.mouse.up();
      await page.getByText(`3 of ${windows.length}`, { exact: true }).waitFor();
      expect(await brushed()).toBeCloseTo(expected(windows.length - 3), 3);
      await page.reload();
      await ready(page);
      expect(await brushed()).toBeCloseTo(expected(windows.length - 3), 3);
    }));

  it('has a report with a table for each chart, and as one file without a fault that axe finds', () =>
    withPage(async (page) => {
      const report = await house.client.call('reportShow', { query: {} });
      await open(page, '/reports');
      const column = report.parts[0]!.columns.find((one) => one.picture?.kind === 'intervals')!;
      await page.getByRole('button', { name: `Table: ${column.name} of ${report.parts[0]!.title}` }).click();
      const cells = await page.locator('table.twin tbody tr').evaluateAll((rows) => rows.map((row) => row.querySelectorAll('td')[2]!.textContent));
      expect(cells.map((text) => Number(text!.replaceAll(',', '')))).toEqual(column.picture!.current.map(Math.round));
      const reply = await page.request.get(`${house.url}/api/v1/reports/drift?format=html`);
      const html = (await reply.text()).replace(/<meta http-equiv[^>]*>/, ''); // axe is a script
      for (const scheme of ['light', 'dark'] as const)
        for (const width of [1280, 360]) {
          await page.emulateMedia({ colorScheme: scheme });
          await page.setViewportSize({ width, height: 800 });
          await page.setContent(html);
          await shoot(page, `report-file-${scheme}-${width}`);
          expect(await violations(page)).toEqual([]);
          expect(await cutOff(page)).toEqual([]);
        }
    }));

  it('repeats a report of what is chosen, and shows what the schedule made', () =>
    withPage(async (page) => {
      await open(page, `/reports?device=${house.devices[1]!.name}`);
      await page.getByRole('button', { name: 'Repeat this report' }).click();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('dialog').getByLabel('Name').fill('each-week');
      await page.getByRole('dialog').getByRole('button', { name: 'Repeat this report' }).click();
      await until('the schedule has made a report', async () => (await house.client.call('reportList', {})).kept.length === 1);
      const kept = (await house.client.call('reportList', {})).kept[0]!;
      await open(page, `/reports?kept=${kept.id}`);
      await page.getByRole('heading', { name: `Drift of device ${house.devices[1]!.name}` }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Remove each-week' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove each-week' }).click();
      await page.getByText('No schedule yet.').waitFor();
    }));

  it.each([1280, 360])('scrolls through a long table from its first row to its last, at %i px', async (width) => {
    const context = await openContext(visit.browser, visit.state, 'light', width);
    const page = await context.newPage();
    const rows_wanted = 1_000;
    await page.route('**/api/v1/devices?*', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { rows: { id: string; name: string }[]; total: number };
      const many = Array.from({ length: rows_wanted }, (_, i) => ({ ...body.rows[0]!, id: `dev_${i}`, name: `camera-${String(i).padStart(4, '0')}` }));
      await route.fulfill({ response: answer, json: { ...body, rows: many, total: rows_wanted } });
    });
    await open(page, '/devices');
    const table = page.getByRole('region', { name: 'Devices' });
    for (const [top, name] of [
      [10_000_000, 'camera-0999'],
      [0, 'camera-0000'],
    ] as const) {
      await until(`${name} is there`, async () => {
        await table.evaluate((box, to) => box.scrollTo(0, to), top); // rows are measured as they come, so the end may move
        return (await page.getByRole('link', { name, exact: true }).count()) === 1;
      });
    }
    expect(await page.locator('tbody tr').count()).toBeLessThan(100);
    expect(await cutOff(page)).toEqual([]);
    await shoot(page, `long-table-light-${width}`, 'window');
    await context.close();
  });

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

  it.each([
    '/devices/dev_nowhere',
    '/models/nothing',
    '/models/fruit/77',
    '/rollouts/roll_nowhere',
    '/workflows/nothing',
    '/executions/exec_nowhere',
    '/alerts/alert_nowhere',
    '/datasets/nothing',
    '/runs/nothing',
    '/drift?device=zzz&feature=nope',
  ])('says it once: %s', (path) =>
    withPage(async (page) => {
      await open(page, path);
      await page.getByRole('alert').first().waitFor();
      expect(await page.getByRole('alert').allInnerTexts()).toEqual([expect.stringMatching(/HF-[A-Z]+-\d{3}/)]);
    }),
  );

  it('offers as examples of the audit filter what the audit writes', () =>
    withPage(async (page) => {
      const { rows } = await house.client.call('audit', { query: {} });
      await open(page, '/audit');
      const examples = (await page.getByLabel('Object').getAttribute('placeholder'))!.split(' or ');
      for (const example of examples) {
        const kind = new RegExp(
          `^${example
            .replace('…', '\\w+')
            .replace(/^[a-z]+(?=\/)/, '[a-z]+')
            .replace(/\d+$/, '\\d+')}$`,
        );
        const written = rows.find((row) => kind.test(row.object));
        expect(written, example).toBeDefined();
        await page.getByLabel('Object').fill(written!.object);
        await page.getByLabel('Object').press('Enter');
        await page.waitForURL(/object=/);
        await page.locator('tbody tr').first().waitFor();
      }
    }));

  it('leads from a count of what is under way to what it counts', () =>
    withPage(async (page) => {
      await open(page, '/');
      await page.getByRole('link', { name: '1 execution runs' }).click();
      await page.getByRole('region', { name: 'Running executions' }).getByRole('link', { name: house.learning }).waitFor();
      expect(await page.getByRole('region', { name: 'Running executions' }).locator('tbody tr').count()).toBe(1);
      await open(page, '/');
      await page.getByRole('link', { name: 'No rollout is under way' }).click();
      await page.getByText('No rollout is under way.').waitFor();
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
        ['Traces', 'Traces'],
        ['Models', 'Models'],
        ['Projects', 'Projects'],
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
    ['add a channel', () => '/settings?section=channels', 'Add a channel'],
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
