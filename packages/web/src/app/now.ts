// web/app: the time that relative times are told by: one tick for the whole page, every five seconds.
import { useSyncExternalStore } from 'react';

const tick_ms = 5_000;
let now_ms = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;
const hearers = new Set<() => void>();

function subscribe(hear: () => void): () => void {
  hearers.add(hear);
  timer ??= setInterval(() => {
    now_ms = Date.now();
    for (const each of hearers) each();
  }, tick_ms);
  return () => {
    hearers.delete(hear);
    if (hearers.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

export const useNow = (): number => useSyncExternalStore(subscribe, () => now_ms);
