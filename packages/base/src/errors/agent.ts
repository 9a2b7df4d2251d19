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
} as const satisfies Record<string, CatalogueEntry>;
