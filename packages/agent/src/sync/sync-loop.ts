// agent/sync: the one exchange with the server, again and again. (device, boot, seq) names a record, so that sending twice is harmless;
// a record leaves the outbox only after the server has said that it is committed there.

import { gzipSync } from 'node:zlib';
import { HoldfastError, backOff_ms, failure } from '@holdfast/base';
import { type DesiredState, type OutboxRecord, type ReportedState, type SyncReply, encodeSync, labels_a_reply_max, protocol_version } from '@holdfast/protocol';
import type { Outbox } from '../outbox/index.ts';
import type { DeviceChannel } from './device-channel.ts';
import type { DeviceClock } from './device-clock.ts';
import { Pace } from './pace.ts';
import { problemOf } from './problem.ts';

export interface SyncOptions {
  readonly channel: DeviceChannel;
  readonly outbox: Outbox;
  readonly clock: DeviceClock;
  readonly random: () => number;
  readonly reported: () => ReportedState;
  /** Called before records are read, so that what is still collected can be appended. */
  readonly before: () => void;
  /** Called with a desired state that came; it is checked and kept there. Fails where it is refused. */
  readonly on_desired: (envelope: NonNullable<SyncReply['desired']>) => void;
  readonly desired: () => DesiredState;
  /** Called with labels of this device's answers; how many of them were new, and are kept now. Fails where they are refused, or the disk refuses them. */
  readonly on_labels: (labels: NonNullable<SyncReply['labels']>) => number;
  readonly on_line: (text: string) => void;
}

const path = '/api/device/v1/sync';
const compress_above_bytes = 1_024;
const batch = { records_max: 2_000, bytes_max: 1_048_576 };

export class SyncLoop {
  readonly #options: SyncOptions;
  readonly #pace: Pace;
  #n = 0;
  #acked = 0;
  #failures = 0;
  #was_stale = false;
  #stopped = false;
  #running: Promise<void> | null = null;
  /** True where the server has removed this device: it is asked no more until the next start. */
  removed = false;

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#pace = new Pace();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Asks for an exchange soon. During a back-off it waits for its end: an event is no reason to press a server that is down. */
  soon(): void {
    if (this.#failures === 0) this.#pace.wake();
  }

  /** What is not sent stays in the outbox. An exchange that is under way ends when its channel is closed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pace.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped && !this.removed) {
      const wait_ms = await this.#once();
      if (!this.#stopped && !this.removed) await this.#pace.wait(wait_ms);
    }
  }

  /** One exchange; returns the wait before the next. */
  async #once(): Promise<number> {
    try {
      const { reply, more } = await this.#exchange();
      if (this.#failures > 0) this.#options.on_line('the server answers again');
      this.#failures = 0;
      this.#n++;
      return more ? 0 : reply.next.after_ms + this.#options.random() * reply.next.jitter_ms;
    } catch (error) {
      const known = error instanceof HoldfastError ? error : failure('HF-AGENT-009', { reason: textOf(error) }, error);
      return this.#onFailure(known);
    }
  }

  async #exchange(): Promise<{ reply: SyncReply; more: boolean }> {
    const { outbox, channel, clock } = this.#options;
    this.#options.before();
    // Only what is on disk is sent: a number that a power cut gives out twice would be taken for a duplicate.
    const records = (await outbox.sync()) ? outbox.read(this.#acked, batch) : [];
    const sent_mono_ms = clock.mono_ms();
    const { body, headers } = this.#frame(records);
    const answer = await channel.exchange({ method: 'POST', path, headers, body });
    if (answer.status !== 200) throw problemOf(answer);
    const reply = checkReply(answer.body);
    clock.correct(reply.time.server_ms, sent_mono_ms);
    await this.#acknowledge(reply.ack, records);
    if (reply.desired) this.#takeDesired(reply.desired);
    const more_labels = this.#takeLabels(reply.labels ?? []);
    // Not newer than the last report: the clock, which this reply has set, was behind since the start. Once more, and then with the next poll.
    const again = reply.stale === true && !this.#was_stale;
    this.#was_stale = reply.stale === true;
    return { reply, more: again || more_labels || (records.length > 0 && reply.ack >= records.at(-1)!.seq && outbox.records > 0 && isFull(records)) };
  }

  #frame(records: readonly OutboxRecord[]): { body: Uint8Array; headers: Record<string, string> } {
    const { outbox, clock, reported, desired } = this.#options;
    const head = {
      proto: protocol_version,
      boot: outbox.boot,
      n: this.#n,
      have: { generation: desired().generation },
      reported: reported(),
      clock: { wall_ms: clock.wall_ms(), mono_ms: clock.mono_ms() },
    };
    const body = encodeSync(head, records);
    const headers = { 'content-type': 'application/octet-stream' };
    return body.length > compress_above_bytes ? { body: gzipSync(body), headers: { ...headers, 'content-encoding': 'gzip' } } : { body, headers };
  }

