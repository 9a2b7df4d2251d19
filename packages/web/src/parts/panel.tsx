// web/parts: a panel with a heading, and the four states that what it shows can be in: waiting, failed, old, here.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLive } from '../app/live.ts';
import { useNow } from '../app/now.ts';
import { agoText } from './format.ts';
import { ProblemNote } from './problem.tsx';

/** What is on the screen counts as old once the stream is gone for so long. */
const old_ms = 20_000;

interface PanelProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly flush?: boolean;
  /** When what it shows was answered; absent where it is not live. */
  readonly answered_ms?: number | undefined;
  readonly children: ReactNode;
}

export function Panel({ title, note, actions, flush, answered_ms, children }: PanelProps) {
  const live = useLive();
  const now_ms = useNow();
  const old = live.kind === 'reconnecting' && answered_ms !== undefined && now_ms - answered_ms > old_ms;
  return (
    <section className={old ? 'panel is-old' : 'panel'}>
      <header>
        <h2>{title}</h2>
        {note ? <span className="note">{note}</span> : null}
        {old ? <span className="note t-idle">as of {agoText(answered_ms, now_ms)}; the connection is gone</span> : null}
        <span className="grow" />
        {actions}
      </header>
      <div className={flush ? 'body flush' : 'body'}>{children}</div>
    </section>
  );
}

export const Waiting = () => (
  <div className="waiting" role="status">
    <span className="hidden">Loading</span>
    <i />
    <i />
    <i />
  </div>
);

export const Empty = ({ children }: { children: ReactNode }) => <div className="empty">{children}</div>;

/** Shows the answer once it is here; before it the waiting, and an error above what was known. */
export function Answer<T>({ query, children }: { query: UseQueryResult<T, Error>; children: (answer: T) => ReactNode }) {
  return (
    <>
      {query.error ? <ProblemNote error={query.error} /> : null}
      {query.data !== undefined ? children(query.data) : query.error ? null : <Waiting />}
    </>
  );
}
