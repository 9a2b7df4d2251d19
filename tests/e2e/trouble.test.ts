// tests/e2e: bad days: the stream is cut, the server is away, answers are slow, one of them fails. What is shown says so, and mends itself.
import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openContext, shoot, violations, watchFaults } from './browser.ts';
import { type Visit, startVisit } from './visit.ts';

let visit: Visit;
beforeAll(async () => {
  visit = await startVisit();
});
afterEach(() => visit.house.up());
afterAll(() => visit?.end());

const live = (page: Page) => page.locator('.live.is-live').waitFor({ timeout: 20_000 });
const clock = String.raw`\d\d:\d\d:\d\d`;

describe('a stream that is cut', () => {
  it('is told with the time since when, what is shown is asked for without it, and it is taken up again by itself', () =>
    visit.withPage(async (page) => {
      const stream = (url: URL) => url.pathname === '/api/v1/stream';
      await page.route(stream, (route) => route.abort());
      await visit.open(page, '/devices');
      await page
        .getByText(new RegExp(`The live stream is gone since ${clock}. This page asks every 15 seconds until it is back.`))
        .waitFor({ timeout: 20_000 });
      expect(await page.locator('.live').innerText()).toMatch(new RegExp(`^stale since ${clock}$`));
      expect(await violations(page)).toEqual([]);
      await shoot(page, 'stream-cut-light-1280');
      const third = visit.house.devices[2]!.id;
      await visit.house.client.call('devicePatch', { params: { id: third }, body: { name: 'belt-3-without-a-stream' } });
      await page.getByRole('link', { name: 'belt-3-without-a-stream' }).waitFor({ timeout: 25_000 });
      await page.unroute(stream);
      await live(page);
      await page.locator('.connection').waitFor({ state: 'detached' });
      await visit.house.client.call('devicePatch', { params: { id: third }, body: { name: 'belt-3' } });
      await page.getByRole('link', { name: 'belt-3', exact: true }).waitFor({ timeout: 10_000 });
    }));

  it('is found dead where nothing is heard of it, though the connection looks open', () =>
    visit.withPage(async (page) => {
      await page.clock.install();
      await visit.open(page, '/devices');
      await live(page);
      const asked: string[] = [];
      const again = () => asked.some((url) => url.endsWith('/api/v1/stream'));
      page.on('request', (request) => asked.push(request.url()));
      // the server's own beat, every 20 seconds of its clock, may fall between: then the stream is not silent, and it is tried anew, from wherever that was
      await page.clock.fastForward(40_000);
      expect(await page.locator('.live').innerText()).toBe('live');
      await page.clock.runFor(15_000);
      for (let tries = 0; tries < 3 && !again(); tries++) await page.clock.runFor(55_000);
      expect(again()).toBe(true);
      await live(page);
    }));
});

describe('a server that is away', () => {
  it('is told once on every page, with the time of its last answer; what was known stays, and all of it comes back', () =>
    visit.withPage(async (page) => {
      const faults = watchFaults(page);
      await visit.open(page, '/');
      await live(page);
      await page.waitForTimeout(5_000); // the code of the other pages is loaded ahead
      await visit.house.down();
      await page.getByText(new RegExp(`The server has not answered since ${clock}. What is shown is from ${clock} or before.`)).waitFor({ timeout: 30_000 });
      expect(await page.getByRole('alert').count()).toBe(1);
      await page.locator('.panel.is-old').first().waitFor({ timeout: 20_000 });
      expect(await page.locator('h1').innerText()).toMatch(/1 of 3 devices is drifted/);
      expect(await violations(page)).toEqual([]);
      await shoot(page, 'server-away-light-1280');
      await page.getByRole('link', { name: 'Rollouts', exact: true }).click();
      await page.getByRole('heading', { name: 'Rollouts', level: 1 }).waitFor();
      await page.getByText('HF-CLI-003').waitFor();
      expect(await page.locator('.panel.is-old').count()).toBe(0);
      await shoot(page, 'server-away-new-page-light-1280');
      await visit.house.up();
      await page.getByRole('link', { name: 'fruit 2' }).waitFor({ timeout: 30_000 });
      await live(page);
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(await page.locator('.panel.is-old').count()).toBe(0);
      expect(faults.errors).toEqual([]);
      expect([...faults.failed].filter((one) => !/^no answer \/(api|health)/.test(one))).toEqual([]);
    }));
});

describe('an answer that fails', () => {
  it('is told in its own panel; the others stay, and it mends itself', () =>
    visit.withPage(async (page) => {
      const alerts = (url: URL) => url.pathname === '/api/v1/alerts';
      const fail = (route: Route) => route.fulfill({ status: 503, body: 'upstream is busy' });
      await page.route(alerts, fail);
      await visit.open(page, '/');
      const panel = page.locator('.panel', { has: page.getByRole('heading', { name: 'Open alerts' }) });
      await panel.getByRole('alert').waitFor();
      await live(page);
      await page
        .locator('.panel', { has: page.getByRole('heading', { name: 'Health by model version' }) })
        .getByText('fruit 2')
        .waitFor();
      await shoot(page, 'one-panel-failed-light-1280');
      await page.unroute(alerts);
      await panel.getByText('Drift of fruit').or(panel.locator('li')).first().waitFor({ timeout: 25_000 });
      expect(await panel.getByRole('alert').count()).toBe(0);
    }));
});

describe('answers that are slow', () => {
  const pages: readonly (readonly [string, () => string])[] = [
    ['overview', () => '/'],
    ['devices', () => '/devices'],
    ['device', () => `/devices/${visit.house.devices[1]!.id}`],
    ['drift-cell', () => `/drift?device=${visit.house.devices[1]!.id}&feature=input.width`],
    ['samples', () => '/samples'],
    ['workflow', () => '/workflows/fruit-retrain'],
    ['version', () => '/models/fruit/2'],
  ];

  /** How far things jumped that a reader did not move: the layout shift score (W3C Layout Instability), of which 0.1 counts as good. */
  async function watchShifts(page: Page): Promise<() => Promise<number>> {
    await page.addInitScript(() => {
      const seen = globalThis as { shift?: number };
      seen.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.shift! += (entry as PerformanceEntry & { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
    });
    return () => page.evaluate(() => (globalThis as { shift?: number }).shift!);
  }

  it.each(pages.flatMap(([name, path]) => [1280, 360].map((width) => [name, width, path] as const)))(
    'leave on the page %s at %i px a place where they will be, and nothing jumps when they come',
    async (name, width, path) => {
      const context = await openContext(visit.browser, visit.state, 'light', width);
      const page = await context.newPage();
      const shift = await watchShifts(page);
      let letThrough = () => {};
      const seen_waiting = new Promise<void>((resolve) => (letThrough = resolve));
      await page.route('**/api/v1/**', async (route) => {
        const frame_of_the_page = route.request().url().endsWith('/api/v1/session'); // without it there is no place yet
        await Promise.all([frame_of_the_page || seen_waiting, new Promise((resolve) => setTimeout(resolve, 700))]);
        await route.continue().catch(() => undefined); // the page was closed meanwhile
      });
      await page.goto(visit.house.url + path());
      await page.locator('main h1').waitFor();
      await page.locator('.waiting').first().waitFor();
      await shoot(page, `waiting-${name}-light-${width}`, 'window');
      letThrough();
      await page.waitForFunction(() => document.querySelector('.waiting') === null);
      await page.waitForTimeout(300);
      expect(await shift()).toBeLessThan(0.1);
      await context.close();
    },
  );
});
