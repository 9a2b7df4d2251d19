// web/drift: one feature of one device: the window against its reference, recomputed here with the code that the server runs, and the history.
import { featureInWords, isWithoutReference, unnamedInWords } from '@holdfast/stats';
import { Select } from '@mantine/core';
import { useFilters } from '../../app/filters.ts';
import { Distribution } from '../../charts/distribution.tsx';
import { Pane } from '../../charts/lazy-plot.tsx';
import { Ago } from '../../parts/ago.tsx';
import { Counters } from '../../parts/counters.tsx';
import { Facts } from '../../parts/facts.tsx';
import { clockText, countText, listText, numberText, probabilityText } from '../../parts/format.ts';
import { Answer, Empty, Panel, Waiting } from '../../parts/panel.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { BrushPanel } from './brush-panel.tsx';
import { type DriftDetail, useDriftDetail } from './queries.ts';
import { readingOfCounts } from './reading.ts';

type Judged = DriftDetail['history'][number];

/** Where several monitors judge a model, a window has several verdicts: it is one window, and drifted where one of them says so. */
export function windowsOf(history: readonly Judged[]): (Judged & { drifted_by: readonly string[] })[] {
  return [...Map.groupBy(history, (row) => row.id).values()].map((same) => {
    const drifted = same.filter((row) => row.drifted);
    return { ...(drifted[0] ?? same[0]!), drifted_by: drifted.map((row) => row.monitor) };
  });
}

export function DetailPanels({ device, feature, monitor, threshold }: { device: string; feature: string; monitor: string; threshold: number | undefined }) {
  const [filters, set] = useFilters();
  const window = filters['window'] ? Number(filters['window']) : undefined;
  const detail = useDriftDetail(device, feature, window, monitor);
  const windows = windowsOf(detail.data?.history ?? []).toReversed();
  const name = featureInWords(feature);
  const choice = (
    <Select
      size="xs"
      aria-label="Window"
      w="20rem"
      data={[
        { value: '', label: 'the last window' },
        ...windows.map((w) => ({
          value: String(w.id),
          label: `window ${w.window} of version ${w.model_version}, ${clockText(w.to_ms)}${w.drifted ? ', drifted' : ''}`,
        })),
      ]}
      value={filters['window'] ?? ''}
      onChange={(value) => set({ window: value ?? '' })}
      allowDeselect={false}
      searchable
    />
  );
  return (
    <>
      <Panel title={`Distribution of ${name}`} answered_ms={detail.dataUpdatedAt} actions={choice}>
        <Answer query={detail} room="22rem">
          {(answer) => <Window of={answer} />}
        </Answer>
      </Panel>
      {detail.error && !detail.data ? null : (
        <Panel title={`History of ${name}`} answered_ms={detail.dataUpdatedAt}>
          {detail.data ? <History of={detail.data} threshold={threshold} choose={(at) => set({ window: at })} /> : <Waiting />}
        </Panel>
      )}
      {detail.error && !detail.data ? null : <BrushPanel device={device} feature={feature} monitor={monitor} />}
    </>
  );
}

/** The reading of the counts on the screen, by the same functions as on the device and on the server; null where they cannot be compared. */
export function readingOf({ feature, reference, current }: DriftDetail): { distance: number; p_value: number } | null {
  if (reference.counts.length !== current.counts.length || isWithoutReference(reference.counts, current.counts)) return null;
  return readingOfCounts(feature, reference, current.counts);
}

function Window({ of }: { of: DriftDetail }) {
  const reading = readingOf(of);
  const verdict = windowsOf(of.history).find((row) => row.to_ms === of.current.to_ms);
  const { names } = of.reference;
  const name = featureInWords(of.feature);
  const summary = `${countText(of.current.n, 'inference')} of the window against ${countText(of.reference.n, 'inference')} of the reference: ${reading ? `distance ${numberText(reading.distance)}` : 'they cannot be compared: on other bins, or of what the reference has no value'}.`;
  return (
    <div className="columns wide-left">
      <div className="stack">
        {reading ? (
          <Distribution
            label={`Distribution of ${name}`}
            summary={summary}
            edges={of.reference.edges}
            reference={of.reference.counts}
            current={of.current.counts}
            {...(names ? { names } : {})}
          />
        ) : (
          <Empty>{summary}</Empty>
        )}
        {of.reference.unnamed ? <p className="soft">{unnamedInWords(of.reference.unnamed)}</p> : null}
        <Counters feature={of.feature} counters={of.counters} now="this window" />
      </div>
      <div className="stack">
        <Facts
          of={[
            ['Device', <To href={`/devices/${of.device}`}>{of.device}</To>],
            ['Version', <To href={`/models/${encodeURIComponent(of.model)}/${of.model_version}`}>{`${of.model} ${of.model_version}`}</To>],
            [
              'Window',
              <span>
                {clockText(of.current.from_ms)} to {clockText(of.current.to_ms)}, <Ago at_ms={of.current.to_ms} />
              </span>,
            ],
            ['Distance', <span data-reading="distance">{reading ? numberText(reading.distance) : 'none'}</span>],
            ['p-value', <span data-reading="p">{reading ? probabilityText(reading.p_value) : 'none'}</span>],
            ['Verdict', verdict ? <Verdict of={verdict} /> : 'not in the history any more'],
            ...(names ? [] : [['Mean', numberText(of.current.mean)] as const]),
          ]}
        />
        <p className="soft">
          Distance and p-value are computed here from the counts on the screen, with the code that the server runs
          {of.reference.conditions ? `; the profile has ${of.reference.conditions.length} conditions, and the nearest is what counts.` : '.'}
        </p>
        <p className="soft">{of.rule}</p>
      </div>
    </div>
  );
}

const Verdict = ({ of }: { of: ReturnType<typeof windowsOf>[number] }) => {
  if (of.fault === 'not_comparable') return <State word="not comparable" tone="warn" />;
  if (of.drifted_by.length === 0) return <State word="steady" tone="ok" />;
  return <State word={`${of.fault === 'missing' ? 'drifted: missing' : 'drifted'} (${listText(of.drifted_by)})`} tone="warn" />;
};

function History({ of, threshold, choose }: { of: DriftDetail; threshold: number | undefined; choose: (window: string) => void }) {
  const history = windowsOf(of.history);
  const drifted = history.filter((row) => row.drifted);
  const nearest = (at_ms: number) => history.reduce((best, row) => (Math.abs(row.to_ms - at_ms) < Math.abs(best.to_ms - at_ms) ? row : best));
  return (
    <Pane
      label={`History of ${featureInWords(of.feature)}`}
      summary={`${countText(history.length, 'window')}, ${drifted.length} drifted; marks are drifted verdicts${threshold === undefined ? '' : `, the dashed line is the threshold, ${numberText(threshold)}`}. Drag over the pane to choose a window.`}
      times_ms={history.map((row) => row.to_ms)}
      lines={[{ name: 'distance', values: history.map((row) => row.distance) }]}
      marks={drifted.map((row) => ({ at_ms: row.to_ms, tone: 'warn' as const }))}
      format={numberText}
      height={150}
      onRange={(from_ms, to_ms) => choose(String(nearest((from_ms + to_ms) / 2).id))}
      {...(threshold === undefined ? {} : { limit: threshold })}
    />
  );
}
