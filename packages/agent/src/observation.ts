// agent: what is done with every inference that the app logs: counted into windows, given to the app's own monitors, sampled, listed, and summed up as points.
// What comes of it goes to the outbox here; who else is to know (install, sync) is told by the hooks.
import { join } from 'node:path';
import { type DesiredState, type DeviceEvent, type DeviceLabel, type Inference, watch_rule_default } from '@holdfast/protocol';
import { InferenceSource, JsonLines } from './capture/index.ts';
import type { Slots } from './install/index.ts';
import type { Outbox } from './outbox/index.ts';
import type { Names } from './sdk/names-file.ts';
import type { DeviceClock } from './sync/device-clock.ts';
import type { LabelFile } from './sync/label-file.ts';
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

type Fields = NonNullable<DeviceEvent['fields']>;

export interface ObservationOptions {
  readonly folder: string;
  readonly ring: string;
  readonly clock: DeviceClock;
  readonly outbox: Outbox;
  readonly slots: Slots;
  readonly labels: LabelFile;
  readonly on_line: (text: string) => void;
  readonly on_event: (kind: DeviceEvent['kind'], text: string, fields?: Fields) => void;
  readonly on_inference: () => void;
  /** A window closed, with what looks drifted in it. */
  readonly on_window: (suspects: readonly string[]) => void;
  /** Something to tell the server before the next turn. */
  readonly on_news: () => void;
}

export class Observation {
  readonly #o: ObservationOptions;
  readonly #source: InferenceSource;
  readonly #lines: JsonLines;
  readonly #watcher: Watcher;
  readonly #monitors: AppMonitors;
  readonly #sampler: Sampler;
  readonly #predictions = new PredictionLog();
  readonly #points: Points;
  #names: Names | null = null;
  #bundle: WatchedBundle | null = null;
  /** Closed windows that the outbox has not made safe yet. */
  #closing = 0;

