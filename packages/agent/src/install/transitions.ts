// agent/install: the one table of the install's states. A step that is not in it cannot be taken.
// Each state is on disk before it takes effect, so an agent that is killed in it goes on from it (the last column says how).

import type { InstallState } from '@holdfast/protocol';

export type InstallEvent =
  | 'offer'
  | 'same'
  | 'begin'
  | 'have'
  | 'again'
  | 'withdraw'
  | 'fail'
  | 'verify'
  | 'stage'
  | 'arm'
  | 'switch'
  | 'commit'
  | 'roll_back'
  | 'rolled_back'
  | 'clear'
  | 'cleared';

type Row = Partial<Readonly<Record<InstallEvent, InstallState>>>;

export const transitions: Readonly<Record<InstallState, Row>> = {
  // Killed here: nothing is under way.
  idle: { offer: 'offered', same: 'committed', clear: 'clearing', cleared: 'cleared' },
  // Killed here: the space is checked again, then the download begins; a slot that is still whole needs none.
  offered: { begin: 'downloading', have: 'staged', withdraw: 'idle', fail: 'failed' },
  // Killed here: the download goes on at the byte that the file has.
  downloading: { verify: 'verified', again: 'offered', withdraw: 'idle', fail: 'failed' },
  // Killed here: the files are unpacked again, into a new folder.
  verified: { stage: 'staged', again: 'offered', withdraw: 'idle', fail: 'failed' },
  // Killed here: the slot is whole; it is armed.
  staged: { arm: 'armed', again: 'offered', withdraw: 'idle', fail: 'failed' },
  // Killed here: the switch is done again; the pointer may or may not have moved.
  armed: { switch: 'probation', roll_back: 'rolling_back' },
  // Killed here: the probation starts over, a few times at most.
  probation: { commit: 'committed', roll_back: 'rolling_back' },
  // Killed here: the old slots are removed again.
  committed: { offer: 'offered', same: 'committed', clear: 'clearing', cleared: 'cleared' },
  // Killed here: the pointer is moved back again.
  rolling_back: { rolled_back: 'failed' },
  // Killed here: nothing is under way.
  failed: { offer: 'offered', same: 'committed', clear: 'clearing', cleared: 'cleared' },
  // Killed here: the pointer is taken away again.
  clearing: { cleared: 'cleared' },
  // Killed here: the slots are removed again.
  cleared: { offer: 'offered', cleared: 'cleared' },
};

export function nextState(from: InstallState, event: InstallEvent): InstallState {
  const to = transitions[from][event];
  if (!to) throw new Error(`install: saw the step ${event} in state ${from}, expected one of ${Object.keys(transitions[from]).join(', ')}`);
  return to;
}
