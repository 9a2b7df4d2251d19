// web/app: does the server answer? Since when not, and when it last did. What every request finds out is kept here, once for the page.
import { HoldfastError } from '@holdfast/base';
import { useSyncExternalStore } from 'react';

export interface Reach {
  /** The first request of those without an answer; null while the server answers. */
  readonly away_since_ms: number | null;
  readonly answered_ms: number | null;
}

let reach: Reach = { away_since_ms: null, answered_ms: null };
const hearers = new Set<() => void>();

function become(next: Reach): void {
  const told = next.away_since_ms !== reach.away_since_ms;
  reach = next;
  if (told) for (const hear of hearers) hear();
}

/** An error of the server is an answer too; HF-CLI-003 is the one of the client that found none. */
export async function watched<T>(request: Promise<T>): Promise<T> {
  try {
    const reply = await request;
    become({ away_since_ms: null, answered_ms: Date.now() });
    return reply;
  } catch (error) {
    const away = error instanceof HoldfastError && error.code === 'HF-CLI-003';
    become(away ? { ...reach, away_since_ms: reach.away_since_ms ?? Date.now() } : { away_since_ms: null, answered_ms: Date.now() });
    throw error;
  }
}

const subscribe = (hear: () => void): (() => void) => {
  hearers.add(hear);
  return () => hearers.delete(hear);
};

export const useReach = (): Reach => useSyncExternalStore(subscribe, () => reach);