  constructor(options: ObservationOptions) {
    const { folder, ring, clock, outbox, labels, on_line } = options;
    const now_ms = () => clock.now_ms();
    this.#o = options;
    this.#points = new Points(clock.mono_ms());
    this.#lines = new JsonLines(ring);
    this.#source = new InferenceSource(ring, (names) => this.#useNames(names));
    this.#watcher = new Watcher({
      file: new WindowFile(folder),
      evidence: new EvidenceFile(folder),
      warm_up: new WarmUpFile(folder),
      on_profile: (text) => void outbox.append('profiles', Buffer.from(text)),
      now_ms,
      lost: () => this.#source.lost,
      on_window: (closed) => this.#onWindow(closed),
      on_line,
    });
    this.#monitors = new AppMonitors({
      file: new AppMonitorsFile(folder),
      now_ms,
      labels: (after) => labels.beyond(after),
      on_line,
      on_event: (...event) => this.#onMonitor(...event),
    });
    this.#sampler = new Sampler(new Quarantine(new QuarantineFile(folder)));
  }

  /** What runs, where its drift can be watched. */
  get bundle(): WatchedBundle | null {
    return this.#bundle;
  }
  get suspects(): readonly string[] {
    return this.#watcher.drifted;
  }
  /** Inferences that the ring could not hold. */
  get lost(): number {
    return this.#source.lost;
  }
  get hasApp(): boolean {
    return this.#source.hasApp;
  }
  get quarantine(): Quarantine {
    return this.#sampler.quarantine;
  }

  /** From the bundle that the pointer names. */
  watchCurrent(): void {
    const digest = this.#o.slots.current();
    const manifest = digest === null ? null : this.#o.slots.manifest(digest);
    const found = digest !== null && manifest ? watchedBundle(digest, manifest, this.#o.slots.folderOf(digest)) : null;
    if (found?.problem) this.#o.on_line(`drift is not watched: ${found.problem}`);
    this.#bundle = found?.bundle ?? null;
    this.#watcher.use(this.#bundle, this.#names);
    const has_monitors = manifest?.files.some((file) => file.path === 'monitors.json') === true;
    this.#monitors.use(digest, digest !== null && has_monitors ? join(this.#o.slots.folderOf(digest), 'monitors.json') : null);
  }

  #useNames(names: Names | null): void {
    this.#names = names;
    this.#monitors.names = names;
    this.#watcher.use(this.#bundle, names);
  }

  poll(): void {
    this.#source.poll((inference, replayed) => this.#take(inference, replayed));
    if (!this.#watcher.isOpen && this.#closing === 0) this.#source.windowIsSafe(this.#source.mark());
  }

  /** A replayed inference was sampled and counted by the agent before this one; only its window is new. */
  #take(inference: Inference, replayed: boolean): void {
    this.#keep(this.#bundle && this.#predictions.take(inference, this.#bundle, this.#timeOf(inference)));
    this.#watcher.take(inference);
    if (replayed) return;
    this.#points.inference(inference.latency_ms);
    this.#o.on_inference();
    if (!this.#bundle) return;
    this.#monitors.take(inference);
    const sample = this.#sampler.take(inference, this.#bundle, {
      drifted: this.#watcher.drifted.length > 0 || this.#monitors.drifted,
      at_ms: this.#o.clock.now_ms(),
      names: this.#names?.inputs,
    });
    if (!sample) return;
    this.#o.outbox.append('samples', sample.record);
    this.#monitors.sampled(inference, sample.is_due);
  }

  /** They are in the file of the app first: what reads them, reads them there. */
  takeLabels(labels: readonly DeviceLabel[]): number {
    const kept = this.#o.labels.take(labels);
    if (kept > 0) this.#monitors.takeLabels();
    return kept;
  }

  /** When the app says that it was; an app may say nonsense. */
  #timeOf({ wall_ms }: Inference): number {
    return Number.isFinite(wall_ms) ? wall_ms : this.#o.clock.now_ms();
  }

  /** Predictions go before the window that they are in: when it is safe, so are they. */
  #keep(predictions: Uint8Array | null): void {
    if (predictions) this.#o.outbox.append('predictions', predictions);
  }

  #onWindow(closed: ClosedWindow): void {
    const mark = this.#source.mark();
    const { summary, suspected, cleared } = closed;
    this.#keep(this.#predictions.close());
    this.#o.outbox.window(summary);
    if (suspected.length > 0)
      this.#o.on_event('drift_suspected', `drift suspected in ${suspected.slice(0, 20).join(', ')}`, { window: summary.window, features: suspected.length });
    if (cleared) this.#o.on_event('drift_cleared', 'enough windows in a row look like the reference again', { window: summary.window });
    this.#o.on_window(summary.suspects);
    if (suspected.length > 0 || cleared) this.#o.on_news();
    this.#closing++;
    void this.#o.outbox.sync().then((is_safe) => {
      this.#closing--;
      if (!is_safe) return;
      this.#source.windowIsSafe(mark);
      closed.safe();
    });
  }

  #onMonitor(kind: DeviceEvent['kind'], text: string, fields: Fields): void {
    const { model, model_version } = this.#bundle ?? {};
    this.#o.on_event(kind, text, { ...fields, ...(model === undefined || model_version === undefined ? {} : { model, model_version }) });
    this.#o.on_news();
  }

  /** By the desired state: how much of an inference is kept, and by which rule. */
  capture({ capture, watch }: Pick<DesiredState, 'capture' | 'watch'>): void {
    this.#watcher.window_inferences = capture.window_inferences;
    this.#watcher.rule = (model) => watch?.find((rule) => rule.model === model) ?? watch_rule_default;
    this.#sampler.rule = capture;
    this.#predictions.every = capture.predictions_every ?? 0;
  }

  tick(): void {
    this.#monitors.tick();
  }

  /** A point of the machine's state; a chunk of them goes out when it is full. */
  sample(reading: Parameters<Points['sample']>[0]): void {
    if (this.#points.sample(reading, this.#o.clock.now_ms(), this.#o.clock.mono_ms())) this.takePoints();
  }

  takePoints(): void {
    if (!this.#watcher.isOpen) this.#keep(this.#predictions.close()); // no window will close them
    const chunk = this.#points.take();
    if (chunk) this.#o.outbox.append('points', chunk);
  }

  save(): void {
    this.#monitors.save();
    this.#watcher.save();
    this.#sampler.quarantine.save();
  }

  close(): void {
    this.#source.close();
    this.#lines.close();
  }
}
