// web/app: the code of the pages. Loaded when it is needed, or ahead of it once the first page is at rest, so that a page opens while the server is away.
import type { AnyRouter } from '@tanstack/react-router';

const pause_ms = 3_000;
const rest_ms = 3_000;

async function answers(): Promise<boolean> {
  try {
    return (await fetch('/health', { cache: 'no-store' })).ok;
  } catch {
    return false; // nobody is there: that is the answer
  }
}

/** Waits for a server that is away. One that answers and has not the file is of another version: it fails, and the router loads the page anew. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      if (await answers()) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause_ms));
    }
  }
}

/** Loads the code of every page and chart, after a while; returns what calls that off. */
export function loadAhead(router: AnyRouter): () => void {
  const timer = setTimeout(() => {
    for (const route of Object.values(router.routesById)) void (route.options.component as { preload?: () => Promise<void> } | undefined)?.preload?.();
    void patiently(() => Promise.all([import('../charts/plot.tsx'), import('../charts/flow.tsx')]));
  }, rest_ms);
  return () => clearTimeout(timer);
}
