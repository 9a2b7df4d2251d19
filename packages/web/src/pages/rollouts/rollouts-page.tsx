// web/rollouts: every rollout, newest first, with what is counted of it.
import { SegmentedControl } from '@mantine/core';
import { useFilters } from '../../app/filters.ts';
import { ShareBar } from '../../charts/share-bar.tsx';
import { Ago } from '../../parts/ago.tsx';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { shown_max, useRollouts } from './queries.ts';
import { partsOf, sumCounts } from './wave-bar.tsx';

export function RolloutsPage() {
  const [filters, set] = useFilters();
  const under_way = filters['state'] === 'under_way';
  const rollouts = useRollouts(under_way);
  const note = rollouts.data?.rollouts.length === shown_max ? `the newest ${shown_max}` : 'newest first';
  return (
    <>
      <PageHead
        title="Rollouts"
        actions={
          <SegmentedControl
            size="xs"
            aria-label="State"
            data={[
              { value: '', label: 'all' },
              { value: 'under_way', label: 'under way' },
            ]}
            value={under_way ? 'under_way' : ''}
            onChange={(state) => set({ state })}
          />
        }
      />
      <Panel title="Rollouts" flush answered_ms={rollouts.dataUpdatedAt} note={note}>
        <Answer query={rollouts}>
          {(answer) =>
            answer.rollouts.length === 0 && under_way ? (
              <Empty>No rollout is under way.</Empty>
            ) : answer.rollouts.length === 0 ? (
              <Empty>
                No rollout yet. The page of a <To href="/models">model version</To> starts one, and so does a workflow.
              </Empty>
            ) : (
              <Rows
                label="Rollouts"
                rows={answer.rollouts}
                keyOf={(r) => r.id}
                columns={[
                  { name: 'Rollout', cell: (r) => <To href={`/rollouts/${r.id}`}>{`${r.model} ${r.model_version}`}</To> },
                  { name: 'State', cell: (r) => <State word={r.state} /> },
                  {
                    name: 'Devices',
                    cell: (r) => (
                      <div className="cell-bar">
                        <ShareBar label={`${r.model} version ${r.model_version}`} parts={partsOf(sumCounts(r.waves))} total={r.assignments_total} />
                      </div>
                    ),
                  },
                  { name: 'Reason', cell: (r) => r.reason },
                  { name: 'Cause', cell: (r) => r.cause },
                  { name: 'Started', cell: (r) => <Ago at_ms={r.created_ms} /> },
                ]}
              />
            )
          }
        </Answer>
      </Panel>
    </>
  );
}
