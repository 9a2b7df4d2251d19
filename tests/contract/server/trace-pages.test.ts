// contract/server: what the pages and the command line ask of traces: a list of an experiment or run, page by page, and one trace with its spans.
import { Client } from '@holdfast/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type House, type RunningApp, ada, openApp, openHouse } from './support.ts';

let house: House;
let running: RunningApp;
let client: Client;
let run: string;
beforeAll(async () => {
  house = await openHouse();
  running = await openApp(house, { no_auth: true });
  client = new Client({ url: running.url });
  const { tracking } = house.rooms;
  run = await tracking.start({ experiment: 'answers', by: ada });
  const { experiment_id } = await tracking.runs.get(run);
  for (let i = 1; i <= 3; i++) await exportSpans(experiment_id, i);
  await tracking.traces.linkToRun(run, [`tr-${'0'.repeat(31)}2`]);
});
afterAll(async () => {
  await running.close();
  await house.close();
});

const trace = (i: number) => `${'0'.repeat(31)}${i}`;
async function exportSpans(experiment: number, i: number): Promise<void> {
  const at = (ms: number) => String(BigInt(1_800_000_000_000 + i * 1_000 + ms) * 1_000_000n);
  const text = { key: 'mlflow.spanInputs', value: { stringValue: 'x'.repeat(5_000) } };
  const spans = [
    { traceId: trace(i), spanId: '02'.repeat(8), parentSpanId: '01'.repeat(8), name: 'look up', startTimeUnixNano: at(5), endTimeUnixNano: at(7) },
    { traceId: trace(i), spanId: '01'.repeat(8), name: 'ask', startTimeUnixNano: at(0), endTimeUnixNano: at(10), attributes: [text], status: { code: i === 3 ? 2 : 1, message: i === 3 ? 'broke' : '' } }, // prettier-ignore
  ];
  const headers = { 'x-mlflow-experiment-id': String(experiment), 'content-type': 'application/json' };
  const response = await fetch(`${running.url}/v1/traces`, { method: 'POST', headers, body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }) });
  expect([response.status, await response.text()]).toEqual([200, '{}']);
}

it('lists the traces of an experiment, newest first, page by page', async () => {
  const first = await client.call('traceSearch', { query: { experiment: 'answers', limit: 2 } });
  expect(first.traces.map((one) => [one.id, one.state, one.duration_ms, one.spans, one.name])).toEqual([
    [`tr-${trace(3)}`, 'error', 10, 2, 'ask'],
    [`tr-${trace(2)}`, 'ok', 10, 2, 'ask'],
  ]);
  const next = await client.call('traceSearch', { query: { experiment: 'answers', limit: 2, page_token: first.next_page_token! } });
  expect([next.traces.map((one) => one.id), next.next_page_token]).toEqual([[`tr-${trace(1)}`], null]);
});

it('lists those of a run, and those that fit a filter', async () => {
  expect((await client.call('traceSearch', { query: { run } })).traces.map((one) => one.id)).toEqual([`tr-${trace(2)}`]);
  const filter = "status = 'ERROR' AND span.name = 'look up'";
  expect((await client.call('traceSearch', { query: { filter } })).traces.map((one) => one.id)).toEqual([`tr-${trace(3)}`]);
  await expect(client.call('traceSearch', { query: { experiment: 'nobody' } })).rejects.toMatchObject({ code: 'HF-TRACK-003' });
});

it('shows one trace with its spans, and says how long a value is that it cuts', async () => {
  const { trace: found, spans, spans_total } = await client.call('traceShow', { params: { id: `tr-${trace(3)}` }, query: { chars: 10 } });
  expect([found.experiment, spans_total]).toEqual(['answers', 2]);
  expect(spans).toMatchObject([
    { id: '01'.repeat(8), parent: null, name: 'ask', state: 'error', message: 'broke', start_us: 0, duration_us: 10_000 },
    { id: '02'.repeat(8), parent: '01'.repeat(8), name: 'look up', state: 'unset', start_us: 5_000, duration_us: 2_000 },
  ]);
  expect(spans[0]!.attributes).toEqual([{ key: 'mlflow.spanInputs', value: 'x'.repeat(10), chars_total: 5_000 }]);
  await expect(client.call('traceShow', { params: { id: 'tr-none' }, query: {} })).rejects.toMatchObject({ code: 'HF-TRACK-016' });
});

it('keeps no more spans of a trace than its limit, and says how many were refused', async () => {
  const span = (i: number) => ({ traceId: trace(9), spanId: i.toString(16).padStart(16, '0'), name: 'x', startTimeUnixNano: '1800000000000000000' });
  const send = async (from: number, count: number) => {
    const spans = Array.from({ length: count }, (_, i) => span(from + i));
    const headers = { 'x-mlflow-experiment-id': '0', 'content-type': 'application/json' };
    const response = await fetch(`${running.url}/v1/traces`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
    });
    return (await response.json()) as { partialSuccess?: { rejectedSpans: string; errorMessage: string } };
  };
  expect(await send(1, 9_990)).toEqual({});
  const { partialSuccess } = await send(9_981, 25); // ten of them are there already
  expect([partialSuccess?.rejectedSpans, partialSuccess?.errorMessage]).toEqual(['5', expect.stringMatching(/has 9990 spans, the limit is 10000$/)]);
  expect((await house.rooms.tracking.traces.get(`tr-${trace(9)}`)).spans).toBe(10_000);
});
