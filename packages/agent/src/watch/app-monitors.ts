// agent/watch: the monitors that an app brought in its bundle (monitors.json), run on each of its inferences. A drift is an event, and from it on until the monitor
// is calm, which it says now and then, the device counts as drifted for its samples. What cannot be used is said, and nothing of it ends the agent. Without such a file there is no work at all.
// Flash: what they learned is written every ten minutes where something came in, soon after a drift, and at the end; a kill loses what came since then.
import { readFileSync, statSync } from 'node:fs';
import type { DeviceEvent, DeviceLabel, Inference } from '@holdfast/protocol';
import { type MonitorSaid, MonitorSet, type MonitoredInference, parsePlan, plan_limits } from '@holdfast/stats';
import type { Names } from '../sdk/names-file.ts';
import { AnswerMemory } from './answer-memory.ts';
import type { AppMonitorsFile, Learned } from './app-monitors-file.ts';
import { confidenceOf } from './confidence.ts';

const save_interval_ms = 600_000;
const save_after_drift_ms = 60_000;
/** Events an hour; what is beyond is counted, and said with the next one. */
const events_per_hour_max = 60;
const hour_ms = 3_600_000;
/** A drift that lasts is said again so often: the server lets go of what it has not heard of for three times as long. */
const held_interval_ms = 7_200_000;
const held_check_ms = 60_000;

export interface AppMonitorsOptions {
  readonly file: AppMonitorsFile;
  readonly now_ms: () => number;
  /** Labels of this device's answers beyond a seq, for the monitors that wait for them; absent: none ever come. */
  readonly labels?: (after: number) => readonly DeviceLabel[];
  readonly on_line: (text: string) => void;
  readonly on_event: (kind: DeviceEvent['kind'], text: string, fields: NonNullable<DeviceEvent['fields']>) => void;
}

interface Running {
  readonly bundle: string;
  readonly set: MonitorSet;
  /** Names of monitors of which it was said that an inference lacks what they need. */
  readonly lacking: Set<string>;
  /** When it was said last that a monitor drifts, by its name. */
  readonly told_ms: Map<string, number>;
  /** Where a monitor waits for labels: what they may be of, and the seq of the last one that it saw. */
  readonly waiting: { readonly answers: AnswerMemory; after: number } | null;
}

export class AppMonitors {
  readonly #options: AppMonitorsOptions;
  #running: Running | null = null;
  #has_news = false;
  #saved_ms = Number.NEGATIVE_INFINITY;
  #hour_from_ms = Number.NEGATIVE_INFINITY;
  #events = 0;
  #left_out = 0;
  #held_checked_ms = Number.NEGATIVE_INFINITY;
  /** Of outputs and classes, as the app gave them. */
  names: Names | null = null;

  constructor(options: AppMonitorsOptions) {
    this.#options = options;
  }

  /** True from a drift on until every monitor is calm. */
  get drifted(): boolean {
    return this.#running !== null && this.#running.set.drifting.length > 0;
  }

