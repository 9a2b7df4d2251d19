// tests/e2e: a server on its first day: nothing is there yet, and every page says what will be and how it comes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningServer, startServer } from '@holdfast/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutOff, openBrowser, openContext, shoot, violations } from './browser.ts';
import { Device } from './device.ts';
import { type Walk, startWalk } from './visit.ts';

const web_folder = path.join(import.meta.dirname, '..', '..', 'packages', 'web', 'dist', 'ui');
let folder: string;
let server: RunningServer;
let browser: Browser;
const nobody = { cookies: [], origins: [] };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-e2e-'));
  server = await startServer({ folder, port: 0, host: '127.0.0.1', no_auth: true, web_folder, log: () => undefined });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function withPage(act: (page: Page) => Promise<void>): Promise<void> {
  const context = await openContext(browser, nobody, 'light', 1280);
  try {
    await act(await context.newPage());
  } finally {
    await context.close();
  }
}

/** The audit is never empty: the server's own first acts have rows. */
const pages = [
  '/',
  '/devices',
  '/drift',
  '/reports',
  '/alerts',
  '/models',
  '/rollouts',
  '/workflows',
  '/samples',
  '/datasets',
  '/runs',
  '/settings',
  '/audit?object=nothing',
];
/** A time that a device says as 0, drawn as a date. */
const never = /\d{4,} d ago/;

const looks = [
  ['light', 1280],
  ['dark', 360],
] as const;

describe.each(looks)('a server without anything, in %s at %i px', (theme, width) => {
  let walk: Walk;
  beforeAll(async () => {
    walk = await startWalk({ browser, state: nobody }, theme, width);
  });
  afterAll(() => walk?.end());

  it.each(pages)('says on %s what is not there yet', async (at) => {
    const { page, faults } = walk;
    walk.next();
    await page.goto(server.url + at);
    await page.locator('.empty, .ticks').first().waitFor();
    await shoot(page, `empty${at.replaceAll(/[/?=]/g, '-')}-${theme}-${width}`);
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual({ errors: [], failed: new Set() });
    expect(await cutOff(page)).toEqual([]);
  });
});

it('gives the one line by which a script that logs with MLflow logs here', () =>
  withPage(async (page) => {
    await page.goto(`${server.url}/runs`);
    expect(await page.getByRole('textbox', { name: 'The line that changes' }).innerText()).toBe(`mlflow.set_tracking_uri("${server.url}")`);
  }));

it('says the error of an address that names what is not there, and nothing of verdicts', () =>
  withPage(async (page) => {
    await page.goto(`${server.url}/drift?device=zzz&feature=nope`);
    await page.getByRole('alert').first().waitFor();
    expect(await page.locator('main').innerText()).toContain('zzz');
    expect(await page.getByText('No window was judged yet').count()).toBe(0);
  }));

it('gives a join command, and ticks what has happened by itself', () =>
  withPage(async (page) => {
    await page.goto(server.url);
    await page.getByText('1 of 5 done').waitFor();
    await page.locator('.live.is-live').waitFor();
    await page.getByRole('button', { name: 'Make a join command' }).click();
    const command = await page.getByRole('textbox', { name: 'Join command' }).innerText();
    expect(command).toMatch(/^npx holdfast join hf:\/\/127\.0\.0\.1:\d+\/\S+$/);
    const device = await Device.join(command.split(' ').at(-1)!, 'first', {});
    await page.getByText('2 of 5 done').waitFor({ timeout: 10_000 });
    await device.sync();
    await page.getByRole('heading', { level: 1, name: 'Nothing is wrong: the device is online.' }).waitFor({ timeout: 10_000 });
    await page.goto(`${server.url}/devices/${device.id}`);
    await page.getByText('nothing was installed yet').waitFor();
    expect(await page.locator('main').innerText()).not.toMatch(never);
  }));
