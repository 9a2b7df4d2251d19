// Back-off for whatever is tried again: full jitter, so that a fleet does not come back in step.

export interface BackOff {
  /** The longest wait of the first try, in milliseconds. */
  readonly base_ms: number;
  /** No wait is longer than this, in milliseconds. */
  readonly max_ms: number;
}

/**
 * The wait before try number `attempt` (0 is the first retry): rand(0, min(max, base * 2^attempt)).
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("full jitter").
 */
export function backOff_ms(attempt: number, rule: BackOff, random: () => number): number {
  return random() * Math.min(rule.max_ms, rule.base_ms * 2 ** Math.min(attempt, 30));
}
