// Time as a dependency. Rooms take a Clock; only main and tests make one.

export interface Clock {
  /** Wall time in milliseconds since 1970 (UTC). It may jump. */
  wall_ms(): number;
  /** Milliseconds since an unknown start; never goes back. */
  mono_ms(): number;
}

const performanceNow = (globalThis as unknown as { performance: { now(): number } }).performance;

export const systemClock: Clock = { wall_ms: () => Date.now(), mono_ms: () => performanceNow.now() };
