// bench: the table of runs with 1,000 runs of 100 metrics each, in a headless Chromium against a real server on this machine: how soon the first row is
// there, how long a sort and a filter take, and whether scrolling stays smooth, down and across. Floor: the same page of the same server without a run,
// in the same run. Then ten runs beside each other with ten charts of 10,000 steps each. Arguments: how many runs (default 1,000).

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@holdfast/client';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../tests/e2e/browser.ts';
import { ServerProgram } from '../tests/load/product.ts';
import { atMost, quantile, report, seen } from '../tests/load/report.ts';
import { build } from '../tools/build-steps.ts';

const runs = Number(process.argv[2] ?? 1_000);
const metrics = 100;
const visits = 5;
const scroll_ms = 3_000;
const charted = { runs: 10, charts: 10, steps: 10_000, batch: 1_000 };

/** A sweep: ten params of which three differ, a hundred metrics. */
async function seed(client: Client): Promise<void> {
  for (let i = 0; i < runs; i++) {
    const { id } = await client.call('runCreate', { body: { experiment: 'sweep', name: `sweep-${String(i).padStart(5, '0')}` } });
    const params = Object.fromEntries(Array.from({ length: 10 }, (_, p) => [`param-${p}`, p < 3 ? String((i * (p + 3)) % 17) : 'same']));
    const points = Array.from({ length: metrics }, (_, m) => ({ key: `metric-${String(m).padStart(3, '0')}`, value: Math.sin(i * 12.9898 + m * 78.233) }));
    await client.call('runLog', { params: { id }, body: { params, metrics: points, state: 'finished' } });
  }
}

/** Runs that were trained for long: the ids. */
async function seedLong(client: Client): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < charted.runs; i++) {
    const { id } = await client.call('runCreate', { body: { experiment: 'long', name: `long-${i}` } });
    ids.push(id);
    const each = charted.batch / charted.charts;
    for (let step = 0; step < charted.steps; step += each) {
      const points = Array.from({ length: charted.batch }, (_, at) => ({ key: `metric-${at % charted.charts}`, step: step + Math.floor(at / charted.charts) }));
      const metrics = points.map((point) => ({ ...point, value: Math.sin(point.step / 500 + i) + 0.1 * Math.sin(point.step * 12.9898) }));
      await client.call('runLog', { params: { id }, body: { metrics } });
    }
  }
  return ids;
}

