// web/audit: who changed what, from where, with the difference. Filtered by object; older rows on a button.
import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type Reply, api } from '../../app/api.ts';
import { useFilters } from '../../app/filters.ts';
import { Ago } from '../../parts/ago.tsx';
import { countText } from '../../parts/format.ts';
import { Empty, Panel, Waiting } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { Rows } from '../../parts/rows.tsx';
import { diffOf } from './diff.ts';

type AuditRow = Reply<'audit'>['rows'][number];
const page_rows = 200;

function useAudit(object: string) {
  return useInfiniteQuery({
    queryKey: ['audit', object],
    queryFn: ({ pageParam }) => api.call('audit', { query: { object: object || undefined, before: pageParam, limit: page_rows } }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.rows.length === page_rows ? last.rows.at(-1)!.id : undefined),
  });
}

export function AuditPage() {
  const [filters, set] = useFilters();
  const { object = '' } = filters;
  const audit = useAudit(object);
  const rows = audit.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <PageHead title="Audit" />
      <div className="filters" role="search">
        <TextInput
          key={object}
          label="Object"
          size="xs"
          w="20rem"
          placeholder="dev_… or digits/3"
          defaultValue={object}
          onKeyDown={(event) => event.key === 'Enter' && set({ object: event.currentTarget.value })}
          onBlur={(event) => event.currentTarget.value !== object && set({ object: event.currentTarget.value })}
        />
      </div>
      <Panel title="Changes" flush note={audit.data ? `${countText(rows.length, 'change')}${audit.hasNextPage ? ', older ones below' : ''}, newest first` : ''}>
        {audit.error ? <ProblemNote error={audit.error} /> : null}
        {audit.isPending ? (
          <Waiting />
        ) : rows.length === 0 && !audit.error ? (
          <Empty>{object ? 'No change of this object is kept.' : 'Nothing was changed yet.'}</Empty>
        ) : (
          <AuditRows of={rows} choose={(chosen) => set({ object: chosen })} />
        )}
        {audit.hasNextPage ? (
          <div className="map">
            <Button size="xs" variant="default" loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
              Older changes
            </Button>
          </div>
        ) : null}
      </Panel>
    </>
  );
}

const AuditRows = ({ of, choose }: { of: readonly AuditRow[]; choose: (object: string) => void }) => (
  <Rows
    label="Changes"
    rows={of}
    keyOf={(row) => row.id}
    columns={[
      { name: 'When', cell: (row) => <Ago at_ms={row.at_ms} /> },
      { name: 'Who', cell: (row) => row.actor },
      { name: 'Did', cell: (row) => row.action },
      {
        name: 'To',
        cell: (row) => (
          <button type="button" className="plain link object" title={row.object} onClick={() => choose(row.object)}>
            {row.object}
          </button>
        ),
      },
      { name: 'Change', cell: (row) => <Diff of={row} /> },
      { name: 'From', cell: (row) => <span className="soft">{row.from}</span> },
    ]}
  />
);

const shown_max = 8;

function Diff({ of }: { of: AuditRow }) {
  const changes = diffOf(of.before, of.after);
  if (changes.length === 0) return <span className="soft">no field said</span>;
  return (
    <span className="diff">
      {changes.slice(0, shown_max).map(({ field, before, after }) => (
        <span key={field} className="field" title={`${field}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`}>
          {field}: {before === null ? null : <del>{before}</del>} {after === null ? null : <ins>{after}</ins>}
        </span>
      ))}
      {changes.length > shown_max ? <span className="soft">and {changes.length - shown_max} more</span> : null}
    </span>
  );
}
