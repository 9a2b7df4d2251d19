// One device's share of a rollout, read from what the device reports. Pure; one table.
import type { InstallState, ReportedState } from '@holdfast/protocol';

export type AssignmentState = 'pending' | 'assigned' | 'downloading' | 'installed' | 'healthy' | 'failed' | 'cancelled';

/** What a device's own install state means for its assignment. `rolling_back` is not over yet: it becomes `failed`. */
const meaning: Readonly<Record<InstallState, AssignmentState>> = {
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
  if (!report || now === 'pending' || now === 'cancelled' || now === 'failed') return { state: now, error: null };
  const { install, current } = report;
  if (install.rollout === wanted.rollout && install.bundle === wanted.bundle) {
    return { state: meaning[install.state] ?? now, error: install.error ? `${install.error.code} ${install.error.text}` : null };
  }
  return { state: current?.bundle === wanted.bundle && install.state !== 'probation' ? 'healthy' : now, error: null };
}

export const isActive = (state: AssignmentState): boolean => state === 'assigned' || state === 'downloading' || state === 'installed';
