// agent/watch: what the device suspects of a closed window, under the rule of the model's monitor. Half of the budget of false alarms goes to the evidence
// that each feature's values gather (the e-detectors of stats), half to exact tests of the window for what is missing and for the mix of classes.
// A feature needs both: evidence, and in this window an effect above the rule's smallest distance. The budget is of a month; what it is of one window follows
// from how long it took. Memory is that of the profile: some 0.25 KB a feature and reference.
import type { WatchRule } from '@holdfast/protocol';
import { ProfileEvidence, type ReferenceProfile, type WindowCounts, alphaOfWindow, withoutEchoes } from '@holdfast/stats';

export interface Suspected {
  /** Names, the strongest effect first; the class mix goes by the name `classes`. */
  readonly names: readonly string[];
  /** Natural logarithm of the evidence of each feature with this window. */
  readonly log_evidence: Float64Array;
}

interface Suspect {
  readonly name: string;
  readonly effect: number;
}

export class Suspicion {
  readonly #evidence: ProfileEvidence;

  constructor(profile: ReferenceProfile) {
    this.#evidence = new ProfileEvidence(profile);
  }

  /** Judges a closed window. */
  close(counts: WindowCounts, rule: WatchRule, times: { readonly from_ms: number; readonly to_ms: number }): Suspected {
    const half = alphaOfWindow(rule.false_alarms_per_device_month, times) / 2;
    const alpha = half / Math.max(1, this.#evidence.watched);
    const log_evidence = this.#evidence.close(counts.counts(), alpha);
    const drifted = counts.effects().filter(({ effect }, i) => log_evidence[i]! >= -Math.log(alpha) && effect > rule.distance_min);
    const found = withoutEchoes([...drifted, ...absent(counts, half, rule.distance_min)]).sort((a, b) => b.effect - a.effect);
    return { names: [...new Set(found.map(({ name }) => name))], log_evidence };
  }

  /** What a restart goes on from. */
  state(): Float32Array {
    return this.#evidence.state();
  }

  resume(state: Float32Array | null): void {
    this.#evidence.resume(state);
  }
}

/** What is missing more often than in the reference, and a mix of classes that is another. */
function absent(counts: WindowCounts, alpha: number, distance_min: number): Suspect[] {
  return counts
    .read({ alpha, distance_min })
    .filter(({ name, drifted, fault }) => drifted && (fault === 'missing' || name === 'classes'))
    .map(({ name, distance }) => ({ name, effect: distance }));
}
