// tests/e2e: a headless Chromium of the system, and what is looked at on every page: errors of the page, axe-core, a screenshot.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';

const places = [process.env['HOLDFAST_CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const shots = path.join(import.meta.dirname, '..', '..', 'shots');
const axe_source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function openBrowser(): Promise<Browser> {
  const executablePath = places.find((place) => place !== '' && existsSync(place));
  if (!executablePath) throw new Error('No Chromium is installed: apt-get install -y chromium, or set HOLDFAST_CHROMIUM.');
  return chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
}

export interface Faults {
  /** Exceptions, and errors on the console. */
  readonly errors: string[];
  /** Answers of 400 and above, as `404 /api/v1/devices/dev_nowhere`, and requests without an answer, each once. */
  readonly failed: Set<string>;
}

/** What goes wrong on the page. A request that fails is in `failed`, by its address, instead of in the browser's words on the console. */
export function watchFaults(page: Page): Faults {
  const faults: Faults = { errors: [], failed: new Set() };
  const placeOf = (url: string) => new URL(url).pathname;
  page.on('pageerror', (error) => faults.errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && faults.errors.push(message.text()));
  page.on('response', (answer) => answer.status() >= 400 && faults.failed.add(`${answer.status()} ${placeOf(answer.url())}`));
  page.on('requestfailed', (request) => {
    // the page itself gives up what it leaves behind: the stream of the page before
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') faults.failed.add(`no answer ${placeOf(request.url())}`);
  });
  return faults;
}

/** What is beyond the right edge of what holds it: the page, or a part of it that scrolls sideways though nobody meant it to. */
export const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('.scroll')].filter((box) => !box.matches('.sideways'));
    return boxes.filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => `${box.getAttribute('aria-label') ?? box.tagName}: ${box.scrollWidth} px`);
  });

/**
 * axe-core runs inside of the page, past its policy: the policy is for what the page loads by itself. What it finds well is neither described nor sent
 * here, which is most of the time.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe_source);
  const found = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then((results) => results.violations)")) as AxeResults['violations'];
  return found.map((v) => `${v.id}: ${v.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

/** The whole page, or what is in the window alone: a window that grows to the page moves what is measured in parts of the window. */
export async function shoot(page: Page, name: string, part: 'page' | 'window' = 'page'): Promise<void> {
  mkdirSync(shots, { recursive: true });
  // what was just laid out is painted two frames later
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50)))));
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: part === 'page' });
}

export type Theme = 'light' | 'dark';

export const openContext = (
  browser: Browser,
  state: Awaited<ReturnType<BrowserContext['storageState']>>,
  theme: Theme,
  width: number,
): Promise<BrowserContext> => browser.newContext({ storageState: state, colorScheme: theme, viewport: { width, height: 900 }, reducedMotion: 'reduce' });
