// agent/watch: counts each inference into the current window of the running bundle, closes it, and says what looks drifted.
// A window spans one bundle only. Without a profile nothing is counted here.

import { type FeatureWindow, type Inference, type WatchRule, type WindowSummary, watch_rule_default } from '@holdfast/protocol';
import { type FeatureReading, WindowCounts, observe, observedCount } from '@holdfast/stats';
import type { Names } from '../sdk/names-file.ts';
import { type EvidenceFile, evidence_interval_ms } from './evidence-file.ts';
import { LatencyBins } from './latency-bins.ts';
import { type Suspected, Suspicion } from './suspicion.ts';
import { judgeWindow } from './verdict.ts';
import type { WarmUpFile } from './warm-up-file.ts';
import { Warming } from './warming.ts';
import { type FeatureMap, type WatchedBundle, mapFeatures } from './watched-bundle.ts';
import type { WindowFile, WindowState } from './window-file.ts';

export interface ClosedWindow {
  readonly summary: WindowSummary;
  /** Features that became drifted with this window. */
  readonly suspected: readonly string[];
  readonly cleared: boolean;
  /** To be called when the window is safe in the outbox: keeps the evidence up to it. */
  readonly safe: () => void;
}

export interface WatcherOptions {
  readonly file: WindowFile;
  readonly evidence: EvidenceFile;
  readonly warm_up: WarmUpFile;
  /** The text of a profile that this device made: the server needs it before the first window on it. */
  readonly on_profile: (text: string) => void;
  readonly now_ms: () => number;
  /** Records that the ring has lost since the start. */
  readonly lost: () => number;
  readonly on_window: (closed: ClosedWindow) => void;
  readonly on_line?: (text: string) => void;
}

interface Watched {
  readonly bundle: WatchedBundle;
  readonly profile_digest: string;
  readonly is_warm_up: boolean;
  readonly counts: WindowCounts;
  readonly suspicion: Suspicion;
  readonly map: FeatureMap;
  /** What is observed of an inference, and of that what the profile watches; kept from one to the next. */
  readonly observed: Float64Array;
  readonly values: Float64Array;
}

export class Watcher {
  readonly #options: WatcherOptions;
  readonly #latency = new LatencyBins();
  #watched: Watched | null = null;
  #warming: Warming | null = null;
  #names: Names | null = null;
  #state: WindowState | null = null;
  #from_ms = 0;
  #lost_before = 0;
  #evidence_saved_ms = Number.NEGATIVE_INFINITY;
  /** Inferences that a profile is made of, where the bundle has none. */
  warm_up_inferences = 4000;
  /** Inferences that close a window. */
  window_inferences = 1000;
  /** The rule of a model's monitor, as the desired state says it. */
  rule: (model: string) => WatchRule = () => watch_rule_default;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Names of what is held to be drifted now. */
  get drifted(): readonly string[] {
    return this.#state?.verdict.drifted ?? [];
  }

