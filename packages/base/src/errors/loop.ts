// Errors of the movers: sync, monitors, alerts, triggers, workflows, rollouts.
import type { CatalogueEntry } from './error.ts';

export const loopErrors = {
  'HF-SYNC-001': { says: 'The sync frame is cut short: saw {saw} bytes, expected {expected}.', hint: 'Send it again.', status: 400, exit: 1, retryable: true },
  'HF-SYNC-002': { says: 'The protocol version is {saw}, this server speaks {expected}.', hint: 'Update the agent.', status: 400, exit: 1 },
  'HF-SYNC-003': {
    says: 'The server is busy: {saw} syncs wait, the limit is {limit}.',
    hint: 'The agent tries again by itself.',
    status: 503,
    exit: 7,
    retryable: true,
  },
  'HF-SYNC-004': {
    says: 'The server is busy: syncs of {saw} bytes wait, the limit is {limit}.',
    hint: 'The agent tries again by itself.',
    status: 503,
    exit: 7,
    retryable: true,
  },
  'HF-ALERT-001': { says: 'Alert {alert} is {state} and cannot be {action}.', hint: 'holdfast alert ls', status: 409, exit: 6 },
  'HF-FLOW-001': { says: 'The workflow is not a DAG: {cycle} is a circle.', hint: 'Take one of these needs out.', status: 400, exit: 2 },
  'HF-FLOW-002': { says: 'Step {step} needs {needs}, which is not a step.', hint: 'Name a step of the same workflow.', status: 400, exit: 2 },
  'HF-FLOW-003': {
    says: 'The lease on step {step} is fence {expected}; a completion with fence {saw} was refused.',
    hint: 'The step was given to another worker; this result is dropped.',
    status: 409,
    exit: 6,
  },
  'HF-FLOW-004': { says: 'Execution {execution} is {state} and cannot be {action}.', hint: 'holdfast execution show {execution}', status: 409, exit: 6 },
  'HF-ROLL-001': { says: 'Rollout {rollout} is {state} and cannot be {action}.', hint: 'holdfast rollout show {rollout}', status: 409, exit: 6 },
  'HF-ROLL-002': {
    says: 'The waves {saw} are not allowed: expected growing shares that end with 100%, such as 1,50%,100%.',
    hint: 'A plain number is a count of devices, a number with % a share.',
    status: 400,
    exit: 2,
  },
  'HF-ROLL-003': { says: 'No device fits the selector {selector}.', hint: 'holdfast device ls', status: 409, exit: 6 },
  'HF-HOOK-001': { says: 'Webhook with ID {id} not found.', hint: 'holdfast webhook ls', status: 404, exit: 3 },
  'HF-HOOK-002': {
    says: 'The address {url} cannot be called: {why}.',
    hint: 'For addresses of your own network: holdfast up --allow-private-webhooks',
    status: 400,
    exit: 2,
  },
  'HF-HOOK-003': { says: 'There are {limit} webhooks and channels, and no more may be made.', hint: 'holdfast webhook rm WEBHOOK', status: 409, exit: 6 },
  'HF-HOOK-004': {
    says: 'No e-mail can be sent: saw {saw}, expected {expected}.',
    hint: 'holdfast up --smtp smtp://HOST:PORT --mail-from NAME@HOST',
    status: 409,
    exit: 2,
  },
} as const satisfies Record<string, CatalogueEntry>;
