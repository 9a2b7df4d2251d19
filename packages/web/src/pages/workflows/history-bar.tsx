// web/workflows: the last executions as one mark each, oldest first, its height how long it took.
import { spanText } from '../../parts/format.ts';
import { toneOf } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import type { Execution } from './queries.ts';

const tookOf = (e: Execution, now_ms: number): number => (e.finished_ms ?? now_ms) - e.created_ms;

export function HistoryBar({ of, now_ms }: { of: readonly Execution[]; now_ms: number }) {
  const most = Math.max(1, ...of.map((e) => tookOf(e, now_ms)));
  return (
    <span className="history">
      {of.toReversed().map((e) => (
        <To
          key={e.id}
          href={`/executions/${e.id}`}
          title={`${e.state}, ${spanText(tookOf(e, now_ms))}`}
          aria-label={`${e.id}: ${e.state}, ${spanText(tookOf(e, now_ms))}`}
        >
          <i className={`fill-${toneOf(e.state)}`} style={{ height: `${20 + (80 * tookOf(e, now_ms)) / most}%` }} />
        </To>
      ))}
    </span>
  );
}
