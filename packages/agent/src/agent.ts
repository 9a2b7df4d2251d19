// agent: the composition. It makes the rooms and joins them; the rules are in the rooms, and what is done with an inference is in observation.ts.

import { join } from 'node:path';
import { type Clock, systemClock } from '@holdfast/base';
import type { DesiredState, DeviceEvent, InstallReport, ReportedState } from '@holdfast/protocol';
import { ringPath } from './capture/index.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { Health, lastingFacts } from './health/index.ts';
import { type Identity, deviceKey, readIdentity } from './identity.ts';
import { InstallFile, Installer, Slots, wishOf } from './install/index.ts';
import { collectWhatPiledUp } from './lean.ts';
import { Observation } from './observation.ts';
import { Outbox } from './outbox/index.ts';
import { makeFolder } from './own-folder.ts';
import { agent_version, thisPlatform } from './platform.ts';
import { Program, type ProgramEnvironment } from './supervise/index.ts';
import { DesiredFile, openDesired } from './sync/desired.ts';
import { DeviceChannel } from './sync/device-channel.ts';
import { DeviceClock } from './sync/device-clock.ts';
import { LabelFile } from './sync/label-file.ts';
import { SyncLoop } from './sync/sync-loop.ts';
export interface AgentOptions {
  readonly folder: string;
  /** The program to keep running: command and arguments. Without one, something else runs the app. */
  readonly program?: readonly string[];
  /** The program starts only when a bundle is there. */
  readonly wait_for_bundle?: boolean;
  readonly ring?: string;
  readonly on_line?: (text: string) => void;
  readonly on_output?: (chunk: Uint8Array) => void;
  readonly points_ms?: number;
  readonly poll_ring_ms?: number;
  readonly outbox_bytes_max?: number;
  readonly restart_ms?: number;
  readonly grace_ms?: number;
  readonly silence_ms?: number;
  readonly download_retry_ms?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface RunningAgent {
  /** Resolves when the program is gone and everything is on disk. */
  stop(): Promise<void>;
  /** Resolves after `stop`. */
  readonly done: Promise<void>;
}

/** Runs the agent of a joined folder. Fails with HF-AGENT-001 (folder in use) or HF-AGENT-002 (not joined). */
export async function runAgent(options: AgentOptions): Promise<RunningAgent> {
  makeFolder(options.folder);
  const identity = readIdentity(options.folder);
  const lock = lockFolder(options.folder);
  try {
    const clock = new DeviceClock(options.clock ?? systemClock);
    const on_problem = (text: string) => options.on_line?.(text);
    const outbox = await Outbox.open({ folder: join(options.folder, 'outbox'), bytes_max: options.outbox_bytes_max, now_ms: () => clock.now_ms(), on_problem });
    const agent = new Agent({ options, identity, lock, clock, outbox });
    await agent.start();
    return agent;
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface AgentParts {
  readonly options: AgentOptions;
  readonly identity: Identity;
  readonly lock: FolderLock;
  readonly clock: DeviceClock;
  readonly outbox: Outbox;
}

const wall_jump_ms_min = 5_000;

class Agent implements RunningAgent {
  readonly #options: AgentOptions;
  readonly #identity: Identity;
  readonly #lock: FolderLock;
  readonly #clock: DeviceClock;
  readonly #outbox: Outbox;
  readonly #health: Health;
  #hardware: ReportedState['hardware'];
  readonly #ring: string;
  readonly #slots: Slots;
  readonly #program: Program | null;
  readonly #installer: Installer;
  readonly #observation: Observation;
  readonly #channel: DeviceChannel;
  readonly #sync: SyncLoop;
  readonly #desired_file: DesiredFile;
  readonly #labels: LabelFile;
  #desired: DesiredState;
  #timers: NodeJS.Timeout[] = [];
  #resolveDone: () => void = () => undefined;
  #stopping: Promise<void> | null = null;
  readonly done: Promise<void>;

  constructor(parts: AgentParts) {
    const { options, identity, clock, outbox } = parts;
    const random = options.random ?? Math.random;
    this.#options = options;
    this.#identity = identity;
    this.#lock = parts.lock;
    this.#clock = clock;
    this.#outbox = outbox;
    this.done = new Promise((resolve) => (this.#resolveDone = resolve));
    this.#health = new Health(options.folder);
    this.#ring = options.ring ?? ringPath(options.folder);
    this.#slots = new Slots(options.folder);
    this.#program = options.program && options.program.length > 0 ? this.#makeProgram(options.program) : null;
    this.#channel = new DeviceChannel({
      server: identity.server,
      device: identity.device,
      key: deviceKey(options.folder),
      clock,
      silence_ms: options.silence_ms,
    });
    this.#desired_file = new DesiredFile(options.folder);
    this.#desired = this.#desired_file.load(identity);
    this.#labels = new LabelFile(options.folder);
    this.#observation = this.#observe();
    this.#installer = new Installer({
      folder: options.folder,
      keys: identity.keys,
      platform: thisPlatform(),
      store: new InstallFile(options.folder),
      slots: this.#slots,
      source: this.#channel,
      program: { stop: () => this.#stopProgram(), start: () => this.#startProgram() },
      clock,
      random,
      on_state: (report) => this.#onInstall(report),
      retry_ms: options.download_retry_ms,
    });
    this.#sync = new SyncLoop({
      channel: this.#channel,
      outbox,
      clock,
      random,
      reported: () => this.#reported(),
      before: () => this.#observation.takePoints(),
      on_desired: (envelope) => {
        this.#takeDesired(openDesired(envelope, identity));
        this.#desired_file.save(envelope);
      },
      desired: () => this.#desired,
      on_labels: (labels) => this.#observation.takeLabels(labels),
      on_line: (text) => this.#say(text),
    });
  }

