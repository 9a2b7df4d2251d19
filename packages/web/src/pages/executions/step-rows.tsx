// web/executions: the steps as a table: state, attempt, why it waits, how far it is, how long it took.
import { useNow } from '../../app/now.ts';
import { Rows } from '../../parts/rows.tsx';
import { shareText, spanText } from '../../parts/format.ts';
import { State } from '../../parts/state.tsx';
import type { Step } from './queries.ts';

export function StepRows({ of, chosen, choose }: { of: readonly Step[]; chosen: string; choose: (step: string) => void }) {
  const now_ms = useNow();
  return (
    <Rows
      label="Steps"
      rows={of}
      keyOf={(step) => step.name}
      selected={(step) => step.name === chosen}
      columns={[
        {
          name: 'Step',
          cell: (s) => (
            <button type="button" className="plain link" aria-pressed={s.name === chosen} onClick={() => choose(s.name)}>
              {s.name}
            </button>
          ),
        },
        { name: 'Kind', cell: (s) => s.kind },
        { name: 'State', cell: (s) => <State word={s.state} /> },
        { name: 'Attempt', number: true, cell: (s) => (s.attempt === 0 ? '' : `${s.attempt} of ${s.attempts_max}`) },
        { name: 'Took', number: true, cell: (s) => (s.started_ms === null ? '' : spanText((s.finished_ms ?? now_ms) - s.started_ms)) },
        { name: 'Needs', cell: (s) => s.needs.join(', ') },
        { name: 'Note', cell: (s) => <StepNote of={s} /> },
      ]}
    />
  );
}

function StepNote({ of }: { of: Step }) {
  if (of.error && of.state !== 'succeeded') return <span className="t-bad">{of.error}</span>;
  if (of.wait_reason && of.finished_ms === null) return <span>waits: {of.wait_reason}</span>;
  if (of.progress !== null && of.state === 'running')
    return (
      <span className="row">
        <span className="meter" role="img" aria-label={`${shareText(of.progress)} done`}>
          <i style={{ width: `${100 * of.progress}%` }} />
        </span>
        {shareText(of.progress)}
      </span>
    );
  return of.worker ? <span className="soft">on {of.worker}</span> : null;
}
