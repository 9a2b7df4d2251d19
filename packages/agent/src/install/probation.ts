// agent/install: the judgement of a new version while it is on probation. Pure: it counts what it is told, and says what follows.

import { type HoldfastError, failure } from '@holdfast/base';
import type { Probation } from '@holdfast/protocol';

export type Verdict = { readonly is: 'wait' } | { readonly is: 'commit' } | { readonly is: 'roll_back'; readonly error: HoldfastError };

export class ProbationCount {
  readonly #rule: Probation;
  readonly #from_mono_ms: number;
  #inferences = 0;
  #crashes = 0;
  #last_exit = '';
  #suspect_windows = 0;
  #suspects = '';

  constructor(rule: Probation, now_mono_ms: number) {
    this.#rule = rule;
    this.#from_mono_ms = now_mono_ms;
  }

  inference(): void {
    this.#inferences++;
  }

  crash(reason: string): void {
    this.#crashes++;
    this.#last_exit = reason;
  }

  window(suspects: readonly string[]): void {
    if (suspects.length === 0) return;
    this.#suspect_windows++;
    this.#suspects = suspects.slice(0, 5).join(', ');
  }

  verdict(now_mono_ms: number): Verdict {
    const rule = this.#rule;
    const seconds = (now_mono_ms - this.#from_mono_ms) / 1000;
    if (this.#crashes > rule.crashes_max) return back(failure('HF-INSTALL-001', { saw: this.#crashes, limit: rule.crashes_max, reason: this.#last_exit }));
    if (this.#suspect_windows > rule.suspect_windows_max) {
      return back(failure('HF-INSTALL-003', { saw: this.#suspect_windows, limit: rule.suspect_windows_max, reason: this.#suspects }));
    }
    if (this.#inferences >= rule.inferences_min && seconds >= rule.seconds_min) return { is: 'commit' };
    if (seconds < rule.seconds_max) return { is: 'wait' };
    return back(failure('HF-INSTALL-002', { saw: this.#inferences, seconds: Math.round(seconds), expected: rule.inferences_min }));
  }
}

function back(error: HoldfastError): Verdict {
  return { is: 'roll_back', error };
}
