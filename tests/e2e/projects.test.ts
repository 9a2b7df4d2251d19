// tests/e2e: projects: what is in them, who may do what there, and what a guest finds.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutOff, shoot, violations } from './browser.ts';
import { type Visit, type Walk, ready, startVisit, startWalk } from './visit.ts';

const passphrase = 'a long enough passphrase';
let visit: Visit;
beforeAll(async () => {
  visit = await startVisit();
  const { client } = visit.house;
  for (const [experiment, project] of [
    ['eyes of the line', 'vision'],
    ['ears & tails #2', 'sound'],
  ] as const) {
    const { id } = await client.call('runCreate', { body: { experiment, name: `first of ${project}` } });
    await client.call('runLog', { params: { id }, body: { metrics: [{ key: 'accuracy', value: 0.9 }], state: 'finished' } });
    await client.call('projectMove', { params: { name: project }, body: { kind: 'experiment', name: experiment } });
  }
  await client.call('projectMove', { params: { name: 'vision' }, body: { kind: 'model', name: 'fruit' } });
  await client.call('userPut', { body: { name: 'gus', role: 'guest', passphrase } });
  await client.call('grantSet', { body: { subject: { kind: 'user', name: 'gus' }, object: { kind: 'project', name: 'vision' }, level: 'read' } });
  for (const object of [{ kind: 'model', name: 'fruit' } as const, { kind: 'experiment', name: 'eyes of the line' } as const])
    await client.call('grantSet', { body: { subject: { kind: 'user', name: 'gus' }, object, level: 'edit' } });
}, 180_000);
afterAll(() => visit?.end());

const looks = (['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => [theme, width] as const));
const pages = [
  ['projects', '/projects?project=vision'],
  ['project-runs', '/runs?project=vision&experiment=eyes+of+the+line'],
  ['project-models', '/models?project=vision'],
  ['model-grants', '/models/fruit'],
] as const;
const panel = (page: Page, title: string) => page.locator('section.panel').filter({ has: page.getByRole('heading', { name: title }) });

describe.each(looks)('in %s at %i px', (theme, width) => {
  let walk: Walk;
  beforeAll(async () => {
    walk = await startWalk(visit, theme, width);
  });
  afterAll(() => walk?.end());

  it.each(pages)('the page %s fits the width and has no fault that axe finds', async (name, path) => {
    const { page, faults } = walk;
    walk.next();
    await visit.open(page, path);
    await shoot(page, `${name}-${theme}-${width}`);
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual({ errors: [], failed: new Set() });
    expect(await cutOff(page)).toEqual([]);
  });
});

it('keeps the project in the address, with its counts, and shows its runs and models alone', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/runs');
    await page.getByRole('combobox', { name: 'Project' }).click();
    await page.getByRole('option', { name: 'sound (1)' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('project')).toBe('sound');
    await expect.poll(() => page.locator('main').innerText()).toContain('first of sound');
    await expect.poll(() => page.locator('main').innerText()).not.toContain('first of vision');
    await page.getByRole('link', { name: 'first of sound' }).click();
    await page.getByRole('link', { name: 'ears & tails #2' }).last().click();
    await expect.poll(() => new URL(page.url()).searchParams.get('experiment')).toBe('ears & tails #2');
    await page.getByRole('link', { name: 'first of sound' }).waitFor();
    await visit.open(page, '/models?project=sound');
    expect(await page.locator('main').innerText()).toContain('No model is in the project sound.');
  }));

it('gives a grant on a project, says the sentence of the server where it cannot, and takes it back', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/projects');
    await page.getByRole('link', { name: 'sound', exact: true }).click();
    const grants = panel(page, 'Who may: project sound');
    await grants.getByRole('button', { name: 'Give a grant' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name of the user').fill('nobody');
    await dialog.getByRole('button', { name: 'Give a grant' }).click();
    await dialog.getByText('user nobody does not exist.').waitFor();
    await dialog.getByLabel('Name of the user').fill('gus');
    await dialog.getByRole('combobox', { name: 'Level' }).click();
    await page.getByRole('option', { name: 'manage' }).click();
    await dialog.getByRole('button', { name: 'Give a grant' }).click();
    await grants.getByText('also deletes, renames, gives grants').waitFor();
    await grants.getByRole('button', { name: 'Take back the grant of user gus' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take back the grant of user gus' }).click();
    await grants.getByText('No grant: the roles decide.').waitFor();
    const { rows } = await visit.house.client.call('audit', { query: { object: 'project/sound' } });
    expect(rows.map((row) => row.action)).toEqual(['grant.remove', 'grant.set']);
  }));

it('tells of a model which version its aliases named when', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/models/fruit');
    const text = await panel(page, 'History').innerText();
    expect(text).toMatch(/alias champion/);
    expect(text).toMatch(/project\s+none\s+vision/);
  }));

it('shows a guest what was granted, and no page of roles', async () => {
  const context = await visit.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${visit.house.url}/login`);
  await page.getByLabel('Name').fill('gus');
  await page.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const rail = page.getByRole('navigation', { name: 'Pages', exact: true });
  await rail.getByRole('link', { name: 'Projects' }).click();
  await ready(page);
  expect((await rail.getByRole('link').allInnerTexts()).map((text) => text.trim())).not.toContain('Devices');
  await page.locator('main').getByText('vision').waitFor();
  expect(await page.locator('main').innerText()).not.toContain('sound');
  await shoot(page, 'guest-projects');
  await rail.getByRole('link', { name: 'Runs' }).click();
  await page.locator('main').getByText('first of vision').waitFor();
  expect(await page.locator('main').innerText()).not.toContain('first of sound');
  await rail.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('link', { name: 'fruit' }).click();
  await page.getByRole('heading', { name: 'History' }).waitFor();
  expect(await page.getByRole('heading', { name: /^Who may/ }).count()).toBe(0); // gus edits it, and does not manage it
  await context.close();
});