  #observe(): Observation {
    return new Observation({
      folder: this.#options.folder,
      ring: this.#ring,
      clock: this.#clock,
      outbox: this.#outbox,
      slots: this.#slots,
      labels: this.#labels,
      on_line: (text) => this.#say(text),
      on_event: (...event) => this.#event(...event),
      on_inference: () => this.#installer.inference(),
      on_window: (suspects) => this.#installer.window(suspects),
      on_news: () => this.#sync.soon(),
    });
  }

  async start(): Promise<void> {
    if (await this.#program?.endLeftOver()) this.#say('the program of an agent before this one was still running; it was ended');
    if (this.#labels.problem !== null) this.#say(`labels of answers cannot be kept, and are not asked for: ${this.#labels.problem}`);
    this.#event('agent_started', `agent ${agent_version} on ${thisPlatform().runtime}`);
    this.#observation.capture(this.#desired);
    await this.#resumeInstall();
    this.#startProgram();
    this.#installer.desire(wishOf(this.#desired));
    const every = (ms: number, work: () => void) => this.#timers.push(setInterval(() => this.#guard(work), ms));
    every(this.#options.poll_ring_ms ?? 20, () => this.#observation.poll());
    every(this.#options.points_ms ?? 10_000, () => this.#sample());
    every(250, () => this.#installer.tick());
    every(2_000, collectWhatPiledUp);
    this.#sync.start();
    void lastingFacts().then((facts) => void (this.#hardware = facts));
  }

  /** A disk that refuses keeps the install where it is; the program starts with what the pointer says. */
  async #resumeInstall(): Promise<void> {
    try {
      await this.#installer.resume();
    } catch (error) {
      this.#say(`the install could not go on: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const syncing = this.#sync.stop();
    this.#channel.close();
    await Promise.all([syncing, this.#installer.stop()]);
    await this.#program?.stop();
    this.#observation.poll();
    this.#observation.takePoints();
    this.#observation.save();
    await this.#outbox.close();
    this.#observation.close();
    this.#program?.close();
    this.#lock.release();
    this.#resolveDone();
  }

  /** A disk that refuses must not end the agent: the program is to be kept running. It is said, and the next turn tries again. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
    }
  }

  #makeProgram(argv: readonly string[]): Program {
    const { folder, on_output, restart_ms, grace_ms } = this.#options;
    return new Program({
      argv,
      folder,
      clock: this.#clock,
      restart_ms,
      grace_ms,
      on_output,
      on_problem: (text) => this.#say(text),
      on_start: (pid) => this.#event('program_started', `program started with pid ${pid}`, { pid }),
      on_crash: (reason) => {
        this.#event('program_exited', `program ended: ${reason}`, { reason });
        this.#installer.crash(reason);
        this.#sync.soon();
      },
    });
  }

  async #stopProgram(): Promise<void> {
    await this.#program?.stop();
    // What the old version has logged belongs to its windows, not to those of the next.
    this.#observation.poll();
  }

  #startProgram(): void {
    this.#observation.watchCurrent();
    const watched = this.#observation.bundle;
    if (!this.#program || (this.#options.wait_for_bundle && !watched)) return;
    const bundle: ProgramEnvironment = watched ? { HOLDFAST_BUNDLE: this.#slots.folderOf(watched.bundle) } : {};
    this.#program.start({ HOLDFAST_RING: this.#ring, HOLDFAST_DEVICE: this.#identity.device, HOLDFAST_LABELS: this.#labels.path, ...bundle });
  }

  #onInstall(report: InstallReport): void {
    const what = report.bundle === null ? 'back to no bundle' : `install of ${report.bundle.slice(0, 12)}`;
    const text = report.error ? `${what}: ${report.state}: ${report.error.text}` : `${what}: ${report.state}`;
    this.#say(text);
    this.#event('install_state', text, { state: report.state, bundle: report.bundle, rollout: report.rollout, code: report.error?.code ?? null });
    this.#sync.soon();
  }

  #takeDesired(desired: DesiredState): void {
    if (desired.generation <= this.#desired.generation) return;
    this.#desired = desired;
    this.#observation.capture(this.#desired);
    this.#installer.desire(wishOf(desired));
  }

  #sample(): void {
    this.#observation.tick();
    const jump_ms = this.#clock.wallJump_ms();
    if (Math.abs(jump_ms) >= wall_jump_ms_min)
      this.#event('clock_jumped', `the wall clock jumped by ${(jump_ms / 1000).toFixed(1)} s`, { jump_ms: Math.round(jump_ms) });
    const reading = {
      health: this.#health.report(),
      cpu_share: this.#health.cpuShare(),
      ring_lost: this.#observation.lost,
      outbox_records: this.#outbox.records,
    };
    this.#observation.sample(reading);
  }

  #reported(): ReportedState {
    const { quarantine } = this.#observation;
    const none = { state: 'none', pid: null, restarts: 0, since_ms: 0, last_exit: null } as const;
    const { bundle, model, model_version } = this.#observation.bundle ?? {};
    return {
      agent_version,
      platform: thisPlatform(),
      generation: this.#desired.generation,
      current: bundle && model !== undefined && model_version !== undefined ? { bundle, model, model_version } : null,
      install: this.#installer.report,
      program: this.#program?.report ?? none,
      health: this.#health.report(),
      outbox: this.#outbox.report(),
      suspects: this.#observation.suspects,
      ...(this.#hardware ? { hardware: this.#hardware } : {}),
      ...(this.#desired.capture.quarantine ? { quarantine: { kept: quarantine.kept, left_out: quarantine.left_out } } : {}),
      ...this.#wantedLabels(),
    };
  }

  /** Only where an app could read them. */
  #wantedLabels(): Pick<ReportedState, 'labels'> {
    const after = this.#program || this.#observation.hasApp ? this.#labels.after : null;
    return after === null ? {} : { labels: { after } };
  }

  #event(kind: DeviceEvent['kind'], text: string, fields?: NonNullable<DeviceEvent['fields']>): void {
    this.#outbox.event({ v: 1, at_ms: this.#clock.now_ms(), kind, text, ...(fields ? { fields } : {}) });
  }

  #say(text: string): void {
    this.#options.on_line?.(text);
  }
}