  /** Never beyond what was sent: a server with another's books must not empty this outbox. */
  async #acknowledge(ack: number, records: readonly OutboxRecord[]): Promise<void> {
    const last = records.at(-1)?.seq ?? this.#acked;
    const seq = Math.min(ack, last);
    if (seq <= this.#acked) return;
    await this.#options.outbox.ack(seq);
    this.#acked = seq;
  }

  #takeDesired(envelope: NonNullable<SyncReply['desired']>): void {
    try {
      this.#options.on_desired(envelope);
    } catch (error) {
      this.#options.on_line(error instanceof HoldfastError ? `${error.code}: ${error.message}` : `the desired state could not be kept: ${textOf(error)}`);
    }
  }

  /** True where more may wait. Those that could not be kept come again with the next exchange: the report says up to where they are kept. */
  #takeLabels(labels: NonNullable<SyncReply['labels']>): boolean {
    try {
      return this.#options.on_labels(labels) > 0 && labels.length >= labels_a_reply_max;
    } catch (error) {
      this.#options.on_line(error instanceof HoldfastError ? `${error.code}: ${error.message}` : `labels could not be kept: ${textOf(error)}`);
      return false;
    }
  }

  #onFailure(error: HoldfastError): number {
    if (error.code === 'HF-ACCESS-008') {
      this.removed = true;
      this.#options.on_line(`${error.code}: ${error.message} Syncing ends; the program is kept running. ${error.hint}`);
      return 0;
    }
    const max_ms = this.#options.desired().poll_ms < 10_000 ? 60_000 : 3_600_000;
    const asked_ms = error.details['retry_after_ms'];
    const wait_ms = typeof asked_ms === 'number' ? asked_ms : backOff_ms(this.#failures, { base_ms: 1_000, max_ms }, this.#options.random);
    if (this.#failures === 0) this.#options.on_line(`${error.code}: ${error.message} The next try is in ${(wait_ms / 1000).toFixed(1)} s.`);
    this.#failures++;
    return wait_ms;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isFull(records: readonly OutboxRecord[]): boolean {
  const bytes = records.reduce((sum, record) => sum + record.payload.length, 0);
  return records.length >= batch.records_max || bytes >= batch.bytes_max / 2;
}

function checkReply(body: Uint8Array): SyncReply {
  let reply: SyncReply;
  try {
    reply = JSON.parse(new TextDecoder().decode(body)) as SyncReply;
  } catch (cause) {
    throw failure('HF-AGENT-008', { saw: 'text that is not JSON', expected: 'a sync reply' }, cause);
  }
  if (reply?.proto !== protocol_version) throw failure('HF-AGENT-008', { saw: `protocol ${String(reply?.proto)}`, expected: `protocol ${protocol_version}` });
  const numbers = [reply.ack, reply.time?.server_ms, reply.next?.after_ms, reply.next?.jitter_ms];
  if (!numbers.every((value) => Number.isFinite(value) && value >= 0))
    throw failure('HF-AGENT-008', { saw: 'a reply without its numbers', expected: 'ack, time and next' });
  return reply;
}
