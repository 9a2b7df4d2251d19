// bench: the page of devices with 10,000 of them, in a headless Chromium against a real server on this machine: how soon the first row and all rows
// are there, how many bytes it takes, and whether it stays smooth. Floor: the same page of the same server with an empty fleet, in the same run.
// Arguments: how many devices (default 10,000).

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import pg from 'pg';
import { openBrowser } from '../tests/e2e/browser.ts';
import { quiet_report } from '../tests/load/device-wire.ts';
import { ServerProgram, embeddedConnection } from '../tests/load/product.ts';
import { atMost, quantile, report, seen } from '../tests/load/report.ts';
import { build } from '../tools/build-steps.ts';

const devices = Number(process.argv[2] ?? 10_000);
const visits = 5;
const scroll_ms = 3_000;

/** Devices as a fleet has them: two versions, ten sites, one in fifty not seen for an hour. */
async function seed(connection: pg.ClientConfig): Promise<void> {
  const database = new pg.Client(connection);
  await database.connect();
  try {
    await database.query(
      `insert into device (id, name, public_key, labels, platform, created_ms, last_seen_ms, reported, capture, poll_ms)
       select 'dev_bench' || i, 'camera-' || lpad(i::text, 6, '0'), 'key' || i,
         jsonb_build_object('site', 'site-' || i % 10, 'line', 'line-' || i % 97), '{"os":"linux","arch":"arm64","runtime":"node 18"}',
         $1::bigint, $1::bigint - case when i % 50 = 0 then 3600000 else 0 end,
         $2::jsonb || jsonb_build_object('current', jsonb_build_object('bundle', repeat('a', 64), 'model', 'parts', 'model_version', 1 + i % 2)),
         '{}', 600000
       from generate_series(1, $3::int) as i`,
      [Date.now(), JSON.stringify(quiet_report), devices],
    );
    await database.query('analyze device');
  } finally {
    await database.end();
  }
}

interface Visit {
  /** From the start of the navigation. */
  readonly first_ms: number;
  readonly all_ms: number;
  readonly answers_bytes: number;
}

/** Opens the page anew, its code in the cache of the browser. */
async function visit(page: Page, url: string, first: string, all: string): Promise<Visit> {
  await page.goto('about:blank');
  await page.goto(`${url}/devices`, { waitUntil: 'commit' });
  const since = (selector: string) =>
    page
      .locator(selector)
      .first()
      .waitFor({ timeout: 60_000 })
      .then(() => page.evaluate(() => performance.now()));
  const first_ms = await since(first);
  const all_ms = await since(all);
  const answers_bytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .reduce((sum, entry) => sum + (entry.name.includes('/api/') ? (entry as PerformanceResourceTiming).encodedBodySize : 0), 0),
  );
  return { first_ms, all_ms, answers_bytes };
}

const median = (of: readonly number[]): number => quantile(of, 0.5);

async function visitsOf(browser: Browser, url: string, first: string, all: string): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await visit(page, url, first, all);
  const seen_visits: Visit[] = [];
  for (let i = 0; i < visits; i++) seen_visits.push(await visit(page, url, first, all));
  await page.close();
  return {
    first_ms: median(seen_visits.map((v) => v.first_ms)),
    all_ms: median(seen_visits.map((v) => v.all_ms)),
    answers_bytes: median(seen_visits.map((v) => v.answers_bytes)),
  };
}

/** Milliseconds from frame to frame while something is scrolled a good part of a screen a frame; nothing to scroll: the bare frames of the browser. */
const frames = (page: Page, selector: string): Promise<number[]> =>
  page.evaluate(
    ({ selector, scroll_ms }) =>
      new Promise<number[]>((resolve) => {
        const box = document.querySelector(selector);
        const found: number[] = [];
        const started = performance.now();
        let last = started;
        const next = (now: number) => {
          found.push(now - last);
          last = now;
          box?.scrollBy(0, 400);
          if (now - started < scroll_ms) requestAnimationFrame(next);
          else resolve(found.slice(2));
        };
        requestAnimationFrame(next);
      }),
    { selector, scroll_ms },
  );

/** From the last key of a search to the rows that fit alone. */
async function search(page: Page): Promise<number> {
  const box = page.getByRole('textbox', { name: 'Search' });
  await box.pressSequentially('camera-00123');
  const started = performance.now();
  await box.press('4');
  await page.getByText(new RegExp(`^1 of .* devices`)).waitFor();
  return performance.now() - started;
}

async function smoothness(browser: Browser, url: string, all: string) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await visit(page, url, 'tbody tr', all);
  const scrolled = await frames(page, '.scroll.tall');
  const scrolled_px = await page.locator('.scroll.tall').evaluate((box) => box.scrollTop);
  const rows = await page.locator('tbody tr').count();
  const searched_ms = await search(page);
  await page.close();
  return { scrolled, scrolled_px, rows, searched_ms };
}

build({ web: true });
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
const server = new ServerProgram({ folder: path.join(folder, 'house'), args: ['--no-auth'] });
const browser = await openBrowser();
try {
  const url = (await server.up()).server.url;
  const floor = await visitsOf(browser, url, '.empty', '.empty');
  const bare = await browser.newPage();
  await bare.goto(`${url}/devices`);
  const floor_frames = await frames(bare, '.none');
  await bare.close();
  await seed(await embeddedConnection(server.folder));
  const all = `[aria-rowcount="${devices + 1}"]`;
  const full = await visitsOf(browser, url, 'tbody tr', all);
  const { scrolled, scrolled_px, rows, searched_ms } = await smoothness(browser, url, all);
  report('web-fleet', [
    seen('empty fleet: the page says so', floor.first_ms, 'ms', 'the floor, code in the cache'),
    atMost(`${devices} devices: first row`, full.first_ms, 'ms', 1_000, `${(full.first_ms / floor.first_ms).toFixed(1)} x the floor`),
    atMost(`${devices} devices: all of them to search and sort`, full.all_ms, 'ms', 2_500, `${(full.all_ms / floor.first_ms).toFixed(1)} x the floor`),
    seen(
      'answers, as sent',
      full.answers_bytes / 1024,
      'KiB',
      `${Math.round(full.answers_bytes / devices)} bytes a device; empty fleet ${Math.round(floor.answers_bytes)} bytes`,
    ),
    seen('frames of an empty fleet, p95', quantile(floor_frames, 0.95), 'ms', 'the floor'),
    atMost('frames while scrolling 400 px a frame, p95', quantile(scrolled, 0.95), 'ms', 34, `longest ${Math.round(Math.max(...scrolled))} ms`),
    seen('scrolled meanwhile', scrolled_px, 'px', `of ${36 * devices}`),
    atMost('rows drawn at once', rows, 'rows', 100),
    atMost('last key of a search to its row', searched_ms, 'ms', 200),
  ]);
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
