// bench: durable telemetry ingest over HTTP. Real server, PostgreSQL with fsync, and the load generator share this machine. A point is one
// value of one metric at one time. Beside it, in the same run: plain rows by COPY into a table of the same PostgreSQL.
// Arguments: seconds a row of the table (default 8); --profile FOLDER writes a processor profile of the server.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type OutboxRecord, encodePoints, streams } from '@holdfast/protocol';
import pg from 'pg';
import { copyLines, row_table } from '../tests/load/copy-rows.ts';
import { ServerProgram, embeddedConnection, joinAddress } from '../tests/load/product.ts';
import { type BenchRow, atLeast, quantile, report, seen } from '../tests/load/report.ts';
import { SyntheticDevice } from '../tests/load/synthetic-device.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { profile: { type: 'string' } } });
const seconds = Number(positionals[0] ?? 8);
const devices_count = 64;
/** The rate up to which requests are prepared; whoever is faster is measured until they are used up. */
const points_per_second_max = 1_500_000;
const metrics = 11;

interface Shape {
  readonly what: string;
  /** Samples in one chunk; each has a value for every metric. 64 is what an agent packs into a full chunk. */
  readonly samples: number;
  readonly chunks: number;
  readonly compress: boolean;
  readonly bar: number | null;
}

const shapes: readonly Shape[] = [
  { what: 'one full chunk a sync', samples: 64, chunks: 1, compress: false, bar: 500_000 },
  { what: '16 full chunks a sync (catching up)', samples: 64, chunks: 16, compress: false, bar: null },
  { what: 'one full chunk a sync, gzip', samples: 64, chunks: 1, compress: true, bar: null },
  { what: 'small chunk a sync (14 samples)', samples: 14, chunks: 1, compress: false, bar: null },
];

const names = Array.from({ length: metrics }, (_, m) => `metric_${m}`);

/** Values as a device has them: each metric wanders around a level of its own. */
function chunk(device: number, number: number, samples: number): Uint8Array {
  const first_ms = 1_760_000_000_000 + number * samples * 1000;
  const value = (m: number, i: number) => Math.round((50 * (m + 1) + 10 * Math.sin((device + 1) * (m + 2) * 0.37 * (number * samples + i))) * 1000) / 1000;
  return encodePoints({
    first_ms,
    offsets_ms: Uint32Array.from({ length: samples }, (_, i) => i * 1000),
    metrics: names.map((name, m) => ({ name, values: Float64Array.from({ length: samples }, (_, i) => value(m, i)) })),
  });
}

class Fleet {
  readonly devices: SyntheticDevice[] = [];
  readonly #seqs: number[] = [];

  static async join(address: string): Promise<Fleet> {
    const fleet = new Fleet();
    for (let d = 0; d < devices_count; d++) {
      fleet.devices.push(await SyntheticDevice.enrol(address, `load-${d}`));
      fleet.#seqs.push(0);
    }
    return fleet;
  }