  /** The monitors of a bundle: `path` is its monitors.json, null where it has none. The same bundle goes on. */
  use(bundle: string | null, path: string | null): void {
    if (this.#running && this.#running.bundle === bundle) return;
    this.save();
    this.#running = null;
    if (bundle === null || path === null) return;
    try {
      const { set, learned } = this.#open(bundle, path);
      this.#running = { bundle, set, lacking: new Set(), told_ms: new Map(), waiting: this.#waitingOf(set, learned) };
      this.#held_checked_ms = Number.NEGATIVE_INFINITY;
      this.#saved_ms = this.#options.now_ms();
      this.takeLabels();
    } catch (error) {
      this.#options.on_line(`monitors.json is not used: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #open(bundle: string, path: string): { set: MonitorSet; learned: Learned | null } {
    const size_bytes = statSync(path).size;
    if (size_bytes > plan_limits.text_bytes_max) throw new RangeError(`it has ${size_bytes} bytes, expected at most ${plan_limits.text_bytes_max}`);
    const plan = parsePlan(readFileSync(path, 'utf8'));
    const { learned, problem } = this.#options.file.load(bundle);
    if (problem !== null) this.#options.on_line(problem);
    try {
      return { set: new MonitorSet(plan, learned?.states ?? null), learned };
    } catch (error) {
      if (learned === null) throw error;
      this.#options.on_line(this.#options.file.setAside(error instanceof Error ? error.message : String(error)));
      return { set: new MonitorSet(plan), learned: null };
    }
  }

  /** Monitors that begin wait for labels that come from now on: those before are of answers that they do not know. */
  #waitingOf(set: MonitorSet, learned: Learned | null): Running['waiting'] {
    if (!set.monitors.some(({ monitor }) => monitor.labelled)) return null;
    if (learned?.labels) return { answers: new AnswerMemory(learned.labels.answers), after: learned.labels.after };
    return { answers: new AnswerMemory(), after: this.#options.labels?.(0).at(-1)?.seq ?? 0 };
  }

  /** Labels have come: each is held against the answer that it is of, once. What they did is kept with the last one that was seen, so a restart goes on between two. */
  takeLabels(): void {
    this.#guard((running) => {
      const { waiting, set } = running;
      if (!waiting || !this.#options.labels) return;
      for (const { seq, reference, at_ms, label } of this.#options.labels(waiting.after)) {
        waiting.after = seq;
        const predicted = waiting.answers.take(reference, at_ms);
        this.#has_news = true;
        if (predicted !== null) this.#hear(running, set.update({ predicted, label }, 'labelled'));
      }
    });
  }

  /** A sample of this answer is kept: its label may come much later. Those that are kept only because the model was not sure are more often wrong than its answers are. */
  sampled({ reference }: Inference, is_due: boolean): void {
    const answers = this.#running?.waiting?.answers;
    if (is_due) answers?.keep(reference);
    else answers?.forget(reference);
  }

  take(inference: Inference): void {
    this.#guard((running) => this.#watch(running, inference));
  }

  /** Now and then: a drift is held whether or not something comes in. An app that is called once a night would be let go of by day, and be a new alert every night. */
  tick(): void {
    this.#guard((running) => this.#tellHeld(running));
  }

  #guard(act: (running: Running) => void): void {
    if (!this.#running) return;
    try {
      act(this.#running);
    } catch (error) {
      // of our own code, on values of the app: the model goes on without its monitors
      this.#running = null;
      this.#options.on_line(`the monitors of the app have stopped: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #watch(running: Running, inference: Inference): void {
    const { set, lacking, waiting } = running;
    this.#has_news = true;
    if (inference.predicted >= 0) waiting?.answers.add(inference.reference, inference.predicted, this.#options.now_ms());
    this.#hear(running, set.update(monitored(inference, this.names), 'unlabelled'));
    if (lacking.size < set.monitors.length) this.#sayWhatLacks(set, lacking);
  }

  #hear(running: Running, said: readonly MonitorSaid[]): void {
    for (const one of said) this.#tell(one, running);
    this.#tellHeld(running);
    const since_ms = this.#options.now_ms() - this.#saved_ms;
    const due_ms = said.some(({ warning }) => !warning) ? save_after_drift_ms : save_interval_ms;
    if (since_ms < 0 || since_ms >= due_ms) this.save();
  }

  /** A warning is no event: it may come to nothing. */
  #tell({ monitor, drift, warning, reason, feature }: MonitorSaid, { told_ms }: Running): void {
    if (warning) return;
    told_ms.set(monitor, this.#options.now_ms());
    this.#event(drift ? 'monitor_fired' : 'monitor_calm', monitor, { reason, ...(feature === undefined ? {} : { feature }) });
  }

  /** After a restart it is said at once: the agent before this one may not have come to it. */
  #tellHeld({ set, told_ms }: Running): void {
    const now_ms = this.#options.now_ms();
    const since_ms = now_ms - this.#held_checked_ms;
    if (since_ms >= 0 && since_ms < held_check_ms) return;
    this.#held_checked_ms = now_ms;
    for (const { name, monitor } of set.monitors) {
      const quiet_ms = now_ms - (told_ms.get(name) ?? Number.NEGATIVE_INFINITY);
      if (!monitor.drifting || (quiet_ms >= 0 && quiet_ms < held_interval_ms)) continue;
      told_ms.set(name, now_ms);
      this.#event('monitor_held', name, { reason: monitor.reason, ...(monitor.feature === null ? {} : { feature: monitor.feature }) });
    }
  }

  #event(kind: DeviceEvent['kind'], monitor: string, of: { readonly reason: string; readonly feature?: string }): void {
    if (!this.#mayTell()) return;
    const left_out = this.#left_out > 0 ? { left_out: this.#left_out } : {};
    this.#left_out = 0;
    this.#options.on_event(kind, `${monitor}: ${of.reason}`, { monitor, ...of, ...left_out });
  }

  #mayTell(): boolean {
    const now_ms = this.#options.now_ms();
    const since_ms = now_ms - this.#hour_from_ms;
    if (since_ms < 0 || since_ms >= hour_ms) {
      this.#hour_from_ms = now_ms;
      this.#events = 0;
    }
    if (++this.#events <= events_per_hour_max) return true;
    this.#left_out++;
    return false;
  }

  #sayWhatLacks(set: MonitorSet, lacking: Set<string>): void {
    for (const { name, monitor } of set.monitors)
      if (monitor.missing > 0 && !lacking.has(name)) {
        lacking.add(name);
        this.#options.on_line(`${name} does not count an inference that lacks what it needs: ${monitor.needs}`);
      }
  }

  /** Keeps what was learned, where something came in since. */
  save(): void {
    if (!this.#running || !this.#has_news) return;
    this.#saved_ms = this.#options.now_ms();
    const { bundle, set, waiting } = this.#running;
    const labels = waiting && { after: waiting.after, answers: waiting.answers.state };
    this.#has_news = !this.#options.file.save(bundle, { states: set.states, labels });
  }
}

function monitored(inference: Inference, names: Names | null): MonitoredInference {
  const { inputs, outputs, predicted } = inference;
  const named: Record<string, number> = {};
  for (let i = 0; i < outputs.length; i++) named[names?.outputs[i] ?? String(i)] = outputs[i]!;
  return { confidence: confidenceOf(inference), predicted: names?.outputs[predicted] ?? predicted, features: inputs, outputs: named };
}
