// tests/e2e: traces in the browser: the list of an experiment or a run, and one trace as a tree of spans with their times.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutOff, openContext, shoot, violations, watchFaults } from './browser.ts';
import { token } from './house.ts';
import { type Visit, startVisit } from './visit.ts';

let visit: Visit;
const idOf = (i: number): string => `${'0'.repeat(31)}${i}`;
const spanOf = (i: number): string => String(i).repeat(16);

beforeAll(async () => {
  visit = await startVisit();
  const { client, run } = visit.house;
  const answer = (await (await client.raw('GET', `/api/2.0/mlflow/runs/get?run_id=${run}`)).json()) as { run: { info: { experiment_id: string } } };
  for (const [i, failed] of [
    [1, false],
    [2, true],
  ] as const)
    await send(answer.run.info.experiment_id, i, failed, run);
}, 120_000);
afterAll(() => visit?.end());

/** As a client of OpenTelemetry sends a question that is looked up, ranked and answered. */
async function send(experiment: string, i: number, failed: boolean, run: string): Promise<void> {
  const began = Date.now() - 60_000 * (3 - i);
  const at = (ms: number) => String(BigInt(began + ms) * 1_000_000n);
  const words = (of: Readonly<Record<string, string>>) => Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const span = (n: number, parent: number, name: string, from: number, to: number, attributes: Readonly<Record<string, string>>) => ({
    ...{ traceId: idOf(i), spanId: spanOf(n), ...(parent > 0 ? { parentSpanId: spanOf(parent) } : {}) },
    ...{ name, startTimeUnixNano: at(from), endTimeUnixNano: at(to), attributes: words(attributes), status: { code: 1 } },
  });
  const broken = {
    status: { code: 2, message: 'the model gave no answer' },
    events: [{ name: 'exception', timeUnixNano: at(90), attributes: words({ 'exception.type': 'TimeoutError' }) }],
  };
  const root = span(1, 0, 'ask', 0, 100, {
    ...{ 'mlflow.spanInputs': '{"question": "is it ripe?", "fruit": [1, 2]}', 'mlflow.spanOutputs': '"yes"', 'mlflow.spanType': '"CHAIN"' },
  });
  const spans = [
    { ...root, ...(failed ? { status: { code: 2, message: 'no answer' } } : {}) },
    span(2, 1, 'look up', 10, 40, { 'mlflow.spanType': '"RETRIEVER"', long: 'x'.repeat(3_000) }),
    span(3, 2, 'rank', 20, 25, {}),
    { ...span(4, 1, 'answer', 45, 100, { 'mlflow.spanType': '"LLM"' }), ...(failed ? broken : {}) },
  ];
  const bytes = new TextEncoder().encode(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  const headers = { 'x-mlflow-experiment-id': experiment, 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(`${visit.house.url}/v1/traces`, { method: 'POST', headers, body: bytes });
  expect(response.status).toBe(200);
  await visit.house.client.raw('POST', '/api/2.0/mlflow/traces/link-to-run', { json: { trace_ids: [`tr-${idOf(1)}`], run_id: run } });
}

const looks = (['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => [theme, width] as const));
const tree = (page: Page) => page.getByRole('region', { name: 'Spans' });

describe.each(looks)('in %s at %i px', (theme, width) => {
  it('the list and a trace load without an error, fit the width and have no fault that axe finds', async () => {
    const context = await openContext(visit.browser, visit.state, theme, width);
    const page = await context.newPage();
    const faults = watchFaults(page);
    for (const [name, path] of [
      ['traces', '/traces'],
      ['trace', `/traces/tr-${idOf(2)}?span=${spanOf(4)}`],
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

it('lists traces newest first, narrowed by the grammar of MLflow, and by the run that they are linked to', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/traces');
    const rows = page.getByRole('region', { name: 'Traces' }).getByRole('row');
    expect(await rows.count()).toBe(3);
    await page.getByLabel('Filter').fill("status = 'ERROR'");
    await page.getByLabel('Filter').press('Enter');
    await page.waitForURL(/filter=/);
    await expect.poll(() => rows.count()).toBe(2);
    await visit.open(page, `/runs/${visit.house.run}`);
    await page.getByRole('link', { name: 'made in it' }).click();
    await page.getByText('Those of one run.').waitFor();
    await expect.poll(() => rows.count()).toBe(2);
  }));

it('shows a trace as a tree, and of a span what went in, what came out and what failed, by the keyboard alone', () =>
  visit.withPage(async (page) => {
    await visit.open(page, `/traces/tr-${idOf(2)}`);
    const names = await tree(page).getByRole('rowheader').allInnerTexts();
    expect(names.map((name) => name.replaceAll('\n', ' '))).toEqual(['ask at depth 0', 'look up at depth 1', 'rank at depth 2', 'answer at depth 1']);
    expect(await tree(page).getByRole('row').nth(1).innerText()).toMatch(/ask[\s\S]*chain\s+error/);
    expect(await page.getByRole('region', { name: 'In', exact: true }).innerText()).toBe(
      '{\n  "question": "is it ripe?",\n  "fruit": [\n    1,\n    2\n  ]\n}',
    );
    expect(await page.getByRole('region', { name: 'Out', exact: true }).innerText()).toBe('"yes"');
    await tree(page).getByRole('button', { name: 'answer' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('the model gave no answer').waitFor();
    await page.getByText('exception, at 90 ms').waitFor();
    expect(page.url()).toContain(`span=${spanOf(4)}`);
    await tree(page).getByRole('button', { name: 'look up' }).click();
    await page.getByText('(3,000 characters)').waitFor();
  }));