  /** The next requests of one device; the last seq of each stands beside it. */
  prepare(d: number, shape: Shape, count: number): { bytes: Buffer; seq: number }[] {
    return Array.from({ length: count }, () => {
      const records = Array.from({ length: shape.chunks }, (): OutboxRecord => {
        const seq = ++this.#seqs[d]!;
        return { seq, stream: streams.points.number, payload: chunk(d, seq, shape.samples) };
      });
      return { bytes: this.devices[d]!.request(records, shape.compress), seq: this.#seqs[d]! };
    });
  }
}

interface Measured {
  readonly points_per_s: number;
  readonly requests_per_s: number;
  readonly sent_points: number;
  readonly waits_ms: readonly number[];
}

async function measure(fleet: Fleet, shape: Shape): Promise<Measured> {
  const points = shape.samples * shape.chunks * metrics;
  const each = Math.ceil((points_per_second_max * seconds) / points / devices_count);
  const work = fleet.devices.map((_, d) => fleet.prepare(d, shape, each));
  const waits_ms: number[] = [];
  const start = performance.now();
  let end_ms = start + seconds * 1000;
  const loop = async (d: number) => {
    for (const { bytes, seq } of work[d]!) {
      const from = performance.now();
      if (from > end_ms) return;
      const ack = await fleet.devices[d]!.send(bytes);
      if (ack !== seq) throw new Error(`device ${d} sent up to ${seq} and was acknowledged ${ack}`);
      waits_ms.push(performance.now() - from);
    }
    end_ms = Math.min(end_ms, performance.now());
  };
  await Promise.all(work.map((_, d) => loop(d)));
  const took_s = (performance.now() - start) / 1000;
  const sent_points = waits_ms.length * points;
  return { points_per_s: sent_points / took_s, requests_per_s: waits_ms.length / took_s, sent_points, waits_ms };
}

/** Rows a second by COPY: the same points, as one row each, over as many connections as the ingest has commits at a time. */
async function measureRows(connection: pg.ClientConfig): Promise<number> {
  const clients = [new pg.Client(connection), new pg.Client(connection)];
  for (const client of clients) await client.connect();
  await clients[0]!.query(row_table);
  const batch_rows = 20_000;
  const text = Array.from(
    { length: batch_rows },
    (_, i) => `${1_760_000_000_000 + i * 1000}\tdev_${i % devices_count}\t${names[i % metrics]}\t${50 + (i % 1000) / 7}`,
  ).join('\n');
  const lines = Buffer.from(`${text}\n`);
  const start = performance.now();
  let rows = 0;
  const loop = async (client: pg.Client) => {
    while (performance.now() < start + seconds * 1000) {
      await copyLines(client, lines);
      rows += batch_rows;
    }
  };
  await Promise.all(clients.map(loop));
  const rate = rows / ((performance.now() - start) / 1000);
  for (const client of clients) await client.end();
  return rate;
}

/** What the table holds, and what it takes on disk a point. */
async function stored(connection: pg.ClientConfig): Promise<{ points: number; bytes: number }> {
  const client = new pg.Client(connection);
  await client.connect();
  const { rows } = await client.query(
    `select sum(points::bigint * cardinality(metrics))::float8 as points, pg_total_relation_size('points_chunk')::float8 as bytes from points_chunk`,
  );
  await client.end();
  return rows[0] as { points: number; bytes: number };
}

function rowsOf(shape: Shape, m: Measured): BenchRow[] {
  const note = `${shape.samples * metrics} points a chunk, ${devices_count} devices, ${Math.round(m.requests_per_s)} signed syncs/s, p50 ${quantile(m.waits_ms, 0.5).toFixed(0)} ms, p99 ${quantile(m.waits_ms, 0.99).toFixed(0)} ms`;
  return [shape.bar === null ? seen(shape.what, m.points_per_s, 'points/s', note) : atLeast(shape.what, m.points_per_s, 'points/s', shape.bar, note)];
}

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
const node_args = values.profile ? ['--cpu-prof', '--cpu-prof-dir', path.resolve(values.profile)] : [];
const server = new ServerProgram({ folder: path.join(folder, 'server'), args: ['--no-worker'], node_args });
try {
  const client = await server.up();
  const fleet = await Fleet.join(await joinAddress(client));
  const rows: BenchRow[] = [];
  let sent = 0;
  let first = Number.NaN;
  for (const shape of shapes) {
    const measured = await measure(fleet, shape);
    sent += measured.sent_points;
    if (Number.isNaN(first)) first = measured.points_per_s;
    rows.push(...rowsOf(shape, measured));
  }
  for (const device of fleet.devices) device.close();
  const connection = await embeddedConnection(server.folder);
  const table = await stored(connection);
  const plain = await measureRows(connection);
  rows.push(
    seen('peer: plain rows by COPY', plain, 'rows/s', 'same PostgreSQL, index on device, metric, time; 20,000 rows a commit, 2 connections, no HTTP'),
    seen('chunks over HTTP / rows by COPY', first / plain, 'x'),
    seen('on disk a point', table.bytes / table.points, 'bytes', 'table and indexes'),
    { ...seen('acknowledged points not in the table', sent - table.points, 'points'), bar: 0, ok: sent === table.points },
  );
  report('ingest', rows);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
