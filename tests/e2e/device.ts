// tests/e2e: a small device: enrolled by a join token, it signs its syncs and reports what it is told to, as the protocol says.
import {
  type DesiredState,
  type InstallReport,
  type OutboxRecord,
  type ReportedState,
  type SyncReply,
  encodeSync,
  protocol_version,
  streams,
} from '@holdfast/protocol';
import { type Enrolled, enrol, quiet_report, signedHeaders, sync_path } from '../load/device-wire.ts';

const platform = { os: 'linux', arch: 'arm64', runtime: 'node 18' };

export class Device {
  readonly #enrolled: Enrolled;
  #desired: DesiredState | null = null;
  #current: ReportedState['current'] = null;
  #install: InstallReport = { state: 'idle', bundle: null, rollout: null, since_ms: 0, bytes_done: 0, error: null };
  #seq = 0;
  #n = 0;

  private constructor(enrolled: Enrolled) {
    this.#enrolled = enrolled;
  }

  static async join(address: string, name: string, labels: Readonly<Record<string, string>>): Promise<Device> {
    return new Device(await enrol(address, { name, labels, platform }));
  }

  get id(): string {
    return this.#enrolled.id;
  }
  get name(): string {
    return this.#enrolled.name;
  }
  get current(): ReportedState['current'] {
    return this.#current;
  }

  json(stream: keyof typeof streams, value: unknown): OutboxRecord {
    return this.bytes(stream, new TextEncoder().encode(JSON.stringify(value)));
  }

  bytes(stream: keyof typeof streams, payload: Uint8Array): OutboxRecord {
    return { seq: ++this.#seq, stream: streams[stream].number, payload };
  }

  /** One exchange. A version that it is told to run is there at the next one: fetched, tried and kept. */
  async sync(records: readonly OutboxRecord[] = []): Promise<void> {
    const generation = this.#desired?.generation ?? 0;
    const head = {
      proto: protocol_version,
      boot: `boot-${this.name}`,
      n: this.#n++,
      have: { generation },
      reported: this.#report(generation),
      clock: { wall_ms: Date.now(), mono_ms: performance.now() },
    };
    const body = Buffer.from(encodeSync(head, records));
    const reply = await fetch(new URL(sync_path, this.#enrolled.server.origin), { method: 'POST', headers: signedHeaders(this.#enrolled, body), body });
    if (!reply.ok) throw new Error(`sync of ${this.name}: ${await reply.text()}`);
    this.#take((await reply.json()) as SyncReply);
  }

  #take({ desired }: SyncReply): void {
    if (!desired) return;
    this.#desired = JSON.parse(Buffer.from(desired.payload, 'base64').toString()) as DesiredState;
    const { assignment: wanted, no_bundle } = this.#desired;
    if (no_bundle) {
      this.#current = null;
      this.#install = { state: 'cleared', bundle: null, rollout: no_bundle.rollout, since_ms: Date.now(), bytes_done: 0, error: null };
    }
    if (!wanted) return;
    this.#current = { bundle: wanted.bundle.digest, model: wanted.model, model_version: wanted.model_version };
    this.#install = {
      state: 'committed',
      bundle: wanted.bundle.digest,
      rollout: wanted.rollout,
      since_ms: Date.now(),
      bytes_done: wanted.bundle.size_bytes,
      error: null,
    };
  }

  #report(generation: number): ReportedState {
    return {
      ...quiet_report,
      platform,
      generation,
      current: this.#current,
      install: this.#install,
      program: { state: 'running', pid: 4711, restarts: 0, since_ms: Date.now() - 60_000, last_exit: null },
      health: {
        uptime_s: 3600,
        load_1m: 0.4,
        memory_total_bytes: 1_073_741_824,
        memory_available_bytes: 536_870_912,
        disk_total_bytes: 8_589_934_592,
        disk_free_bytes: 4_294_967_296,
        agent_rss_bytes: 50_331_648,
        temperature_c: 51.5,
        thermal_state: 'fair',
      },
      hardware: {
        machine: 'Raspberry Pi 4 Model B Rev 1.4',
        processor: 'Cortex-A72',
        architecture: 'arm64',
        cores: '4',
        flags: 'neon',
        memory_bytes: '1073741824',
        accelerator: 'raspberry-pi',
        os: 'Debian GNU/Linux 12 (bookworm)',
      },
    };
  }
}
