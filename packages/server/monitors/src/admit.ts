// monitors: whether a window may be merged with what is known of its device. Evidence is valid in whatever order windows come, as long as each comes once
// and all are counted on the same profile. Pure.
import type { NotJudgedReason } from './profiles.ts';
import { epoch_ms } from './budget.ts';

/** Clocks of devices may run ahead by so much. */
const ahead_ms_max = 3_600_000;

interface Placed {
  readonly profile: string;
  readonly to_ms: number;
}
export interface Known {
  readonly profile: string;
  readonly started_ms: number;
  readonly last_to_ms: number;
}

/** `anew` where the evidence begins anew with this window: the device runs on another profile now, or its epoch is over. */
export function admit(window: Placed, known: Known | null, now_ms: number): 'merge' | 'anew' | NotJudgedReason {
  if (window.to_ms > now_ms + ahead_ms_max) return 'future';
  if (!known) return 'anew';
  const is_later = window.to_ms > known.last_to_ms;
  if (window.profile !== known.profile) return is_later ? 'anew' : 'profile_replaced';
  return is_later && window.to_ms > known.started_ms + epoch_ms ? 'anew' : 'merge';
}
