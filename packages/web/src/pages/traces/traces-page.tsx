// web/traces: what programs did for their requests, newest first; narrowed by experiment, run and MLflow's grammar, by the server.
import { Button, Select, TextInput } from '@mantine/core';
import './traces.css';
import { useFilters } from '../../app/filters.ts';
import { Ago } from '../../parts/ago.tsx';
import { spanText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { type Column, Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { useExperiments } from '../runs/queries.ts';
import { type Trace, useTraceSearch } from './queries.ts';
import { TraceState } from './trace-state.tsx';

export function TracesPage() {
  const [{ experiment = '', run = '', filter = '' }] = useFilters();
  const found = useTraceSearch({ experiment, run, filter });
  return (
    <>
      <PageHead title="Traces" />
      <TraceFilters />
      <Panel title="Traces" flush answered_ms={found.dataUpdatedAt} note={found.hasNextPage ? 'newest first; there are more' : 'newest first'}>
        <Answer query={found} room="12rem">
          {({ pages }) => {
            const traces = pages.flatMap((page) => page.traces);
            if (traces.length === 0) return experiment || run || filter ? <Empty>No trace fits.</Empty> : <Nothing />;
            return <Rows label="Traces" rows={traces} columns={columns} keyOf={(trace) => trace.id} />;
          }}
        </Answer>
      </Panel>
      {found.hasNextPage ? (
        <Button variant="default" size="xs" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </>
  );
}

const preview_chars_max = 80;
const short = (text: string | null): string => (text === null ? '' : text.length > preview_chars_max ? `${text.slice(0, preview_chars_max)}…` : text);

const columns: readonly Column<Trace>[] = [
  { name: 'Trace', cell: (trace) => <To href={`/traces/${trace.id}`}>{trace.name ?? trace.id}</To> },
  { name: 'State', cell: (trace) => <TraceState word={trace.state} /> },
  { name: 'Started', cell: (trace) => <Ago at_ms={trace.started_ms} /> },
  { name: 'Took', number: true, cell: (trace) => (trace.duration_ms === null ? 'not ended' : spanText(trace.duration_ms)) },
  { name: 'Spans', number: true, cell: (trace) => trace.spans },
  { name: 'Asked', cell: (trace) => <span title={trace.request_preview ?? undefined}>{short(trace.request_preview)}</span> },
  { name: 'Answered', cell: (trace) => <span title={trace.response_preview ?? undefined}>{short(trace.response_preview)}</span> },
  { name: 'Run', cell: (trace) => (trace.run === null ? <span className="soft">none</span> : <To href={`/runs/${trace.run}`}>run</To>) },
  { name: 'Experiment', cell: (trace) => trace.experiment },
];

function TraceFilters() {
  const [{ experiment = '', run = '', filter = '' }, set] = useFilters();
  const experiments = useExperiments();
  return (
    <>
      <div className="filters" role="search">
        <Select
          label="Experiment"
          size="xs"
          allowDeselect={false}
          searchable
          value={experiment}
          onChange={(value) => set({ experiment: value ?? '' })}
          data={[{ value: '', label: 'all' }, ...(experiments.data?.experiments ?? []).map(({ name }) => ({ value: name, label: name }))]}
        />
        <TextInput
          key={filter}
          className="wide"
          label="Filter"
          size="xs"
          defaultValue={filter}
          maxLength={10_000}
          spellCheck={false}
          placeholder="status = 'ERROR' AND span.name = 'ask'"
          onKeyDown={(event) => event.key === 'Enter' && set({ filter: event.currentTarget.value.trim() })}
          onBlur={(event) => event.currentTarget.value.trim() !== filter && set({ filter: event.currentTarget.value.trim() })}
        />
      </div>
      {run === '' ? null : (
        <p className="says">
          Those of <To href={`/runs/${run}`}>one run</To>.{' '}
          <button type="button" className="plain link" onClick={() => set({ run: '' })}>
            Show the others too
          </button>
        </p>
      )}
    </>
  );
}

const Nothing = () => (
  <Empty>
    <p>
      No trace yet. A program sends them with <code>@mlflow.trace</code> or an autologger of MLflow, or with any client of OpenTelemetry to{' '}
      <code>/v1/traces</code>.
    </p>
  </Empty>
);
