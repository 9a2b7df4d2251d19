// agent/watch: what the device itself holds to be drifted. So many windows in a row must suspect the same feature; so many clean ones clear it all.
// The hysteresis keeps one odd window, or one good one, from turning samples and reports on and off. Its numbers are those of the monitor.
import type { WatchRule } from '@holdfast/protocol';

export interface VerdictState {
  readonly drifted: readonly string[];
  /** Features that the last window suspected, with how many windows in a row have done so. */
  readonly streaks: Readonly<Record<string, number>>;
  readonly clean: number;
}

export const verdict_at_first: VerdictState = { drifted: [], streaks: {}, clean: 0 };

export interface VerdictStep {
  readonly state: VerdictState;
  /** Features that became drifted with this window. */
  readonly suspected: readonly string[];
  /** True where this window cleared the drift. */
  readonly cleared: boolean;
}

/** Takes the suspects of one closed window. */
export function judgeWindow(state: VerdictState, suspects: readonly string[], rule: Pick<WatchRule, 'windows_to_open' | 'windows_to_resolve'>): VerdictStep {
  const clean = suspects.length === 0 ? state.clean + 1 : 0;
  const streaks = Object.fromEntries(suspects.map((name) => [name, (Object.hasOwn(state.streaks, name) ? state.streaks[name]! : 0) + 1]));
  const suspected = suspects.filter((name) => streaks[name]! >= rule.windows_to_open && !state.drifted.includes(name));
  const cleared = state.drifted.length > 0 && clean >= rule.windows_to_resolve;
  const drifted = cleared ? [] : [...state.drifted, ...suspected];
  return { state: { drifted, streaks, clean }, suspected, cleared };
}
