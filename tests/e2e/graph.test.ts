// tests/e2e: a model of ONNX as a graph: a file of a run, and the file of a model version; read by a worker of the browser, whatever its bytes are.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startParameters } from '../../examples/digits/src/network.ts';
import { toOnnx } from '../../examples/digits/src/onnx.ts';
import { cutOff, openContext, shoot, violations, watchFaults } from './browser.ts';
import { type Visit, ready, startVisit } from './visit.ts';

const many = 1_200;
let visit: Visit;
let run: string;

beforeAll(async () => {
  visit = await startVisit();
  const { client } = visit.house;
  const digits = new Uint8Array(toOnnx(startParameters(3)));
  // what the tests of the reader read is what the demo writes
  expect(Buffer.from(digits).equals(await readFile(path.resolve(import.meta.dirname, '../../packages/web/test/digits.onnx')))).toBe(true);
  ({ id: run } = await client.call('runCreate', { body: { experiment: 'graphs', name: 'exported' } }));
  const answer = (await (await client.raw('GET', `/api/2.0/mlflow/runs/get?run_id=${run}`)).json()) as { run: { info: { artifact_uri: string } } };
  const store = answer.run.info.artifact_uri.replace(/^mlflow-artifacts:\/*/, '');
  const keep = (name: string, bytes: Uint8Array<ArrayBuffer>) => client.raw('PUT', `/api/2.0/mlflow-artifacts/artifacts/${store}/${name}`, { bytes });
  await keep('model.onnx', digits);
  await keep('chain.onnx', chainOf(many));
  await keep('noise.onnx', new Uint8Array(createHash('sha512').update('noise').digest()));
  await keep('whole.onnx', digits.slice(0, 9_000));
  const digest = createHash('sha256').update(digits).digest('hex');
  await client.raw('PUT', `/api/v1/blobs/${digest}`, { bytes: digits });
  await client.call('modelRegister', { params: { name: 'digits' }, body: { digest, lineage: { run } } });
}, 120_000);
afterAll(() => visit?.end());

/** A model of so many nodes, one after the other, by hand. */
function chainOf(nodes: number): Uint8Array<ArrayBuffer> {
  const sized = (number: number, bytes: readonly number[]): number[] => [number * 8 + 2, ...varint(bytes.length), ...bytes];
  const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);
  const text = (number: number, value: string) => sized(number, [...Buffer.from(value)]);
  const graph = Array.from({ length: nodes }, (_, i) => sized(1, [...text(1, `t${i}`), ...text(2, `t${i + 1}`), ...text(4, 'Relu')])).flat();
  return new Uint8Array([8, 9, ...sized(7, [...graph, ...sized(11, text(1, 't0')), ...sized(12, text(1, `t${nodes}`))])]);
}

const file = (name: string) => `/runs/${run}?file=${name}`;
const looks = (['light', 'dark'] as const).flatMap((theme) => [1280, 360].map((width) => [theme, width] as const));

describe.each(looks)('in %s at %i px', (theme, width) => {
  it('a model is shown in the files of a run and on its version, fits the width and has no fault that axe finds', async () => {
    const context = await openContext(visit.browser, visit.state, theme, width);
    const page = await context.newPage();
    const faults = watchFaults(page);
    for (const [name, at] of [
      ['graph-file', file('model.onnx')],
      ['graph-version', '/models/digits/1?graph=shown'],
      ['graph-many', file('chain.onnx')],
    ] as const) {
      await visit.open(page, at);
      await page.getByRole('region', { name: 'Nodes' }).waitFor();
      await ready(page);
      await page.getByRole('button', { name: /, node 0$/ }).click();
      await shoot(page, `${name}-${theme}-${width}`);
      expect(await violations(page)).toEqual([]);
      expect(await cutOff(page)).toEqual([]);
    }
    expect(faults).toEqual({ errors: [], failed: new Set() });
    await context.close();
  });
});

it('says what goes in and out, draws each node, and shows one that is chosen, by the keyboard alone', () =>
  visit.withPage(async (page) => {
    await visit.open(page, file('model.onnx'));
    await page.getByText('Conv × 2, Relu × 2, Flatten, Gemm').waitFor();
    await page.getByText('5,994 in 6 tensors, 23 KiB').waitFor();
    const values = await page.getByRole('region', { name: 'Inputs and outputs' }).getByRole('row').allInnerTexts();
    expect(values.slice(1).map((text) => text.split('\t'))).toEqual([
      ['image', 'in', 'float32[N, 1, 28, 28]'],
      ['scores', 'out', 'float32[N, 10]'],
    ]);
    expect(await page.locator('.react-flow__node').count()).toBe(8);
    const node = page.getByRole('region', { name: 'The node that is chosen' });
    await page.getByRole('button', { name: 'Gemm, node 5' }).focus();
    await page.keyboard.press('Enter');
    expect(await node.innerText()).toMatch(/transB\s+1/);
    await page.locator('.react-flow__node').nth(1).focus();
    await page.keyboard.press('Enter');
    await node.getByText('[5, 5]').waitFor();
    await page.getByRole('button', { name: 'Table: Graph of the model' }).click();
    expect(await page.getByRole('region', { name: 'Graph of the model, as a table' }).getByRole('row').count()).toBe(9);
  }));

it('shows a large graph as a table alone, and reaches its last node', () =>
  visit.withPage(async (page) => {
    await visit.open(page, file('chain.onnx'));
    await page.getByText('The graph has 1,200 nodes; up to 300 boxes are drawn, so the table alone shows it.').waitFor();
    const nodes = page.getByRole('region', { name: 'Nodes' });
    await nodes.evaluate((box) => box.scrollTo(0, 10_000_000));
    await page.getByRole('button', { name: 'Relu, node 1199' }).waitFor();
  }));

it('says what is wrong with a file that is no model, and stays a page', () =>
  visit.withPage(async (page) => {
    const faults = watchFaults(page);
    await visit.open(page, file('noise.onnx'));
    await page.getByText(/It cannot be shown as a graph. (Byte \d+: saw|The file has no graph)/).waitFor();
    await visit.open(page, file('whole.onnx'));
    await page.getByText(/It cannot be shown as a graph. Byte \d+: saw a value of \d+ bytes where \d+ are left/).waitFor();
    await visit.open(page, '/models/fruit/1');
    await page.getByRole('button', { name: 'Show the graph' }).click();
    await page.getByText('It cannot be shown as a graph.').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual({ errors: [], failed: new Set() });
  }));

it('leads from a version to what it was made from, and to the devices that run it', () =>
  visit.withPage(async (page) => {
    await visit.open(page, '/models/fruit');
    const version = page.getByRole('region', { name: 'Versions' }).getByRole('row', { name: /^version 2/ });
    expect(await version.getByRole('link').allInnerTexts()).toEqual(['version 2', 'fruit-train 2', 'run', 'belt-1', 'belt-2', 'belt-3']);
    await visit.open(page, '/models/fruit/2');
    await page.getByRole('link', { name: 'All 3 in the list of devices' }).click();
    await page.getByText('Those that run fruit version 2.').waitFor();
    await page.getByRole('link', { name: 'belt-1' }).waitFor();
    expect(await page.getByRole('region', { name: 'Devices' }).getByRole('rowheader').allInnerTexts()).toEqual(['belt-1', 'belt-2', 'belt-3']);
    await page.goto(`${visit.house.url}/devices?runs=fruit%401`);
    await page.getByText('No device fits these filters.').waitFor();
    await page.getByRole('button', { name: 'Show the others too' }).click();
    await page.getByRole('link', { name: 'belt-1' }).waitFor();
  }));
