// web/models: which version each alias and stage named when, as the audit has kept it.
import { type Reply, useRoute } from '../../app/api.ts';
import { Ago } from '../../parts/ago.tsx';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';

type Change = Reply<'modelHistory'>['rows'][number];

const whatOf = ({ kind, name, version }: Change): string =>
  kind === 'alias'
    ? `alias ${name ?? ''}`
    : kind === 'stage'
      ? `stage of version ${version ?? ''}`
      : kind === 'deleted'
        ? `version ${version ?? ''} was deleted`
        : kind;
const sideOf = ({ kind }: Change, value: string | null): React.ReactNode =>
  value === null ? <span className="soft">none</span> : kind === 'alias' ? `version ${value}` : value;

export function HistoryPanel({ name }: { name: string }) {
  const history = useRoute('modelHistory', { params: { name }, query: { limit: 200 } });
  return (
    <Panel title="History" flush answered_ms={history.dataUpdatedAt} note="aliases, stages and project, newest first">
      <Answer query={history} room="6rem">
        {(answer) =>
          answer.rows.length === 0 ? (
            <Empty>No alias or stage was moved yet.</Empty>
          ) : (
            <Rows
              label="History"
              rows={answer.rows}
              keyOf={(row) => answer.rows.indexOf(row)}
              columns={[
                { name: 'When', cell: (row) => <Ago at_ms={row.at_ms} /> },
                { name: 'What', cell: whatOf },
                { name: 'Before', cell: (row) => sideOf(row, row.before) },
                { name: 'After', cell: (row) => sideOf(row, row.after) },
                { name: 'By', cell: (row) => row.by },
                { name: 'Reason', cell: (row) => row.reason },
              ]}
            />
          )
        }
      </Answer>
    </Panel>
  );
}
