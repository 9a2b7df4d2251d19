// Telemetry: what devices sent, kept exactly once, and read back for screens and for the movers.
import type { Clock } from '@holdfast/base';
import { failure } from '@holdfast/base';
import { type Actor, type Audit, type Db, announce } from '@holdfast/postgres';
import type { DeviceLabel, OutboxRecord } from '@holdfast/protocol';
import { type ReadRecord, readRecord } from './record.ts';
import * as answers from './answer-table.ts';
import * as feed from './device-label-table.ts';
import { type AnswerFilter, type JoinedAnswers, joinAnswers } from './answers.ts';
import * as profiles from './profile-table.ts';
import { firingsAfter, isFiring } from './firing-table.ts';
import * as table from './record-table.ts';
import * as samples from './sample-table.ts';
import { makeSeries } from './timeline.ts';

export interface Outbox {
  readonly device: string;
  readonly boot: string;
  readonly records: readonly OutboxRecord[];
}

export interface StoredOutbox {
  /** Up to where it may be acknowledged once the transaction is committed. */
  readonly ack: number;
  /** The seq of the last label that was given to its device. */
  readonly last_label: number;
}

const chunks_shown_max = 20_000;
const windows_a_page = 200;

export class Telemetry {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #audit: Audit;

  constructor(options: { db: Db; clock: Clock; audit: Audit }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#audit = options.audit;
  }

  /**
   * Stores the records that are new, and returns the mark of each outbox after it: what may be acknowledged once
   * `trx` is committed. A record at or below the mark was stored before and is dropped: an exactly-once effect. An outbox
   * sends its oldest records first, so the mark never passes one that is still to come; within an exchange their order is free.
   */
  async store(trx: Db, outboxes: readonly Outbox[]): Promise<StoredOutbox[]> {
    const marks = await table.lockMarks(trx, outboxes);
    const fresh: ReadRecord[] = [];
    const acks = outboxes.map(({ device, boot, records }) => {
      const { seq, last_label } = marks.get(`${device} ${boot}`) ?? { seq: 0, last_label: 0 };
      let mark = seq;
      for (const record of records.toSorted((a, b) => a.seq - b.seq)) {
        if (!(record.seq > mark)) continue;
        fresh.push(readRecord({ device, boot, seq: record.seq }, record));
        mark = record.seq;
      }
      marks.set(`${device} ${boot}`, { seq: mark, last_label });
      return { ack: mark, last_label };
    });
    await this.#insert(trx, fresh);
    await table.setMarks(
      trx,
      outboxes.map(({ device, boot }, i) => ({ device, boot, seq: acks[i]!.ack })),
    );
    return acks;
  }

