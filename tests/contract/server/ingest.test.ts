// contract/server: the server's end of the sync: exactly once, all or nothing, acknowledged after the commit.
import { sql } from '@holdfast/postgres';
import { type OutboxRecord, encodePoints, encodeSample, streams } from '@holdfast/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type SimulatedDevice, event, exchangeOf, joinDevice, openHouse, record, reportOf, sync } from './support.ts';

let house: House;
let devices = 0;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const join = () => joinDevice(house.rooms, `edge-${++devices}`);

async function stored(device: string): Promise<string[]> {
  const { rows } = await sql<{ text: string }>`select text from device_event where device = ${device} order by seq`.execute(house.database.db);
  return rows.map((row) => row.text);
}
async function setAside(device: string): Promise<{ seq: number; stream: number; reason: string; payload: Buffer }[]> {
  const { rows } = await sql<{
    seq: number;
    stream: number;
    reason: string;
    payload: Buffer;
  }>`select seq, stream, reason, payload from rejected_record where device = ${device} order by seq`.execute(house.database.db);
  return rows;
}
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => record(from + i, 'events', event(String(from + i))));
const texts = (from: number, to: number) => events(from, to).map((r) => String(r.seq));

/** Ends the connection that waits for a lock, as a server that is killed in the middle of its transaction. */
async function killWaiting(): Promise<void> {
  for (;;) {
    const { rows } = await sql<{
      pid: number;
    }>`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(house.database.db);
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the sync exchange', () => {
  it('stores the same records once, however often they are sent, and overlapping ones', async () => {
    const { id } = await join();
    expect((await sync(house.rooms, id, events(1, 3))).ack).toBe(3);
    expect((await sync(house.rooms, id, events(1, 3))).ack).toBe(3);
    expect((await sync(house.rooms, id, events(2, 5))).ack).toBe(5);
    expect((await sync(house.rooms, id, [])).ack).toBe(5);
    expect(await stored(id)).toEqual(texts(1, 5));
  });

  it('stores records that come out of order within an exchange', async () => {
    const { id } = await join();
    expect((await sync(house.rooms, id, events(1, 6).toReversed())).ack).toBe(6);
    expect(await stored(id)).toEqual(texts(1, 6));
  });

  it('stores once what two servers get at the same time', async () => {
    const { id } = await join();
    const other = await house.again();
    const sent = [house.rooms, other, house.rooms, other, house.rooms].map((rooms) => sync(rooms, id, events(1, 40)));
    expect((await Promise.all(sent)).map((reply) => reply.ack)).toEqual([40, 40, 40, 40, 40]);
    expect(await stored(id)).toEqual(texts(1, 40));
  });

  it('counts an outbox that starts from nothing on its own', async () => {
    const { id } = await join();
    await sync(house.rooms, id, events(1, 2), {}, 'boot-1');
    expect((await sync(house.rooms, id, events(1, 1), {}, 'boot-2')).ack).toBe(1);
    expect((await sync(house.rooms, id, [], {}, 'boot-1')).ack).toBe(2);
    expect(await stored(id)).toHaveLength(3);
  });

  it('keeps exactly the records sent, whatever the pieces, repeats and connections', async () => {
    const other = await house.again();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(30), fc.nat(10), fc.boolean()), { minLength: 1, maxLength: 8 }), async (pieces) => {
        const { id } = await join();
        let acked = 0;
        for (const [back, more, elsewhere] of pieces) {
          const from = Math.max(1, acked + 1 - back); // a device sends again from anywhere behind the ack, never from past it
          const sent = events(from, acked + more);
          const replies = await Promise.all([sync(house.rooms, id, sent), ...(elsewhere ? [sync(other, id, sent)] : [])]);
          acked += more;
          for (const reply of replies) expect(reply.ack).toBe(acked);
        }
        expect(await stored(id)).toEqual(texts(1, acked));
      }),
      { numRuns: 25 },
    );
  });

  it('acknowledges nothing where its transaction is killed, and everything when it is sent again', async () => {
    const { id } = await join();
    await sync(house.rooms, id, events(1, 1));
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let hold = (): void => undefined;
    const holding = new Promise<void>((resolve) => (hold = resolve));
    const locked = house.database.db.transaction().execute(async (trx) => {
      await sql`select 1 from outbox_mark where device = ${id} for update`.execute(trx);
      hold();
      await held;
    });
    await holding;
    const failed = sync(house.rooms, id, events(2, 4)).then(
      () => 'acknowledged',
      () => 'refused',
    );
    await killWaiting();
    release();
    await locked;
    expect(await failed).toBe('refused');
    expect(await stored(id)).toEqual(['1']);
    expect((await sync(house.rooms, id, events(2, 4))).ack).toBe(4);
    expect(await stored(id)).toEqual(texts(1, 4));
  });

  it('says 503 before its queue grows without end, and answers all that it took', async () => {
    const { id } = await join();
    const took: Promise<unknown>[] = [];
    let refused: unknown;
    for (let n = 0; n < 3_000 && !refused; n++) {
      try {
        took.push(house.rooms.ingest.exchange(exchangeOf(id)));
      } catch (error) {
        refused = error;
      }
    }
    expect(refused).toMatchObject({ code: 'HF-SYNC-003', status: 503, retryable: true });
    expect(took.length).toBeGreaterThanOrEqual(2_000);
    await Promise.all(took);
  });

  it('lets a failing exchange take no other with it that shares its commit', async () => {
    const [good, bad, other] = [await join(), await join(), await join()];
    const before = house.errors.length;
    // the first two keep both commits busy, so that the three after them share one
    const busy = [sync(house.rooms, other.id), sync(house.rooms, other.id, [], {}, 'boot-2')];
    const sent = [good, bad, other].map((d) => {
      const one = exchangeOf(d.id, events(1, 2), {}, d === bad ? 'boot\0' : 'boot-1');
      return house.rooms.ingest.exchange(one).then(
        (reply) => reply.ack,
        () => 'refused',
      );
    });
    expect(await Promise.all(sent)).toEqual([2, 'refused', 2]);
    await Promise.all(busy);
    expect(await stored(good.id)).toEqual(['1', '2']);
    expect(await stored(bad.id)).toEqual([]);
    expect(house.errors.length).toBe(before + 1);
  });

  it('refuses a record whose number is no number of a record', async () => {
    const { id } = await join();
    for (const seq of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      await expect(async () => sync(house.rooms, id, [record(seq, 'events', event('x'))])).rejects.toMatchObject({ code: 'HF-REQ-001' });
    }
  });
});

const odd: readonly (readonly [string, OutboxRecord['stream'], Uint8Array])[] = [
  ['bytes that are no JSON', streams.events.number, Buffer.from('{')],
  ['bytes that are no text', streams.windows.number, Buffer.from([0xff, 0xfe])],
  ['null', streams.gap.number, Buffer.from('null')],
  ['a stream that is not known', 99, Buffer.from('x')],
  ['a stream beyond any', 4_294_967_295, Buffer.from('x')],
  ['a NUL in a text', streams.events.number, Buffer.from(JSON.stringify(event('a\0b')))],
  ['half a character', streams.events.number, Buffer.from(JSON.stringify({ ...event('x'), fields: { a: '\ud800' } }))],
  ['a nesting without end', streams.windows.number, Buffer.from('['.repeat(200_000) + ']'.repeat(200_000))],
  ['a time beyond all times', streams.events.number, Buffer.from(JSON.stringify({ ...event('x'), at_ms: 1e300 }))],
  [
    'points of a time beyond all times',
    streams.points.number,
    encodePoints({ first_ms: 1e300, offsets_ms: Uint32Array.of(0), metrics: [{ name: 'a', values: Float64Array.of(1) }] }),
  ],
  [
    'points with a line end in a name',
    streams.points.number,
    encodePoints({ first_ms: 0, offsets_ms: Uint32Array.of(0), metrics: [{ name: 'a\nb', values: Float64Array.of(1) }] }),
  ],
  ['a sample with a huge version', streams.samples.number, sample({ model_version: 2 ** 40 })],
  ['a sample with a NUL', streams.samples.number, sample({ reason: 'a\0' })],
  ['a sample of negative size', streams.samples.number, sample({ width: -2, height: -2 })],
];

function sample(change: object): Uint8Array {
  const head = {
    v: 1 as const,
    at_ms: 0,
    reference: 1,
    model: 'eyes',
    model_version: 1,
    width: 2,
    height: 2,
    channels: 1,
    predicted: 3,
    confidence: 0.5,
    reason: 'steady' as const,
  };
  return encodeSample({ ...head, ...change }, new Uint8Array(4));
}

describe('a record that cannot be read', () => {
  it.each(odd)('is set aside whole and stops no other: %s', async (_, stream, payload) => {
    const { id } = await join();
    const records = [record(1, 'events', event('1')), { seq: 2, stream, payload }, record(3, 'events', event('3'))];
    expect((await sync(house.rooms, id, records)).ack).toBe(3);
    expect(await stored(id)).toEqual(['1', '3']);
    const [aside] = await setAside(id);
    expect(aside).toMatchObject({ seq: 2, stream });
    expect(aside!.reason.length).toBeGreaterThan(3);
    expect(aside!.payload.equals(payload)).toBe(true);
  });

  it('is stored or set aside, whatever its bytes: no record is lost, and none holds the outbox up', async () => {
    const json = fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text));
    const near = fc
      .oneof(fc.object({ key: fc.constantFrom('v', 'at_ms', 'kind', 'text', 'fields', 'stream', 'from_seq', 'to_seq', 'records', 'reason'), maxDepth: 2 }))
      .map((o) => Buffer.from(JSON.stringify({ v: 1, ...o })));
    const payload = fc.oneof(fc.uint8Array({ maxLength: 200 }), json, near);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), payload), { minLength: 1, maxLength: 20 }), async (parts) => {
        const { id } = await join();
        const records = parts.map(([stream, bytes], i) => ({ seq: i + 1, stream, payload: bytes }));
        expect((await sync(house.rooms, id, records)).ack).toBe(parts.length);
        const { rows } = await sql<{ n: number }>`
          select count(*) as n from (select seq from device_event where device = ${id} union all select seq from gap where device = ${id} union all select seq from sample where device = ${id}
            union all select seq from window_summary where device = ${id} union all select seq from points_chunk where device = ${id} union all select seq from rejected_record where device = ${id}) kept`.execute(
          house.database.db,
        );
        expect(rows[0]!.n).toBe(parts.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a report', () => {
  it('is taken up with the records, the last one counts, and bytes add up', async () => {
    const device: SimulatedDevice = await join();
    await Promise.all([sync(house.rooms, device.id), sync(house.rooms, device.id, events(1, 1), { suspects: ['x'] })]);
    await sync(house.rooms, device.id, [], { generation: 7 });
    const row = await house.rooms.fleet.device(device.id);
    expect(row.reported).toEqual(reportOf({ generation: 7 }));
    expect(row.bytes_received).toBe(300);
    expect(row.last_seen_ms).toBe(house.clock.wall_ms());
  });
});
