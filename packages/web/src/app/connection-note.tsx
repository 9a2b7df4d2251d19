// web/app: the sentence above the page where it and the server are not connected: since when what is shown grows old.
import { clockText } from '../parts/format.ts';
import { useConnection } from './connection.ts';
import { ask_ms } from './live.ts';

export function ConnectionNote() {
  const connection = useConnection();
  if (connection.kind === 'away')
    return (
      <div className="problem connection" role="alert">
        <span>
          The server has not answered since {clockText(connection.since_ms)}.{' '}
          {connection.answered_ms === null ? '' : `What is shown is from ${clockText(connection.answered_ms)} or before. `}This page asks again by itself.
        </span>
      </div>
    );
  if (connection.kind === 'stale')
    return (
      <div className="problem connection is-stale" role="status">
        <span>
          The live stream is gone since {clockText(connection.since_ms)}. This page asks every {ask_ms / 1_000} seconds until it is back.
        </span>
      </div>
    );
  return null;
}
