// agent: the composition. It makes the rooms and joins them; the rules are in the rooms.

import { join } from 'node:path';
import { type Clock, systemClock } from '@holdfast/base';
import {
  type DesiredState,
  type DeviceEvent,
  type DeviceLabel,
  type Inference,
  type InstallReport,
  type ReportedState,
  watch_rule_default,
} from '@holdfast/protocol';
import { InferenceSource, JsonLines, ringPath } from './capture/index.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { Health, lastingFacts } from './health/index.ts';
import { type Identity, deviceKey, readIdentity } from './identity.ts';
import { InstallFile, Installer, Slots, wishOf } from './install/index.ts';
import { collectWhatPiledUp } from './lean.ts';
import { Outbox } from './outbox/index.ts';
import { makeFolder } from './own-folder.ts';
import { agent_version, thisPlatform } from './platform.ts';
import type { Names } from './sdk/names-file.ts';
import { Program, type ProgramEnvironment } from './supervise/index.ts';
import { DesiredFile, openDesired } from './sync/desired.ts';
import { DeviceChannel } from './sync/device-channel.ts';
import { DeviceClock } from './sync/device-clock.ts';
import { LabelFile } from './sync/label-file.ts';
import { SyncLoop } from './sync/sync-loop.ts';
import {
  AppMonitors,
  AppMonitorsFile,
  type ClosedWindow,
  EvidenceFile,
  Points,
  PredictionLog,
  Quarantine,
  QuarantineFile,
  Sampler,
  WarmUpFile,
  type WatchedBundle,
  Watcher,
  WindowFile,
  watchedBundle,
} from './watch/index.ts';

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
  readonly #source: InferenceSource;
  readonly #lines: JsonLines;
  readonly #slots: Slots;
  readonly #program: Program | null;
  readonly #installer: Installer;
  readonly #watcher: Watcher;
  readonly #monitors: AppMonitors;
  readonly #sampler: Sampler;
  readonly #predictions = new PredictionLog();
  readonly #points: Points;
  readonly #channel: DeviceChannel;
  readonly #sync: SyncLoop;
  readonly #desired_file: DesiredFile;
  readonly #labels: LabelFile;
  #desired: DesiredState;
  #names: Names | null = null;
  #bundle: WatchedBundle | null = null;
  /** Closed windows that the outbox has not made safe yet. */
  #closing = 0;
  #timers: NodeJS.Timeout[] = [];
  #resolveDone: () => void = () => undefined;
  #stopping: Promise<void> | null = null;
  readonly done: Promise<void>;

  constructor(parts: AgentParts) {
    const { options, identity, clock, outbox } = parts;
    const now_ms = () => clock.now_ms();
    const random = options.random ?? Math.random;
    this.#options = options;
    this.#identity = identity;
    this.#lock = parts.lock;
    this.#clock = clock;
    this.#outbox = outbox;
    this.done = new Promise((resolve) => (this.#resolveDone = resolve));
    this.#health = new Health(options.folder);
    this.#points = new Points(clock.mono_ms());
    this.#ring = options.ring ?? ringPath(options.folder);
    this.#lines = new JsonLines(this.#ring);
    this.#source = new InferenceSource(this.#ring, (names) => this.#useNames(names));
    this.#watcher = new Watcher({
      file: new WindowFile(options.folder),
      evidence: new EvidenceFile(options.folder),
      warm_up: new WarmUpFile(options.folder),
      on_profile: (text) => void this.#outbox.append('profiles', Buffer.from(text)),
      now_ms,
      lost: () => this.#source.lost,
      on_window: (closed) => this.#onWindow(closed),
      on_line: (text) => this.#say(text),
    });
    this.#monitors = new AppMonitors({
      file: new AppMonitorsFile(options.folder),
      now_ms,
      labels: (after) => this.#labels.beyond(after),
      on_line: (text) => this.#say(text),
      on_event: (...event) => this.#onMonitor(...event),
    });
    this.#sampler = new Sampler(new Quarantine(new QuarantineFile(options.folder)));
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
      before: () => this.#takePoints(),
      on_desired: (envelope) => {
        this.#takeDesired(openDesired(envelope, identity));
        this.#desired_file.save(envelope);
      },
      desired: () => this.#desired,
      on_labels: (labels) => this.#takeLabels(labels),
      on_line: (text) => this.#say(text),
    });
  }

  async start(): Promise<void> {
    if (await this.#program?.endLeftOver()) this.#say('the program of an agent before this one was still running; it was ended');
    if (this.#labels.problem !== null) this.#say(`labels of answers cannot be kept, and are not asked for: ${this.#labels.problem}`);
    this.#event('agent_started', `agent ${agent_version} on ${thisPlatform().runtime}`);
    this.#applyCapture();
    await this.#resumeInstall();
    this.#startProgram();
    this.#installer.desire(wishOf(this.#desired));
    const every = (ms: number, work: () => void) => this.#timers.push(setInterval(() => this.#guard(work), ms));
    every(this.#options.poll_ring_ms ?? 20, () => this.#poll());
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
    this.#poll();
    this.#takePoints();
    this.#monitors.save();
    this.#watcher.save();
    this.#sampler.quarantine.save();
    await this.#outbox.close();
    this.#source.close();
    this.#lines.close();
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
    this.#poll();
  }

  #startProgram(): void {
    this.#watchCurrent();
    if (!this.#program || (this.#options.wait_for_bundle && !this.#bundle)) return;
    const bundle: ProgramEnvironment = this.#bundle ? { HOLDFAST_BUNDLE: this.#slots.folderOf(this.#bundle.bundle) } : {};
    this.#program.start({ HOLDFAST_RING: this.#ring, HOLDFAST_DEVICE: this.#identity.device, HOLDFAST_LABELS: this.#labels.path, ...bundle });
  }

  #watchCurrent(): void {
    const digest = this.#slots.current();
    const manifest = digest === null ? null : this.#slots.manifest(digest);
    const found = digest !== null && manifest ? watchedBundle(digest, manifest, this.#slots.folderOf(digest)) : null;
    if (found?.problem) this.#say(`drift is not watched: ${found.problem}`);
    this.#bundle = found?.bundle ?? null;
    this.#watcher.use(this.#bundle, this.#names);
    const has_monitors = manifest?.files.some((file) => file.path === 'monitors.json') === true;
    this.#monitors.use(digest, digest !== null && has_monitors ? join(this.#slots.folderOf(digest), 'monitors.json') : null);
  }

  #useNames(names: Names | null): void {
    this.#names = names;
    this.#monitors.names = names;
    this.#watcher.use(this.#bundle, names);
  }

  #poll(): void {
    this.#source.poll((inference, replayed) => this.#take(inference, replayed));
    if (!this.#watcher.isOpen && this.#closing === 0) this.#source.windowIsSafe(this.#source.mark());
  }

  /** A replayed inference was sampled and counted by the agent before this one; only its window is new. */
  #take(inference: Inference, replayed: boolean): void {
    this.#keep(this.#bundle && this.#predictions.take(inference, this.#bundle, this.#timeOf(inference)));
    this.#watcher.take(inference);
    if (replayed) return;
    this.#points.inference(inference.latency_ms);
    this.#installer.inference();
    if (!this.#bundle) return;
    this.#monitors.take(inference);
    const sample = this.#sampler.take(inference, this.#bundle, {
      drifted: this.#watcher.drifted.length > 0 || this.#monitors.drifted,
      at_ms: this.#clock.now_ms(),
      names: this.#names?.inputs,
    });
    if (!sample) return;
    this.#outbox.append('samples', sample.record);
    this.#monitors.sampled(inference, sample.is_due);
  }

  /** They are in the file of the app first: what reads them, reads them there. */
  #takeLabels(labels: readonly DeviceLabel[]): number {
    const kept = this.#labels.take(labels);
    if (kept > 0) this.#monitors.takeLabels();
    return kept;
  }

  /** When the app says that it was; an app may say nonsense. */
  #timeOf({ wall_ms }: Inference): number {
    return Number.isFinite(wall_ms) ? wall_ms : this.#clock.now_ms();
  }

  /** Predictions go before the window that they are in: when it is safe, so are they. */
  #keep(predictions: Uint8Array | null): void {
    if (predictions) this.#outbox.append('predictions', predictions);
  }

  #onWindow(closed: ClosedWindow): void {
    const mark = this.#source.mark();
    const { summary, suspected, cleared } = closed;
    this.#keep(this.#predictions.close());
    this.#outbox.window(summary);
    if (suspected.length > 0)
      this.#event('drift_suspected', `drift suspected in ${suspected.slice(0, 20).join(', ')}`, { window: summary.window, features: suspected.length });
    if (cleared) this.#event('drift_cleared', 'enough windows in a row look like the reference again', { window: summary.window });
    this.#installer.window(summary.suspects);
    if (suspected.length > 0 || cleared) this.#sync.soon();
    this.#closing++;
    void this.#outbox.sync().then((is_safe) => {
      this.#closing--;
      if (!is_safe) return;
      this.#source.windowIsSafe(mark);
      closed.safe();
    });
  }

  #onMonitor(kind: DeviceEvent['kind'], text: string, fields: NonNullable<DeviceEvent['fields']>): void {
    const { model, model_version } = this.#bundle ?? {};
    this.#event(kind, text, { ...fields, ...(model === undefined || model_version === undefined ? {} : { model, model_version }) });
    this.#sync.soon();
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
    this.#applyCapture();
    this.#installer.desire(wishOf(desired));
  }

  #applyCapture(): void {
    this.#watcher.window_inferences = this.#desired.capture.window_inferences;
    this.#watcher.rule = (model) => this.#desired.watch?.find((rule) => rule.model === model) ?? watch_rule_default;
    this.#sampler.rule = this.#desired.capture;
    this.#predictions.every = this.#desired.capture.predictions_every ?? 0;
  }

  #sample(): void {
    this.#monitors.tick();
    const jump_ms = this.#clock.wallJump_ms();
    if (Math.abs(jump_ms) >= wall_jump_ms_min)
      this.#event('clock_jumped', `the wall clock jumped by ${(jump_ms / 1000).toFixed(1)} s`, { jump_ms: Math.round(jump_ms) });
    const reading = { health: this.#health.report(), cpu_share: this.#health.cpuShare(), ring_lost: this.#source.lost, outbox_records: this.#outbox.records };
    if (this.#points.sample(reading, this.#clock.now_ms(), this.#clock.mono_ms())) this.#takePoints();
  }

  #takePoints(): void {
    if (!this.#watcher.isOpen) this.#keep(this.#predictions.close()); // no window will close them
    const chunk = this.#points.take();
    if (chunk) this.#outbox.append('points', chunk);
  }

  #reported(): ReportedState {
    const none = { state: 'none', pid: null, restarts: 0, since_ms: 0, last_exit: null } as const;
    const { bundle, model, model_version } = this.#bundle ?? {};
    return {
      agent_version,
      platform: thisPlatform(),
      generation: this.#desired.generation,
      current: bundle && model !== undefined && model_version !== undefined ? { bundle, model, model_version } : null,
      install: this.#installer.report,
      program: this.#program?.report ?? none,
      health: this.#health.report(),
      outbox: this.#outbox.report(),
      suspects: this.#watcher.drifted,
      ...(this.#hardware ? { hardware: this.#hardware } : {}),
      ...(this.#desired.capture.quarantine ? { quarantine: { kept: this.#sampler.quarantine.kept, left_out: this.#sampler.quarantine.left_out } } : {}),
      ...this.#wantedLabels(),
    };
  }

  /** Only where an app could read them. */
  #wantedLabels(): Pick<ReportedState, 'labels'> {
    const after = this.#program || this.#source.hasApp ? this.#labels.after : null;
    return after === null ? {} : { labels: { after } };
  }

  #event(kind: DeviceEvent['kind'], text: string, fields?: NonNullable<DeviceEvent['fields']>): void {
    this.#outbox.event({ v: 1, at_ms: this.#clock.now_ms(), kind, text, ...(fields ? { fields } : {}) });
  }

  #say(text: string): void {
    this.#options.on_line?.(text);
  }
}
