// contract/server: what the pages of runs ask: a search by MLflow's grammar, page by page; points for a chart; the first bytes of a file of a run.
import { HoldfastError } from '@holdfast/base';
import { Client } from '@holdfast/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type RunningApp, ada, openApp, openHouse } from './support.ts';

let house: House;
let running: RunningApp;
let client: Client;
const ids: string[] = [];

beforeAll(async () => {
  house = await openHouse();
  running = await openApp(house, { no_auth: true });
  client = new Client({ url: running.url });
  const { tracking } = house.rooms;
  for (let i = 0; i < 25; i++) {
    const id = await tracking.start({ experiment: 'sieve', name: `run-${i}`, by: ada });
    const metrics = i === 24 ? [] : [{ key: 'loss', value: i === 23 ? Number.NaN : (i * 7) % 23 }];
    await tracking.log(id, { params: { layers: String(i % 2), always: 'same' }, metrics });
    ids.push(id);
  }
  await tracking.start({ experiment: 'other', name: 'elsewhere', by: ada });
});
afterAll(async () => {
  await running.close();
  await house.close();
});

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'nothing',
    (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
  );

describe('a search of runs', () => {
  it('gives each run once, in the order asked for, with a missing value and one that is no number behind the numbers', async () => {
    const found: (number | string | null)[] = [];
    const seen = new Set<string>();
    let page_token: string | undefined;
    do {
      const query = { experiment: 'sieve', order_by: 'metrics.loss DESC', limit: 7, page_token };
      const page = await client.call('runSearch', { query });
      const at = page.metric_keys.indexOf('loss');
      for (const row of page.rows) {
        seen.add(row.id);
        found.push(at === -1 ? null : row.metrics[at]!);
      }
      page_token = page.next_page_token ?? undefined;
    } while (page_token);
    expect(seen.size).toBe(25);
    expect(found).toEqual([...Array.from({ length: 23 }, (_, i) => 22 - i), 'NaN', null]);
  });

  it("takes MLflow's filters, and says the keys and values of what it found", async () => {
    const query = { experiment: 'sieve', filter: "metrics.loss < 5 AND params.layers = '1'", order_by: 'metrics.loss ASC' };
    const { metric_keys, param_keys, rows, next_page_token } = await client.call('runSearch', { query });
    expect({ metric_keys, param_keys, next_page_token }).toEqual({ metric_keys: ['loss'], param_keys: ['always', 'layers'], next_page_token: null });
    expect(rows.every((row) => (row.metrics[0] as number) < 5 && row.params[1] === '1' && row.params[0] === 'same')).toBe(true);
    expect(rows.length).toBeGreaterThan(0);
  });

  it('looks into every experiment where none is named', async () => {
    const { rows } = await client.call('runSearch', { query: { limit: 100 } });
    expect(new Set(rows.map((row) => row.experiment))).toEqual(new Set(['sieve', 'other']));
  });

  it('refuses what is no filter, an experiment that is not there, and the page of another search', async () => {
    expect(await codeOf(client.call('runSearch', { query: { filter: 'loss <' } }))).toBe('HF-MLF-008');
    expect(await codeOf(client.call('runSearch', { query: { experiment: 'nothing' } }))).toMatch(/^HF-TRACK-/);
    const { next_page_token } = await client.call('runSearch', { query: { limit: 2 } });
    expect(await codeOf(client.call('runSearch', { query: { limit: 2, page_token: next_page_token!, filter: "params.layers = '1'" } }))).toBe('HF-MLF-007');
  });
});

