// Ingest: the server's end of the sync exchange. Many exchanges share one commit; each is acknowledged after it.
import { type Clock, failure } from '@holdfast/base';
import type { Db } from '@holdfast/postgres';
import { type OutboxRecord, type SyncReply, type SyncRequest, protocol_version, sync_limits } from '@holdfast/protocol';
import type { DeviceRow, Fleet } from '@holdfast/fleet';
import type { Telemetry } from '@holdfast/telemetry';

export interface Exchange {
  readonly device: string;
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

interface Waiting extends Exchange {
  readonly resolve: (reply: SyncReply) => void;
  readonly reject: (error: unknown) => void;
}

/** Exchanges that may wait: past it the server says 503 before its memory grows. */
const waiting_max = 2_000;
/** Exchanges in one commit, and commits at a time (one connection each). */
const batch_max = 64;
const commits_max = 2;

export class Ingest {
  readonly #o: IngestOptions;
  readonly #waiting: Waiting[] = [];
  #commits = 0;

  constructor(options: IngestOptions) {
    this.#o = options;
  }

  /** Stores the records exactly once and answers after the commit. Fails with HF-SYNC-003 where too many wait. */
  exchange(exchange: Exchange): Promise<SyncReply> {
    if (this.#waiting.length >= waiting_max) throw failure('HF-SYNC-003', { saw: this.#waiting.length, limit: waiting_max });
    if (exchange.records.length > sync_limits.records_max) throw failure('HF-REQ-008', { what: 'a sync, of records,', limit: sync_limits.records_max });
    const odd = exchange.records.find(({ seq }) => !Number.isSafeInteger(seq) || seq < 1);
    if (odd) throw failure('HF-REQ-001', { where: 'record', saw: `seq ${odd.seq}`, expected: 'a whole number of at least 1' });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...exchange, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#commits < commits_max && this.#waiting.length > 0) {
      this.#commits++;
      const batch = this.#waiting.splice(0, batch_max);
      void this.#answer(batch).finally(() => {
        this.#commits--;
        this.#pump();
      });
    }
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

  async #commit(batch: readonly Exchange[]): Promise<SyncReply[]> {
    const { db, fleet, telemetry, clock } = this.#o;
    const acks = await db.transaction().execute(async (trx) => {
      const marks = await telemetry.store(trx, batch.map((b) => ({ device: b.device, boot: b.head.boot, records: b.records })));
      const seen_ms = clock.wall_ms();
      await fleet.report(trx, batch.map((b) => ({ device: b.device, reported: b.head.reported, seen_ms, bytes_received: b.bytes_received })));
      return marks;
    });
    const rows = new Map((await fleet.byId(batch.map((b) => b.device))).map((row) => [row.id, row]));
    return batch.map((b, i) => this.#reply(rows.get(b.device), b.head.have.generation, acks[i]!));
  }

  #reply(row: DeviceRow | undefined, have_generation: number, ack: number): SyncReply {
    const poll_ms = row?.poll_ms ?? 60_000;
    const desired = row && this.#o.fleet.desiredFor(row, have_generation);
    return {
      proto: protocol_version,
      ack,
      ...(desired ? { desired } : {}),
      time: { server_ms: this.#o.clock.wall_ms() },
      next: { after_ms: poll_ms, jitter_ms: Math.round(poll_ms / 10) },
    };
  }
}