  /** True while inferences are counted that are in no closed window yet. */
  get isOpen(): boolean {
    return (this.#watched?.counts.inferences ?? 0) > 0;
  }

  /** Watches another bundle, or the same with other names; the open window is dropped, for its counts are of another kind. */
  use(bundle: WatchedBundle | null, names: Names | null): void {
    const profile = bundle?.watched ?? (bundle?.warms_up ? this.#options.warm_up.load(bundle.bundle, names) : null);
    this.#names = names;
    this.#watched = bundle && profile ? watch(bundle, profile, names) : null;
    this.#warming = bundle?.warms_up && !profile ? this.#warmingOf(bundle, names) : this.#leaveWarming();
    this.#watched?.suspicion.resume(this.#options.evidence.load(this.#watched.profile_digest));
    if (bundle && this.#state?.bundle !== bundle.bundle) this.#state = this.#options.file.load(bundle.bundle);
    if (!bundle) this.#state = null;
    this.#begin();
  }

  /** The one that is under way where it is of the same; else another one, which may have been begun before. */
  #warmingOf(bundle: WatchedBundle, names: Names | null): Warming {
    if (this.#warming?.is(bundle, names, this.warm_up_inferences)) return this.#warming;
    this.#leaveWarming();
    const { warm_up, now_ms, on_line = () => undefined } = this.#options;
    return new Warming(bundle, names, this.warm_up_inferences, { file: warm_up.warming, now_ms, on_line });
  }

  #leaveWarming(): null {
    this.#warming?.save();
    return null;
  }

  /** Keeps a warm-up that is under way, for the next start. */
  save(): void {
    this.#warming?.save();
  }

  take(inference: Inference): void {
    const watched = this.#watched;
    if (!watched) return this.#warmUp(inference);
    if (watched.counts.inferences === 0) this.#from_ms = this.#options.now_ms();
    const observed = observe(inference, watched.map.shape, watched.observed);
    watched.map.places.forEach((place, i) => (watched.values[i] = place < 0 ? Number.NaN : observed[place]!));
    for (const { at, of } of watched.map.derived) watched.values[at] = of(observed);
    watched.counts.add(watched.values, inference.predicted);
    this.#latency.add(inference.latency_ms);
    if (watched.counts.inferences >= this.window_inferences) this.#close(watched);
  }

  /** The last inference of the warm-up makes the profile; from the next one on it is watched. */
  #warmUp(inference: Inference): void {
    const profile = this.#warming?.take(inference);
    if (!this.#warming || !profile) return;
    const { bundle } = this.#warming;
    const { watched, text } = this.#options.warm_up.save(bundle.bundle, this.#names, profile);
    this.#options.on_profile(text);
    this.use({ ...bundle, watched, warms_up: false }, this.#names);
  }

  #begin(): void {
    this.#watched?.counts.reset();
    this.#latency.reset();
    this.#lost_before = this.#options.lost();
  }

  #close(watched: Watched): void {
    const rule = this.rule(watched.bundle.model);
    const times = { from_ms: this.#from_ms, to_ms: this.#options.now_ms() };
    const found = watched.suspicion.close(watched.counts, rule, times);
    const state = this.#state ?? this.#options.file.load(watched.bundle.bundle);
    const step = judgeWindow(state.verdict, found.names, rule);
    // The number is used up before the window is appended: a kill between leaves a hole, never two windows of one number.
    this.#state = { bundle: watched.bundle.bundle, next_window: state.next_window + 1, verdict: step.state };
    this.#options.file.save(this.#state);
    const summary = this.#summary(watched, { window: state.next_window, ...times, found });
    this.#begin();
    this.#options.on_window({ summary, suspected: step.suspected, cleared: step.cleared, safe: this.#evidenceOf(watched, times.to_ms) });
  }

  /** Takes the evidence as it is now, to be written when the window is safe; nothing where it was written lately. */
  #evidenceOf({ suspicion, profile_digest }: Watched, now_ms: number): () => void {
    const since_ms = now_ms - this.#evidence_saved_ms;
    if (since_ms >= 0 && since_ms < evidence_interval_ms) return () => undefined;
    const state = suspicion.state();
    return () => {
      if (this.#options.evidence.save(profile_digest, state)) this.#evidence_saved_ms = now_ms;
    };
  }

  #summary(watched: Watched, of: { window: number; from_ms: number; to_ms: number; found: Suspected }): WindowSummary {
    const { bundle, counts } = watched;
    return {
      v: 1,
      window: of.window,
      from_ms: of.from_ms,
      to_ms: of.to_ms,
      inferences: counts.inferences,
      model: bundle.model,
      model_version: bundle.model_version,
      bundle: bundle.bundle,
      profile: watched.profile_digest,
      ...(watched.is_warm_up ? { profile_source: 'warm_up' as const } : {}),
      features: counts.features().map((feature, i) => wireFeature(feature, of.found.log_evidence[i]!)),
      classes: counts.classes(),
      classes_p_value: finite(counts.classesPValue(), 1),
      latency_ms: { mean: finite(this.#latency.mean_ms(), 0), p95: finite(this.#latency.quantile_ms(0.95), 0) },
      suspects: of.found.names,
      lost: this.#options.lost() - this.#lost_before,
    };
  }
}

function watch(bundle: WatchedBundle, watched: NonNullable<WatchedBundle['watched']>, names: Names | null): Watched {
  const { profile, digest } = watched;
  const map = mapFeatures(profile, names);
  const room = { observed: new Float64Array(observedCount(map.shape)), values: new Float64Array(profile.features.length) };
  return {
    bundle,
    profile_digest: digest,
    is_warm_up: profile.warm_up === true,
    counts: new WindowCounts(profile),
    suspicion: new Suspicion(profile),
    map,
    ...room,
  };
}

/** A feature of which no value was seen has distance 0 and p 1: no evidence. */
function wireFeature(feature: FeatureReading, log_evidence: number): FeatureWindow {
  const evidence = log_evidence > 0 ? { log_evidence } : {};
  return { ...feature, distance: finite(feature.distance, 0), p_value: finite(feature.p_value, 1), ...evidence };
}

/** JSON has no NaN. */
function finite(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}