describe('the machine that a run names', () => {
  it('stands beside the metrics of a search and on the run, from tags or from names that clients log, and is found by its tag', async () => {
    const { tracking } = house.rooms;
    const tags = { 'hardware.processor': 'Apple M1 Pro', 'hardware.accelerator': 'apple-silicon', 'hardware.colour': 'grey' };
    const tagged = await tracking.start({ experiment: 'machines', name: 'tagged', tags, by: ada });
    const logged = await tracking.start({ experiment: 'machines', name: 'logged', by: ada });
    await tracking.log(logged, { params: { cpu_count: '4' }, metrics: [{ key: 'system/memory_total_gb', value: 2 }] });
    await tracking.start({ experiment: 'machines', name: 'silent', by: ada });
    const { hardware_keys, rows } = await client.call('runSearch', { query: { experiment: 'machines', order_by: 'attributes.run_name ASC' } });
    expect(hardware_keys).toEqual(['processor', 'cores', 'memory_bytes', 'accelerator']);
    expect(rows.map((row) => row.hardware)).toEqual([
      [null, '4', '2147483648', null],
      [null, null, null, null],
      ['Apple M1 Pro', null, null, 'apple-silicon'],
    ]);
    expect((await client.call('runShow', { params: { id: tagged } })).hardware).toEqual({ processor: 'Apple M1 Pro', accelerator: 'apple-silicon' });
    const found = await client.call('runSearch', { query: { filter: "tags.`hardware.accelerator` = 'apple-silicon'" } });
    expect(found.rows.map((row) => row.id)).toEqual([tagged]);
  });
});

describe('points for a chart', () => {
  it('are as many as asked for, with the spike, and say how many there are', async () => {
    const metrics = Array.from({ length: 5_000 }, (_, step) => ({ key: 'acc', step, at_ms: step, value: step === 3_333 ? 9 : 0.5 }));
    for (let i = 0; i < metrics.length; i += 1_000) await house.rooms.tracking.log(ids[0]!, { metrics: metrics.slice(i, i + 1_000) });
    const { series } = await client.call('runPoints', { query: { runs: `${ids[0]},${ids[1]}`, key: 'acc', points: 100 } });
    expect(series.map(({ run, points_total }) => [run, points_total])).toEqual([
      [ids[0], 5_000],
      [ids[1], 0],
    ]);
    expect(series[0]!.points.length).toBeLessThanOrEqual(100);
    expect(series[0]!.points).toContainEqual([3_333, 9]);
  });
  it('are refused for more runs than a chart takes', async () => {
    expect(await codeOf(client.call('runPoints', { query: { runs: ids.slice(0, 21).join(','), key: 'acc' } }))).toBe('HF-REQ-001');
  });
});

describe('the files of a run', () => {
  it('are listed by folder, and read up to the bytes asked for', async () => {
    const { tracking } = house.rooms;
    const root = (await tracking.runs.get(ids[0]!)).artifact_uri.replace(/^mlflow-artifacts:\/*/, '');
    await tracking.artifacts.put(`${root}/plots/note.txt`, new TextEncoder().encode('a long note'));
    expect((await client.call('runArtifacts', { params: { id: ids[0]! }, query: {} })).entries).toMatchObject([{ name: 'plots', is_dir: true }]);
    expect((await client.call('runArtifacts', { params: { id: ids[0]! }, query: { folder: 'plots' } })).entries).toMatchObject([
      { name: 'note.txt', is_dir: false, size_bytes: 11 },
    ]);
    const part = await client.raw('GET', `/api/v1/runs/${ids[0]}/artifact?path=plots/note.txt&bytes_max=6`);
    expect(await part.text()).toBe('a long');
    expect(part.headers.get('x-size-bytes')).toBe('11');
    expect(part.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''note.txt");
    expect(await (await client.raw('GET', `/api/v1/runs/${ids[0]}/artifact?path=plots/note.txt&whole=true`)).text()).toBe('a long note');
  });
  it('are not those of another run, nor of anything above', async () => {
    for (const at of ['../x', '/etc/passwd', `plots/../../${ids[0]}/artifacts/plots/note.txt`, '%2e%2e/x'])
      expect(await codeOf(client.raw('GET', `/api/v1/runs/${ids[1]}/artifact?path=${encodeURIComponent(at)}`)), at).toMatch(/^HF-TRACK-/);
  });
});
