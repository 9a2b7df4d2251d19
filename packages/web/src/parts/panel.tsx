// web/parts: a panel with a heading, and the four states that what it shows can be in: waiting, failed, old, here.
import type { ReactNode } from 'react';
import { useConnection } from '../app/connection.ts';
import { useNow } from '../app/now.ts';
import { agoText, clockText } from './format.ts';
import { ProblemNote } from './problem.tsx';

/** What is on the screen counts as old once the stream is gone for so long. */
const old_ms = 10_000;
const connected: ReadonlySet<string> = new Set(['live', 'connecting']);

interface PanelProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly flush?: boolean;
  /** When what it shows was answered; absent where it is not live, 0 before the first answer. */
  readonly answered_ms?: number | undefined;
  readonly children: ReactNode;
}

export function Panel({ title, note, actions, flush, answered_ms, children }: PanelProps) {
  const { kind } = useConnection();
  const now_ms = useNow();
  const old = !connected.has(kind) && !!answered_ms && now_ms - answered_ms > old_ms;
  return (
    <section className={old ? 'panel is-old' : 'panel'}>
      <header>
        <h2>{title}</h2>
        {note ? <span className="note">{note}</span> : null}
        {old ? (
          <span className="note t-idle">
            as of {clockText(answered_ms)}, {agoText(answered_ms, now_ms)}
          </span>
        ) : null}
        <span className="grow" />
        {actions}
      </header>
      <div className={flush ? 'body flush' : 'body'}>{children}</div>
    </section>
  );
}

/** `room`: about how high what will be here is, so that what stands below does not jump when it comes. */
export const Waiting = ({ room }: { room?: string | undefined }) => (
  <div className={room ? 'waiting has-room' : 'waiting'} role="status" style={room ? { minHeight: room } : undefined}>
    <span className="hidden">Loading</span>
    <i />
    <i />
    <i />
  </div>
);

export const Empty = ({ children }: { children: ReactNode }) => <div className="empty">{children}</div>;

/** Why an answer did not come; nothing where the server is away and an earlier answer is shown: that is said once, above the page. */
export function Refused({ query }: { query: { readonly data: unknown; readonly error: Error | null } }) {
  const away = useConnection().kind === 'away';
  return query.error && !(away && query.data !== undefined) ? <ProblemNote error={query.error} /> : null;
}

interface AnswerProps<T> {
  readonly query: { readonly data: T | undefined; readonly error: Error | null };
  readonly room?: string;
  readonly children: (answer: T) => ReactNode;
}

/** Shows the answer once it is here; before it the waiting, and an error above what was known. */
export const Answer = <T,>({ query, room, children }: AnswerProps<T>) => (
  <>
    <Refused query={query} />
    {query.data !== undefined ? children(query.data) : query.error ? null : <Waiting room={room} />}
  </>
);