  async #insert(trx: Db, rows: readonly ReadRecord[]): Promise<void> {
    const of = <K extends ReadRecord['kind']>(kind: K) => rows.filter((r): r is Extract<ReadRecord, { kind: K }> => r.kind === kind);
    const [points, windows, events, images, gaps, rejected] = [of('points'), of('window'), of('event'), of('sample'), of('gap'), of('rejected')];
    const said = of('predictions');
    if (said.length > 0) await this.#insertSaid(trx, said);
    const made = of('profile');
    if (made.length > 0) await profiles.insertProfiles(trx, made);
    if (points.length > 0) await table.insertPoints(trx, points);
    if (windows.length > 0) await table.insertWindows(trx, windows);
    if (events.length > 0) await table.insertEvents(trx, events);
    if (images.length > 0) await samples.insertSamples(trx, images);
    if (gaps.length > 0) await table.insertGaps(trx, gaps);
    if (rejected.length > 0) await table.insertRejected(trx, rejected);
    if (windows.length > 0) await announce(trx, 'windows');
    if (events.some(({ event }) => isFiring(event.kind))) await announce(trx, 'firings');
  }

  async #insertSaid(trx: Db, said: readonly Extract<ReadRecord, { kind: 'predictions' }>[]): Promise<void> {
    await answers.insertPredictions(trx, said);
    await answers.forgetOldOf(trx, [...new Set(said.map(({ key }) => key.device))], this.#clock.wall_ms() - answers.kept_ms);
  }

  windowsAfter(db: Db, cursor: { xact: string; id: number }, limit: number) {
    return table.windowsAfter(db, cursor, limit);
  }
  /** What monitors on devices found, or still hold, in commit order. */
  firingsAfter(db: Db, cursor: { xact: string; id: number }, limit: number) {
    return firingsAfter(db, cursor, limit);
  }
  /** The text of a profile that a device made and sent; null where none of this digest came. */
  deviceProfile(digest: string): Promise<string | null> {
    return profiles.findProfile(this.#db, digest);
  }
  /** Every closed window of a time, page by page, in the order in which they ended: a year of a fleet is never in memory at once. */
  async *windowsIn(filter: table.WindowFilter): AsyncGenerator<table.WindowRow> {
    let after = { to_ms: Math.floor(filter.from_ms) - 1, id: 0 };
    for (;;) {
      const rows = await table.windowsIn(this.#db, filter, after, windows_a_page);
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < windows_a_page) return;
      after = { to_ms: last.to_ms, id: last.id };
    }
  }
  async window(id: number): Promise<table.WindowRow> {
    const row = await table.windowById(this.#db, id);
    if (!row) throw failure('HF-REQ-009', { kind: 'window', name: id, of: 'the devices', see: 'drift show' });
    return row;
  }

  async timeline(device: string, range: { from_ms: number; to_ms: number; buckets: number }) {
    const { from_ms, to_ms, buckets } = range;
    const [rows, events, gaps] = await Promise.all([
      table.pointsBetween(this.#db, device, from_ms, to_ms, chunks_shown_max),
      table.eventsBetween(this.#db, device, from_ms, to_ms),
      table.gapsBetween(this.#db, device, from_ms, to_ms),
    ]);
    return { from_ms, to_ms, series: makeSeries(rows, from_ms, to_ms, buckets), marks: events.toReversed(), gaps };
  }
  lastEvents(kinds: readonly string[], limit: number) {
    return table.lastEvents(this.#db, kinds, limit);
  }

  samples(filter: samples.SampleFilter, limit: number) {
    return samples.listSamples(this.#db, filter, limit);
  }
  samplesWithPixels(filter: samples.SampleFilter, limit: number) {
    return samples.readSamples(this.#db, filter, limit);
  }
  countSamples(filter: samples.SampleFilter): Promise<number> {
    return samples.countSamples(this.#db, filter);
  }
  countSamplesByDevice(filter: samples.SampleFilter) {
    return samples.countSamplesByDevice(this.#db, filter);
  }
  /** Takes truths of answers, which may come before the answers do: they are joined when somebody asks. What is new in them goes to the devices. */
  async tell(truths: readonly answers.Truth[], by: Actor): Promise<void> {
    const now_ms = this.#clock.wall_ms();
    const devices = [...new Set(truths.map((truth) => truth.device))];
    await this.#db.transaction().execute(async (trx) => {
      await feed.lockLabelMarks(trx, devices);
      const changed = await answers.putTruths(trx, truths, by.name, now_ms);
      await answers.forgetOld(trx, now_ms - answers.kept_ms);
      await this.#giveBack(trx, changed.map(({ inferred_ms: at_ms, ...truth }) => ({ ...truth, at_ms }))); // prettier-ignore
      await this.#audit(trx, { by, action: 'answer.label', object: 'answers', before: null, after: { labels: truths.length, devices: devices.slice(0, 20) } });
    });
  }
  /** Labels on their way to their devices; the marks of these are held. */
  async #giveBack(trx: Db, labels: readonly feed.GivenLabel[]): Promise<void> {
    if (labels.length === 0) return;
    const now_ms = this.#clock.wall_ms();
    await feed.insertDeviceLabels(trx, labels, now_ms);
    await feed.forgetDeviceLabels(trx, [...new Set(labels.map((label) => label.device))], now_ms);
  }
  /** Labels of the answers of devices, for each that asks: beyond the last one that it holds. */
  labelsAfter(trx: Db, wanted: readonly feed.LabelsWanted[]): Promise<DeviceLabel[][]> {
    return wanted.length === 0 ? Promise.resolve([]) : feed.labelsAfter(trx, wanted);
  }
  /** How many labels a device was given so far, and how many of them are kept for it beyond the last one that it holds. */
  labelFeed(of: feed.LabelsWanted): Promise<{ given: number; waiting: number }> {
    return feed.labelFeed(this.#db, of);
  }
  /** Answers of a model over a time whose truth was told, and how many truths have no answer (yet). */
  answers(filter: AnswerFilter, limit: number): Promise<JoinedAnswers> {
    return joinAnswers(this.#db, filter, limit);
  }
  async sample(id: number): Promise<samples.SampleRow> {
    const row = await samples.findSample(this.#db, id);
    if (!row) throw failure('HF-REQ-004', { kind: 'sample', name: id });
    return row;
  }
  /** Takes what people say that samples show, the last word of each (null: nobody can tell, and it waits no more); answers how many of these samples there are. What is new goes to the devices. */
  async label(labels: readonly samples.SampleLabel[], by: Actor): Promise<number> {
    const last = new Map(labels.map(({ id, label }) => [id, label]));
    return this.#db.transaction().execute(async (trx) => {
      const rows = await samples.lockLabels(trx, [...last.keys()]);
      if (rows.length === 0) return 0;
      const after = rows.map(({ id }) => ({ id, label: last.get(id) ?? null }));
      await samples.labelSamples(trx, after, by.name, this.#clock.wall_ms());
      const changed = rows.flatMap(({ id, label: was, ...of }) => {
        const label = last.get(id) ?? null;
        return label === null || label === was ? [] : [{ ...of, label }];
      });
      await feed.lockLabelMarks(trx, changed.map((one) => one.device)); // prettier-ignore
      await this.#giveBack(trx, changed);
      const before = rows.map(({ id, label }) => ({ id, label }));
      await this.#audit(trx, { by, action: 'sample.label', object: 'samples', before, after });
      return rows.length;
    });
  }
}
