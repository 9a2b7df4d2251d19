// Errors on the device: bundles, install, supervise, capture.
import type { CatalogueEntry } from './error.ts';

export const agentErrors = {
  'HF-BUNDLE-001': { says: 'The bundle is cut short: saw {saw} bytes, expected {expected}.', hint: 'The agent fetches it again by itself.', status: 400, exit: 1, retryable: true },
  'HF-BUNDLE-002': { says: 'File {file} of the bundle has digest {saw}, expected {expected}.', hint: 'The bundle was changed on its way; it is refused.', status: 400, exit: 1 },
  'HF-BUNDLE-003': { says: 'The bundle is signed by key {saw}, which this device does not trust.', hint: 'Build the bundle on the server that the device joined.', status: 400, exit: 1 },
  'HF-BUNDLE-004': { says: 'The bundle is for {saw}, this device is {expected}.', hint: 'Build the bundle for this platform.', status: 400, exit: 1 },
  'HF-BUNDLE-005': { says: 'The bundle cannot be read: {reason}.', hint: 'Build it again: holdfast bundle build', status: 400, exit: 1 },
  'HF-BUNDLE-006': { says: 'The bundle needs {saw} bytes, {free} are free on the device.', hint: 'Free some space on the device.', status: 507, exit: 1, retryable: true },
  'HF-AGENT-001': { says: 'Another agent (pid {pid}) uses the folder {folder}.', hint: 'Stop it, or choose another folder with --data.', status: 500, exit: 6 },
  'HF-AGENT-002': { says: 'This folder holds no device identity: {folder}.', hint: 'Join a server first: holdfast join URL', status: 500, exit: 2 },
  'HF-AGENT-003': { says: 'The join address {saw} is not of the form hf://HOST:PORT/TOKEN.', hint: 'Copy the join line that the server printed.', status: 400, exit: 2 },
  'HF-AGENT-004': { says: 'The server at {url} cannot be reached: {reason}.', hint: 'Check the address and the network; what was logged is kept.', status: 503, exit: 7, retryable: true },
  'HF-AGENT-005': { says: 'The server refused: {reason}.', hint: '{hint}', status: 400, exit: 1 },
  'HF-AGENT-006': { says: 'The desired state is signed by key {saw}, which this device does not trust.', hint: 'Enrol the device again: holdfast join', status: 400, exit: 1 },
  'HF-AGENT-007': { says: 'The desired state was refused: saw {saw}, expected {expected}.', hint: 'Report it; the device keeps what it has.', status: 400, exit: 1 },
  'HF-AGENT-008': { says: 'The answer to a sync cannot be read: saw {saw}, expected {expected}.', hint: 'Check the address of the server, and its version.', status: 502, exit: 1, retryable: true },
  'HF-AGENT-009': { says: 'The agent met an error of the device: {reason}.', hint: 'Check the disk of the device; the agent tries again by itself.', status: 500, exit: 1, retryable: true },
  'HF-INSTALL-001': { says: 'The new version ended {saw} times in probation ({reason}), the limit is {limit}.', hint: 'Read logs/program.log on the device; the version before runs again.', status: 409, exit: 1 },
  'HF-INSTALL-002': { says: 'The new version answered {saw} inferences in {seconds} s, expected {expected}.', hint: 'Check that the program logs its inferences; the version before runs again.', status: 409, exit: 1 },
  'HF-INSTALL-003': { says: 'Under the new version {saw} windows looked drifted ({reason}), the limit is {limit}.', hint: 'Compare its profile with what the device sees; the version before runs again.', status: 409, exit: 1 },
  'HF-INSTALL-004': { says: 'The agent was started {saw} times in the middle of this install, the limit is {limit}.', hint: 'Check whether the new version brings the device down; the version before runs again.', status: 409, exit: 1 },
  'HF-INSTALL-005': { says: 'The server asks for another bundle, {saw}, before the probation of this one was over.', hint: 'Nothing to do; the version before runs again.', status: 409, exit: 1 },
  'HF-INSTALL-006': { says: 'This bundle failed on this device in rollout {rollout} before, and is not tried again.', hint: 'Start a new rollout to try it again.', status: 409, exit: 1 },
  'HF-INSTALL-007': { says: 'The install stopped at an error of the device: {reason}.', hint: 'Check the disk of the device.', status: 500, exit: 1 },
} as const satisfies Record<string, CatalogueEntry>;
