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

/** What went wrong on the page: an exception, or an error on its console that is not an answer of the server. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && errors.push(message.text()));
  return errors;
}

/** axe-core runs inside of the page, past its policy: the policy is for what the page loads by itself. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe_source);
  const results = (await page.evaluate('axe.run(document)')) as AxeResults;
  return results.violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

/** The whole page, or what is in the window alone: a window that grows to the page moves what is measured in parts of the window. */
export async function shoot(page: Page, name: string, part: 'page' | 'window' = 'page'): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: part === 'page' });
}

type Theme = 'light' | 'dark';

export const openContext = (
  browser: Browser,
  state: Awaited<ReturnType<BrowserContext['storageState']>>,
  theme: Theme,
  width: number,
): Promise<BrowserContext> => browser.newContext({ storageState: state, colorScheme: theme, viewport: { width, height: 900 }, reducedMotion: 'reduce' });
