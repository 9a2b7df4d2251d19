// tests/e2e: a furnished house, a browser, and an administrator who is signed in: what a test of the UI begins with.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Faults, type Theme, openBrowser, openContext, watchFaults } from './browser.ts';
import { type House, openHouse } from './house.ts';

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

export interface Visit {
  readonly house: House;
  readonly browser: Browser;
  readonly state: State;
  /** The page at a path of the house, with all of its answers. */
  open(page: Page, path: string): Promise<void>;
  withPage(act: (page: Page) => Promise<void>): Promise<void>;
  end(): Promise<void>;
}

/** The page has its heading and waits for nothing any more. */
export async function ready(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => document.querySelector('.waiting') === null);
  await page.waitForFunction(() => [...document.querySelectorAll('.plot')].every((plot) => plot.querySelector('canvas') !== null));
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.flow')].every((flow) =>
      [...flow.querySelectorAll('.react-flow__node')].some((node) => getComputedStyle(node).visibility === 'visible'),
    ),
  );
}

export async function startVisit(): Promise<Visit> {
  const [house, browser] = await Promise.all([openHouse(), openBrowser()]);
  const state = await signIn(house, browser);
  const withPage = async (act: (page: Page) => Promise<void>): Promise<void> => {
    const context = await openContext(browser, state, 'light', 1280);
    try {
      await act(await context.newPage());
    } finally {
      await context.close();
    }
  };
  const open = async (page: Page, path: string): Promise<void> => {
    await page.goto(house.url + path);
    await ready(page);
  };
  const end = async (): Promise<void> => {
    await browser.close();
    await house.close();
  };
  return { house, browser, state, open, withPage, end };
}

/** A page that is led from address to address: each is loaded anew, but the browser has the code of the UI and of axe-core, which halves the time. */
export interface Walk {
  readonly page: Page;
  /** What went wrong since `next`. */
  readonly faults: Faults;
  next(): void;
  end(): Promise<void>;
}

export async function startWalk({ browser, state }: Pick<Visit, 'browser' | 'state'>, theme: Theme, width: number): Promise<Walk> {
  const context = await openContext(browser, state, theme, width);
  const page = await context.newPage();
  const faults = watchFaults(page);
  const next = (): void => {
    faults.errors.length = 0;
    faults.failed.clear();
  };
  return { page, faults, next, end: () => context.close() };
}

async function signIn(house: House, browser: Browser): Promise<State> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(await house.loginLink());
  await page.getByLabel('Name').fill('ada');
  await page.getByRole('textbox', { name: 'Passphrase' }).fill('a long enough passphrase');
  await page.getByRole('button', { name: 'Make the administrator' }).click();
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}
