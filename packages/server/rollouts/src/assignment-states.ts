// One device's share of a rollout, read from what the device reports. Pure; one table.
import type { InstallState, ReportedState } from '@holdfast/protocol';

/** `going_back`: told to run what it ran before; `went_back`: its report says that it does. */
export type AssignmentState = 'pending' | 'assigned' | 'downloading' | 'installed' | 'healthy' | 'failed' | 'going_back' | 'went_back' | 'cancelled';

/** States of an install that is about no bundle, and so never about the one of an assignment. */
type WithoutBundle = 'clearing' | 'cleared';

/** What a device's own install state means for its assignment. `rolling_back` is not over yet: it becomes `failed`. */
const meaning: Readonly<Record<Exclude<InstallState, WithoutBundle>, AssignmentState>> = {
  idle: 'assigned',
  offered: 'downloading',
  downloading: 'downloading',
  verified: 'downloading',
  staged: 'downloading',
  armed: 'installed',
  probation: 'installed',
  committed: 'healthy',
  rolling_back: 'installed',
  failed: 'failed',
};

export interface Observed {
  readonly state: AssignmentState;
  readonly error: string | null;
}

/** The state of an active assignment after a report; a report about something else leaves it as it is. */
export function observe(now: AssignmentState, report: ReportedState | null, wanted: { rollout: string; bundle: string }): Observed {
  if (!report || !followed.includes(now)) return { state: now, error: null };
  const { install, current } = report;
  if (install.rollout === wanted.rollout && install.bundle === wanted.bundle) {
    return {
      state: meaning[install.state as Exclude<InstallState, WithoutBundle>] ?? now,
      error: install.error ? `${install.error.code} ${install.error.text}` : null,
    };
  }
  return { state: current?.bundle === wanted.bundle && install.state !== 'probation' ? 'healthy' : now, error: null };
}

/** States that a report moves on. */
const followed: readonly AssignmentState[] = ['assigned', 'downloading', 'installed', 'healthy'];
/** An install in one of these does nothing until it is asked. */
const at_rest: readonly InstallState[] = ['idle', 'committed', 'failed', 'cleared'];

/**
 * The state of an assignment whose device was told, by that generation, to run this bundle again (null: none). It is back where it says so
 * itself; where it is not, the sentence says what is known.
 */
export function observeBack(report: ReportedState | null, told: { generation: number; bundle: string | null }): Observed {
  if (!report || report.generation < told.generation) return { state: 'going_back', error: 'told to go back; it has not taken that up yet' };
  const { install, current } = report;
  if (!at_rest.includes(install.state)) return { state: 'going_back', error: `on its way back: ${install.state}` };
  if ((current?.bundle ?? null) === told.bundle) return { state: 'went_back', error: null };
  const runs = current ? `still runs ${current.model} version ${current.model_version}` : 'runs no bundle';
  return { state: 'going_back', error: `told to go back, and ${runs}${install.error ? `: ${install.error.code} ${install.error.text}` : ''}` };
}

export const isActive = (state: AssignmentState): boolean => state === 'assigned' || state === 'downloading' || state === 'installed';
