// alerts: firings of monitors on devices that make no alert: what does not fit is counted by reason, and of the last one it is kept what it said.
import type { FiringRow } from '@holdfast/telemetry';
import type { RefusedReason } from './firing.ts';

export interface RefusedRow {
  reason: RefusedReason;
  firings: number;
  last_ms: number;
  device: string;
  /** What the last one named. */
  detail: string;
}

const word_chars_max = 60;

export class RefusedFirings {
  readonly #rows = new Map<RefusedReason, RefusedRow>();

  add(reason: RefusedReason, { device, fields }: FiringRow, now_ms: number): void {
    const firings = (this.#rows.get(reason)?.firings ?? 0) + 1;
    this.#rows.set(reason, { reason, firings, last_ms: now_ms, device, detail: wordsOf(fields) });
  }
  rows(): RefusedRow[] {
    return [...this.#rows.values()];
  }
}

const wordsOf = (fields: FiringRow['fields']): string =>
  ['monitor', 'model', 'model_version', 'feature']
    .flatMap((name) => (fields[name] === undefined ? [] : [`${name.replace('_', ' ')} ${String(fields[name]).slice(0, word_chars_max)}`]))
    .join(', ');
