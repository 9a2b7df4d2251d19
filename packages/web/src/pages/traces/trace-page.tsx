// web/traces: one trace: its spans as a tree with a bar of time, and of the one that is chosen what went in, what came out, what was noted and what failed.
import { useMemo } from 'react';
import './traces.css';
import { useFilters } from '../../app/filters.ts';
import { usePlace } from '../../app/path.ts';
import { Ago } from '../../parts/ago.tsx';
import { Facts } from '../../parts/facts.tsx';
import { countText, numberText, spanText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { type Span, type TraceAnswer, useTrace } from './queries.ts';
import { type SpanLine, treeOf } from './span-tree.ts';
import { TraceState } from './trace-state.tsx';

export function TracePage() {
  const id = usePlace('id');
  const trace = useTrace(id);
  return (
    <>
      <PageHead
        title={trace.data?.trace.name ?? id}
        above={[
          ['Traces', '/traces'],
          ...(trace.data ? [[trace.data.trace.experiment, `/traces?${new URLSearchParams({ experiment: trace.data.trace.experiment })}`] as const] : []),
        ]}
        state={trace.data ? <TraceState word={trace.data.trace.state} /> : null}
      />
      <Answer query={trace}>{(answer) => <Body of={answer} answered_ms={trace.dataUpdatedAt} />}</Answer>
    </>
  );
}

function Body({ of: { trace, spans, spans_total }, answered_ms }: { of: TraceAnswer; answered_ms: number }) {
  const [{ span: chosen = '' }, set] = useFilters();
  const lines = useMemo(() => treeOf(spans), [spans]);
  const shown = spans.find(({ id }) => id === chosen) ?? lines[0]?.span;
  const tags = Object.entries(trace.tags);
  return (
    <>
      <div className="columns narrow">
        <Panel title="Trace" answered_ms={answered_ms}>
          <Facts
            of={[
              ['Id', <code>{trace.id}</code>],
              ['Started', <Ago at_ms={trace.started_ms} />],
              ['Took', trace.duration_ms === null ? 'not ended' : spanText(trace.duration_ms)],
              ['Run', trace.run === null ? 'none' : <To href={`/runs/${trace.run}`}>{trace.run}</To>],
            ]}
          />
        </Panel>
        <Panel title="Tags" answered_ms={answered_ms}>
          {tags.length === 0 ? <Empty>None.</Empty> : <Facts of={tags} />}
        </Panel>
      </div>
      <Panel
        title="Spans"
        flush
        answered_ms={answered_ms}
        note={spans.length < spans_total ? `the first ${spans.length} of ${countText(spans_total, 'span')}` : countText(spans_total, 'span')}
      >
        {lines.length === 0 ? <Empty>No span has arrived.</Empty> : <Tree of={lines} chosen={shown?.id} choose={(span) => set({ span })} />}
      </Panel>
      {shown ? <SpanPanel of={shown} answered_ms={answered_ms} /> : null}
    </>
  );
}

const durationText = (us: number | null): string => (us === null ? 'not ended' : us < 10_000 ? `${numberText(us / 1000)} ms` : spanText(us / 1000));
const indent_max = 12;
/** MLflow's clients send it as JSON, others as it is. */
const kindText = (type: string): string => type.replaceAll('"', '').toLowerCase().replaceAll('_', ' ');

const Tree = ({ of, chosen, choose }: { of: readonly SpanLine[]; chosen: string | undefined; choose: (id: string) => void }) => (
  <Rows
    label="Spans"
    rows={of}
    keyOf={({ span }) => span.id}
    selected={({ span }) => span.id === chosen}
    columns={[
      {
        name: 'Span',
        cell: ({ span, depth }) => (
          <span className="span-name" style={{ paddingInlineStart: `${Math.min(depth, indent_max)}rem` }}>
            <button type="button" className="plain link" onClick={() => choose(span.id)}>
              {span.name}
            </button>
            <span className="hidden"> at depth {depth}</span>
          </span>
        ),
      },
      { name: 'Kind', cell: ({ span }) => kindText(span.type) },
      { name: 'State', cell: ({ span }) => <TraceState word={span.state} /> },
      { name: 'Began', number: true, cell: ({ span }) => durationText(span.start_us) },
      { name: 'Took', number: true, cell: ({ span }) => durationText(span.duration_us) },
      { name: 'In time', cell: ({ from, to, span }) => <Bar from={from} to={to} failed={span.state === 'error'} /> },
    ]}
  />
);

/** What the numbers beside it say already. */
const Bar = ({ from, to, failed }: { from: number; to: number; failed: boolean }) => (
  <span className="time-bar" aria-hidden="true">
    <i className={failed ? 'fill-bad' : 'fill-run'} style={{ left: `${100 * from}%`, width: `${100 * (to - from)}%` }} />
  </span>
);

/** Under which MLflow's clients send what went in and came out. */
const inputs_key = 'mlflow.spanInputs';
const outputs_key = 'mlflow.spanOutputs';
type Attribute = Span['attributes'][number];

function SpanPanel({ of, answered_ms }: { of: Span; answered_ms: number }) {
  const others = of.attributes.filter(({ key }) => key !== inputs_key && key !== outputs_key);
  return (
    <Panel title={`Span ${of.name}`} answered_ms={answered_ms} note={durationText(of.duration_us)}>
      <div className="stack">
        {of.state === 'error' ? <p className="problem">{of.message || 'It failed, and says no more.'}</p> : null}
        <Payload title="In" of={of.attributes.find(({ key }) => key === inputs_key)} />
        <Payload title="Out" of={of.attributes.find(({ key }) => key === outputs_key)} />
        {others.length === 0 ? null : <Facts of={others.map((one) => [one.key, cutText(one)] as const)} />}
        {of.events.map((event, at) => (
          <section key={at} className="meaning stack">
            <b>
              {event.name}, at {durationText(event.at_us)}
            </b>
            {event.attributes.map((one) => (
              <Payload key={one.key} title={one.key} of={one} />
            ))}
          </section>
        ))}
      </div>
    </Panel>
  );
}

const cutText = ({ value, chars_total }: Attribute): string => (value.length < chars_total ? `${value}… (${countText(chars_total, 'character')})` : value);

const Payload = ({ title, of }: { title: string; of: Attribute | undefined }) =>
  of === undefined ? null : (
    <div>
      <h3 className="payload-title">{title}</h3>
      <pre className="payload" tabIndex={0} role="region" aria-label={title}>
        {readable(of)}
      </pre>
    </div>
  );

/** JSON with its lines; anything else, and what is cut, as it is. */
function readable({ value, chars_total }: Attribute): string {
  if (value.length < chars_total) return cutText({ key: '', value, chars_total });
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value; // it is no JSON: shown as it came
  }
}
