// alerts: the states of an alert, as one table. A suspect fires no trigger and tells nobody; where it is not confirmed it is gone, and verdicts alone tell of it.
// Resolved is the end: the same cause again is a new alert.
//
//   suspect      one device or more is drifted, none for as many windows in a row as the monitor asks for
//   firing       at least one device is confirmed
//   acknowledged somebody looks after it
//   resolved     every device looks like the reference again, is gone, or is watched no more

const transitions = {
  suspect: { confirmed: 'firing' },
  firing: { acknowledged: 'acknowledged', cleared: 'resolved' },
  acknowledged: { acknowledged: 'acknowledged', cleared: 'resolved' },
  resolved: {},
} as const;

export type AlertState = keyof typeof transitions;
type Happening = 'confirmed' | 'acknowledged' | 'cleared';

/** The state after it; null where it cannot happen in this state. */
export function stateAfter(state: AlertState, happening: Happening): AlertState | null {
  const known: Partial<Record<Happening, AlertState>> = transitions[state];
  return known[happening] ?? null;
}