/** Milliseconds until every chart of the comparison is drawn, and the frames while the page is scrolled. */
async function compare(browser: Browser, url: string): Promise<{ drawn_ms: number; scrolled: number[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const drawn: number[] = [];
  for (let i = 0; i < visits; i++) {
    await page.goto('about:blank');
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction((charts) => document.querySelectorAll('.plot canvas').length === charts, charted.charts, { timeout: 60_000 });
    drawn.push(await page.evaluate(() => performance.now()));
  }
  const scrolled = await frames(page, 'html', 0, 60);
  await page.close();
  return { drawn_ms: quantile(drawn, 0.5), scrolled };
}

/** Milliseconds from the start of the navigation, its code in the cache of the browser. */
async function visit(page: Page, url: string, wanted: string): Promise<number> {
  await page.goto('about:blank');
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator(wanted).first().waitFor({ timeout: 60_000 });
  return page.evaluate(() => performance.now());
}

async function visitsOf(browser: Browser, url: string, wanted: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await visit(page, url, wanted);
  const found: number[] = [];
  for (let i = 0; i < visits; i++) found.push(await visit(page, url, wanted));
  await page.close();
  return quantile(found, 0.5);
}

/** Milliseconds from frame to frame while the table is scrolled; nothing to scroll: the bare frames of the browser. */
const frames = (page: Page, selector: string, x: number, y: number): Promise<number[]> =>
  page.evaluate(
    ({ selector, x, y, scroll_ms }) =>
      new Promise<number[]>((resolve) => {
        const box = document.querySelector(selector);
        const found: number[] = [];
        const started = performance.now();
        let last = started;
        const next = (now: number) => {
          found.push(now - last);
          last = now;
          const at_end = box && (x > 0 ? box.scrollLeft + box.clientWidth >= box.scrollWidth - 1 : box.scrollTop + box.clientHeight >= box.scrollHeight - 1);
          if (at_end) box.scrollTo(0, 0);
          else box?.scrollBy(x, y);
          if (now - started < scroll_ms) requestAnimationFrame(next);
          else resolve(found.slice(2));
        };
        requestAnimationFrame(next);
      }),
    { selector, x, y, scroll_ms },
  );

const first_row = '[role=table] [role=rowheader] a';

/** From the click on a head to the rows in their new order. */
async function sort(page: Page): Promise<number> {
  const before = await page.locator(first_row).first().innerText();
  const started = performance.now();
  await page.getByRole('button', { name: 'metric-000', exact: true }).click();
  await page.waitForFunction(([selector, was]) => document.querySelector(selector!)?.textContent !== was, [first_row, before]);
  return performance.now() - started;
}

async function filter(page: Page): Promise<number> {
  const box = page.getByLabel('Filter');
  await box.fill("metrics.`metric-001` > 0.99 AND params.`param-0` = '3'");
  const before = await page.locator('.panel .note').first().innerText();
  const started = performance.now();
  await box.press('Enter');
  await page.waitForFunction((was) => document.querySelector('.panel .note')?.textContent !== was, before);
  return performance.now() - started;
}

/** Scrolls until every run is loaded. */
async function loadAll(page: Page): Promise<void> {
  const all = page.locator(`[aria-rowcount="${runs + 1}"]`);
  for (let i = 0; i < 600 && (await all.count()) === 0; i++) {
    await page.locator('.scroll.tall').evaluate((box) => box.scrollTo(0, 1_000_000_000));
    await page.waitForTimeout(50);
  }
  await all.waitFor({ timeout: 1_000 });
  await page.locator('.scroll.tall').evaluate((box) => box.scrollTo(0, 0));
}

async function atWork(browser: Browser, url: string) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await visit(page, url, first_row);
  const sorts: number[] = [];
  for (let i = 0; i < visits; i++) sorts.push(await sort(page));
  await loadAll(page);
  const down = await frames(page, '.scroll.tall', 0, 400);
  const cells = await page.locator('[role=cell]').count();
  const across = await frames(page, '.scroll.tall', 120, 0);
  const filtered_ms = await filter(page);
  await page.close();
  return { sorted_ms: quantile(sorts, 0.5), down, across, cells, filtered_ms };
}

build({ web: true });
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
const server = new ServerProgram({ folder: path.join(folder, 'house'), args: ['--no-auth'] });
const browser = await openBrowser();
try {
  const { url } = (await server.up()).server;
  const floor = await visitsOf(browser, `${url}/runs`, '.empty');
  const bare = await browser.newPage();
  await bare.goto(`${url}/runs`);
  const floor_frames = await frames(bare, '.none', 0, 0);
  await bare.close();
  await seed(new Client({ url }));
  const first = await visitsOf(browser, `${url}/runs?experiment=sweep`, first_row);
  const { sorted_ms, down, across, cells, filtered_ms } = await atWork(browser, `${url}/runs?experiment=sweep`);
  const long = await seedLong(new Client({ url }));
  const { drawn_ms, scrolled } = await compare(browser, `${url}/run-compare?runs=${long.join(',')}`);
  const longest = (of: readonly number[]) => `longest ${Math.round(Math.max(...of))} ms`;
  report('web-runs', [
    seen('no run: the page says so', floor, 'ms', 'the floor, code in the cache'),
    atMost(`${runs} runs x ${metrics} metrics: first row`, first, 'ms', 1_000, `${(first / floor).toFixed(1)} x the floor`),
    atMost('sort by a metric, click to rows', sorted_ms, 'ms', 500),
    atMost('filter by a metric and a param, key to rows', filtered_ms, 'ms', 500),
    seen('frames without a run, p95', quantile(floor_frames, 0.95), 'ms', 'the floor'),
    atMost('frames while scrolling down 400 px a frame, all loaded, p95', quantile(down, 0.95), 'ms', 34, longest(down)),
    atMost('frames while scrolling across 120 px a frame, p95', quantile(across, 0.95), 'ms', 34, longest(across)),
    atMost('cells drawn at once', cells, 'cells', 700),
    atMost(
      `${charted.charts} charts x ${charted.runs} runs x ${charted.steps} steps: all drawn`,
      drawn_ms,
      'ms',
      3_000,
      'at most 1,000 points a run and chart',
    ),
    atMost('frames while they are scrolled, p95', quantile(scrolled, 0.95), 'ms', 34, longest(scrolled)),
  ]);
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
