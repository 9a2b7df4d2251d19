// tests/e2e: what an autologger of MLflow leaves behind: long names of metrics, long tags, models that are folders, and names with every character.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutOff, openContext, shoot, violations, watchFaults } from './browser.ts';
import { type Visit, ready, startVisit } from './visit.ts';

const experiment = 'iris & friends #1 50%';
const model = 'iris #1? 50%';
const metric = 'RandomForestClassifier_score_unknown_dataset';
let visit: Visit;
let run: string;

const ask = (path: string, give: object) => visit.house.client.raw('POST', `/api/2.0/mlflow/${path}`, { json: give });

beforeAll(async () => {
  visit = await startVisit();
  const { client } = visit.house;
  ({ id: run } = await client.call('runCreate', { body: { experiment, name: 'forest' } }));
  const history = JSON.stringify(
    Array.from({ length: 8 }, (_, i) => ({ artifact_path: `model_${i}`, flavors: { python_function: { loader_module: 'mlflow.sklearn' } } })),
  );
  await client.call('runLog', {
    params: { id: run },
    body: { metrics: [{ key: metric, value: 0.9736842105263158 }], params: { min_weight_fraction_leaf: '0.0' }, state: 'finished' },
  });
  await ask('runs/set-tag', { run_id: run, key: 'mlflow.log-model.history', value: history });
  const got = (await (await client.raw('GET', `/api/2.0/mlflow/runs/get?run_id=${run}`)).json()) as { run: { info: { artifact_uri: string } } };
  const uri = got.run.info.artifact_uri;
  for (const file of ['MLmodel', 'model.pkl'])
    await client.raw('PUT', `/api/2.0/mlflow-artifacts/artifacts/${uri.replace(/^mlflow-artifacts:\/*/, '')}/model/${file}`, {
      bytes: new Uint8Array([1, 2, 3]),
    });
  await ask('registered-models/create', { name: model });
  await ask('model-versions/create', { name: model, source: `${uri}/model`, run_id: run });
  for (let twice = 0; twice < 2; twice++) await ask('model-versions/transition-stage', { name: model, version: '1', stage: 'Production' });
}, 120_000);
afterAll(() => visit?.end());

const looks = (['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => [theme, width] as const));
const place = (...parts: readonly string[]) => parts.map((part) => `/${encodeURIComponent(part)}`).join('');

describe.each(looks)('in %s at %i px', (theme, width) => {
  it('the run, the model and its version fit the width and have no fault that axe finds', async () => {
    const context = await openContext(visit.browser, visit.state, theme, width);
    const page = await context.newPage();
    const faults = watchFaults(page);
    for (const [name, path] of [
      ['autolog-run', place('runs', run)],
      ['autolog-model', place('models', model)],
      ['autolog-version', place('models', model, '1')],
    ] as const) {
      await visit.open(page, path);
      await shoot(page, `${name}-${theme}-${width}`);
      expect(await violations(page)).toEqual([]);
      expect(await cutOff(page)).toEqual([]);
    }
    expect(faults).toEqual({ errors: [], failed: new Set() });
    await context.close();
  });
});

const main = (page: Page) => page.locator('main');

it('gives the value of a metric room beside its long name, and a long tag the width of the page', () =>
  visit.withPage(async (page) => {
    await visit.open(page, place('runs', run));
    const value = page.locator('dd').filter({ hasText: /^0.9737 \(1 point\)$/ });
    expect((await value.boundingBox())!.height).toBeLessThan(60);
    expect((await page.locator('dd').filter({ hasText: 'python_function' }).boundingBox())!.height).toBeLessThan(250);
  }));

it('leads from a run to its experiment and from a model to its version, whatever their names hold', () =>
  visit.withPage(async (page) => {
    await visit.open(page, place('runs', run));
    await main(page).getByRole('link', { name: experiment }).last().click();
    await main(page).getByRole('link', { name: 'forest' }).waitFor();
    await visit.open(page, '/models');
    await main(page).getByRole('link', { name: model }).click();
    await main(page).getByRole('link', { name: 'version 1' }).first().click();
    await page.getByRole('heading', { name: `${model} version 1` }).waitFor();
    await ready(page);
  }));

it('says the stage of a version once, and that a folder of files has no graph', () =>
  visit.withPage(async (page) => {
    await visit.open(page, place('models', model));
    expect(await page.getByRole('region', { name: 'Versions' }).innerText()).toContain('Production');
    expect(await page.getByRole('region', { name: 'History' }).getByText('stage of version 1').count()).toBe(1);
    await visit.open(page, place('models', model, '1'));
    await main(page).getByText('It is a folder of files').waitFor();
    expect(await page.getByRole('button', { name: 'Show the graph' }).count()).toBe(0);
  }));
