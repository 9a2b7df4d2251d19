// agent/sync: an answer that is not a success, as an error of the catalogue.

import { HoldfastError, catalogue, lookUp } from '@holdfast/base';
import type { Answer } from './http-peer.ts';

const catalogueEntry = catalogue['HF-AGENT-005'];
const retry_after_ms_max = 86_400_000;

interface Problem {
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly hint?: unknown;
}

/** Its `details` have `retry_after_ms` where the answer asks for a wait. The server's code where it gave one that is known; else HF-AGENT-005 with the status. */
export function problemOf(answer: Answer): HoldfastError {
  const problem = parse(answer.body);
  const detail = typeof problem.detail === 'string' ? problem.detail.slice(0, 500) : `status ${answer.status}`;
  const hint = typeof problem.hint === 'string' ? problem.hint.slice(0, 500) : 'Read the log of the server.';
  const known = typeof problem.code === 'string' ? lookUp(problem.code) : undefined;
  const retry_after_ms = retryAfter_ms(answer.headers['retry-after']);
  if (!known)
    return new HoldfastError(
      'HF-AGENT-005',
      { ...catalogueEntry, retryable: isPassing(answer.status) },
      { reason: detail.replace(/\.$/, ''), hint, retry_after_ms },
    );
  return new HoldfastError(problem.code as string, { ...known, says: '{detail}', hint: '{hint}' }, { detail, hint, retry_after_ms });
}

/** Statuses that pass by themselves: timeouts, too early, too many, and the server's own trouble. */
function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Retry-After in seconds or as a date (RFC 9110, section 10.2.3); no more than a day is believed. */
function retryAfter_ms(header: string | string[] | undefined): number | undefined {
  const given = String(header ?? '');
  const ms = /^\d+$/.test(given) ? Number(given) * 1000 : Date.parse(given) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), retry_after_ms_max) : undefined;
}

function parse(body: Uint8Array): Problem {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {}; // Not ours: a proxy's page, say. The status tells what is known.
  }
}
