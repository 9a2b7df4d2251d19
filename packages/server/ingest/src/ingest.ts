// Ingest: the server's end of the sync exchange. Many exchanges share one commit; each is acknowledged after it.
import { type Clock, failure } from '@holdfast/base';
import type { Db } from '@holdfast/postgres';
import { type DeviceLabel, type Envelope, type OutboxRecord, type SyncReply, type SyncRequest, protocol_version, sync_limits } from '@holdfast/protocol';
import { type DeviceRow, type Fleet, isNewer } from '@holdfast/fleet';
import type { Telemetry } from '@holdfast/telemetry';

export interface Exchange {
  readonly device: string;
  /** The time that the device signed it with: it orders the reports of a device. */
  readonly sent_ms: number;
  readonly head: SyncRequest;
  readonly records: readonly OutboxRecord[];
  readonly bytes_received: number;
}

export interface IngestOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly telemetry: Telemetry;
  /** Told of an error that put one exchange aside; the others of its commit went on. */
  readonly on_error: (error: Error) => void;
}

interface ReplyParts {
  readonly poll_ms: number;
  readonly desired: Envelope | undefined;
  readonly ack: number;
  readonly newer: boolean;
  readonly labels: readonly DeviceLabel[] | undefined;
}

interface Waiting extends Exchange {
  readonly size_bytes: number;
  readonly resolve: (reply: SyncReply) => void;
  readonly reject: (error: unknown) => void;
}

/** Exchanges that may wait: past it the server says 503 before its memory grows. */
const waiting_max = 2_000;
const waiting_bytes_max = 268_435_456;
/** Exchanges and bytes in one commit, and commits at a time (one connection each). */
const batch_max = 64;
const batch_bytes_max = 33_554_432;
const commits_max = 2;

export class Ingest {
  readonly #o: IngestOptions;
  readonly #waiting: Waiting[] = [];
  #waiting_bytes = 0;
  #commits = 0;

  constructor(options: IngestOptions) {
    this.#o = options;
  }

  /** Stores the records exactly once and answers after the commit. Fails with HF-SYNC-003 or -004 where too many wait. */
  exchange(exchange: Exchange): Promise<SyncReply> {
    if (this.#waiting.length >= waiting_max) throw failure('HF-SYNC-003', { saw: this.#waiting.length, limit: waiting_max });
    if (exchange.records.length > sync_limits.records_max) throw failure('HF-REQ-008', { what: 'a sync, of records,', limit: sync_limits.records_max });
    const odd = exchange.records.find(({ seq }) => !Number.isSafeInteger(seq) || seq < 1);
    if (odd) throw failure('HF-REQ-001', { where: 'record', saw: `seq ${odd.seq}`, expected: 'a whole number of at least 1' });
    const size_bytes = exchange.records.reduce((sum, record) => sum + record.payload.length, 0);
    if (this.#waiting_bytes + size_bytes > waiting_bytes_max) throw failure('HF-SYNC-004', { saw: this.#waiting_bytes + size_bytes, limit: waiting_bytes_max });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...exchange, size_bytes, resolve, reject });
      this.#waiting_bytes += size_bytes;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#commits < commits_max && this.#waiting.length > 0) {
      this.#commits++;
      const batch = this.#takeBatch();
      void this.#answer(batch).finally(() => {
        this.#commits--;
        this.#pump();
      });
    }
  }

  /** The oldest ones, as many as one commit may hold; at least one. */
  #takeBatch(): Waiting[] {
    let [count, bytes] = [0, 0];
    while (count < Math.min(batch_max, this.#waiting.length) && (count === 0 || bytes + this.#waiting[count]!.size_bytes <= batch_bytes_max))
      bytes += this.#waiting[count++]!.size_bytes;
    this.#waiting_bytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  /** One commit for all; where it fails, one each, so that a bad exchange takes no other with it. */
  async #answer(batch: readonly Waiting[]): Promise<void> {
    try {
      const replies = await this.#commit(batch);
      batch.forEach((one, i) => one.resolve(replies[i]!));
    } catch (error) {
      if (batch.length === 1) {
        this.#o.on_error(error as Error);
        batch[0]!.reject(error);
      } else for (const one of batch) await this.#answer([one]);
    }
  }

  /** The replies are made within the transaction, so that their bytes are counted by the same commit. */
  #commit(batch: readonly Exchange[]): Promise<SyncReply[]> {
    const { db, fleet, telemetry, clock } = this.#o;
    return db.transaction().execute(async (trx) => {
      const stored = await telemetry.store(
        trx,
        batch.map((b) => ({ device: b.device, boot: b.head.boot, records: b.records })),
      );
      const held = await fleet.hold(
        trx,
        batch.map((b) => b.device),
      );
      const rows = new Map(held.map((row) => [row.id, row]));
      const desired = await fleet.desiredFor(
        trx,
        batch.map((b) => ({ row: rows.get(b.device), have_generation: b.head.have.generation })),
      );
      const labels = await this.#labelsFor(trx, batch, (device, i) => (rows.get(device)?.removed_ms === null ? stored[i]!.last_label : 0));
      const seen_ms = clock.wall_ms();
      const newer = newerOf(batch, rows, seen_ms);
      const replies = batch.map((b, i) =>
        this.#reply({ poll_ms: rows.get(b.device)?.poll_ms ?? 60_000, desired: desired[i], ack: stored[i]!.ack, newer: newer[i]!, labels: labels.get(b) }),
      );
      await fleet.report(
        trx,
        batch.map((b, i) => ({
          device: b.device,
          taken: newer[i] ? { reported: b.head.reported, sent_ms: b.sent_ms, seen_ms } : null,
          bytes_received: b.bytes_received,
          bytes_sent: JSON.stringify(replies[i]).length,
        })),
      );
      return replies;
    });
  }

  /** Of exchanges that ask for labels, and for which some wait: a device that holds the last one costs no statement. */
  async #labelsFor(trx: Db, batch: readonly Exchange[], lastOf: (device: string, i: number) => number): Promise<Map<Exchange, readonly DeviceLabel[]>> {
    const asking = batch.filter(({ device, head }, i) => lastOf(device, i) > (head.reported.labels?.after ?? Number.POSITIVE_INFINITY));
    const found = await this.#o.telemetry.labelsAfter(
      trx,
      asking.map(({ device, head }) => ({ device, after: head.reported.labels!.after })),
    );
    return new Map(asking.map((one, i) => [one, found[i]!]));
  }

  #reply({ poll_ms, desired, ack, newer, labels = [] }: ReplyParts): SyncReply {
    return {
      proto: protocol_version,
      ack,
      ...(desired ? { desired } : {}),
      ...(newer ? {} : { stale: true as const }),
      ...(labels.length > 0 ? { labels } : {}),
      time: { server_ms: this.#o.clock.wall_ms() },
      next: { after_ms: poll_ms, jitter_ms: Math.round(poll_ms / 10) },
    };
  }
}

/** Which of these exchanges say something newer of their device than is known: each is held against the row and those before it. */
function newerOf(batch: readonly Exchange[], rows: ReadonlyMap<string, DeviceRow>, now_ms: number): boolean[] {
  const last = new Map([...rows].map(([id, row]) => [id, row.report_sent_ms]));
  return batch.map(({ device, sent_ms }) => {
    const newer = isNewer(sent_ms, last.get(device) ?? null, now_ms);
    if (newer) last.set(device, sent_ms);
    return newer;
  });
}
