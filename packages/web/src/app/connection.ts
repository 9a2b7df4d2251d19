// web/app: how the page and the server are connected, from the stream and from what the requests found out.
import { useLive } from './live.ts';
import { useNow } from './now.ts';
import { useReach } from './reach.ts';

export type Connection =
  | { readonly kind: 'live' | 'connecting' | 'reconnecting' }
  | { readonly kind: 'stale'; readonly since_ms: number }
  | { readonly kind: 'away'; readonly since_ms: number; readonly answered_ms: number | null };

/** A stream that is back so soon was hardly gone: a server that starts again, a change of the network. */
const blip_ms = 4_000;

/** A server whose stream is open is not away, whatever a proxy says to one request. */
export function useConnection(): Connection {
  const live = useLive();
  const { away_since_ms, answered_ms } = useReach();
  const now_ms = useNow();
  if (live.kind !== 'live' && away_since_ms !== null) return { kind: 'away', since_ms: away_since_ms, answered_ms };
  if (live.kind === 'reconnecting' && now_ms - live.since_ms > blip_ms) return { kind: 'stale', since_ms: live.since_ms };
  return { kind: live.kind };
}
