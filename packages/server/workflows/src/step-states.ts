// The states of a step, and every way from one to the next. One table: what is not here cannot happen.
export type StepState = 'blocked' | 'ready' | 'delayed' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'cancelled';
export type StepEvent = 'needs_met' | 'claimed' | 'succeeded' | 'failed' | 'retry' | 'lease_over' | 'wait' | 'need_failed' | 'cancel';

// prettier-ignore
const transitions: readonly (readonly [StepState, StepEvent, StepState])[] = [
  ['blocked', 'needs_met',   'ready'],
  ['blocked', 'need_failed', 'skipped'],
  ['blocked', 'cancel',      'cancelled'],
  ['ready',   'claimed',     'running'],
  ['ready',   'cancel',      'cancelled'],
  ['delayed', 'claimed',     'running'],
  ['delayed', 'cancel',      'cancelled'],
  ['running', 'succeeded',   'succeeded'],
  ['running', 'failed',      'failed'],
  ['running', 'retry',       'delayed'],
  ['running', 'wait',        'delayed'],
  ['running', 'lease_over',  'delayed'],
  ['running', 'cancel',      'cancelled'],
];

/** The state after an event, or null where the event cannot happen in the state. */
export function nextState(state: StepState, event: StepEvent): StepState | null {
  return transitions.find(([from, on]) => from === state && on === event)?.[2] ?? null;
}

export const isFinished = (state: StepState): boolean => state === 'succeeded' || state === 'failed' || state === 'skipped' || state === 'cancelled';
