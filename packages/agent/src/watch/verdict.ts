// agent/watch: what the device itself holds to be drifted. Two windows in a row must suspect the same feature; three clean ones clear it.
// The hysteresis keeps one odd window, or one good one, from turning samples and reports on and off.

export const windows_to_clear = 3;

export interface VerdictState {
  readonly drifted: readonly string[];
  readonly last: readonly string[];
  readonly clean: number;
}

export const verdict_at_first: VerdictState = { drifted: [], last: [], clean: 0 };

export interface VerdictStep {
  readonly state: VerdictState;
  /** Features that became drifted with this window. */
  readonly suspected: readonly string[];
  /** True where this window cleared the drift. */
  readonly cleared: boolean;
}

/** Takes the suspects of one closed window. Two windows in a row are this one and the one before. */
export function judgeWindow(state: VerdictState, suspects: readonly string[]): VerdictStep {
  const clean = suspects.length === 0 ? state.clean + 1 : 0;
  const suspected = suspects.filter((name) => state.last.includes(name) && !state.drifted.includes(name));
  const cleared = state.drifted.length > 0 && clean >= windows_to_clear;
  const drifted = cleared ? [] : [...state.drifted, ...suspected];
  return { state: { drifted, last: suspects, clean }, suspected, cleared };
}
