// web/drift: a strip of the last windows of a feature. Whatever is brushed, with the pointer or by the two sliders, is added up here and tested anew, by the
// functions that the device and the server use. The range stands in the address.
import { featureInWords } from '@holdfast/stats';
import { useRef } from 'react';
import { useFilters } from '../../app/filters.ts';
import { ChartFrame } from '../../charts/chart-frame.tsx';
import { Distribution } from '../../charts/distribution.tsx';
import { Counters } from '../../parts/counters.tsx';
import { Facts } from '../../parts/facts.tsx';
import { clockText, countText, numberText, probabilityText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { type Range, countersIn, countsIn, rangeOf, windowAt } from './brush.ts';
import { type DriftWindows, useDriftWindows } from './queries.ts';
import { readingOfCounts } from './reading.ts';

const width = 720;
const height = 64;

export function BrushPanel({ device, feature, monitor }: { device: string; feature: string; monitor: string }) {
  const windows = useDriftWindows(device, feature, monitor);
  return (
    <Panel title={`Windows of ${featureInWords(feature)}, added up`} answered_ms={windows.dataUpdatedAt}>
      <Answer query={windows} room="26rem">
        {(answer) => (answer.windows.length === 0 ? <Empty>No judged window stands on the bins of the last one.</Empty> : <Brushed of={answer} />)}
      </Answer>
    </Panel>
  );
}

function Brushed({ of }: { of: DriftWindows }) {
  const [filters, set] = useFilters();
  const range = rangeOf(of.windows, filters['from'] ?? '', filters['to'] ?? '');
  const brush = ({ first, last }: Range) => set({ from: String(of.windows[first]!.id), to: String(of.windows[last]!.id) });
  const counts = countsIn(of, range);
  const reading = readingOfCounts(of.feature, of.reference, counts);
  const chosen = of.windows.slice(range.first, range.last + 1);
  const inferences = chosen.reduce((sum, window) => sum + window.inferences, 0);
  const { names } = of.reference;
  return (
    <div className="stack">
      <Strip of={of} range={range} brush={brush} />
      <div className="columns wide-left">
        <div className="stack">
          <Distribution
            label={`Brushed windows of ${featureInWords(of.feature)}`}
            summary={`${countText(inferences, 'inference')} of ${countText(chosen.length, 'window')} against ${countText(of.reference.n, 'inference')} of the reference: distance ${numberText(reading.distance)}.`}
            edges={of.reference.edges}
            reference={of.reference.counts}
            current={counts}
            says={{ current: 'brushed windows', bins: names ? 'its values' : 'bins on the quantiles of the reference; edges' }}
            {...(names ? { names } : {})}
          />
          <Counters feature={of.feature} of="the brushed windows" counters={countersIn(of, range)} now="the brushed windows" />
        </div>
        <div className="stack" aria-live="polite">
          <Facts
            of={[
              ['Windows', `${chosen.length} of ${of.windows.length}`],
              ['Time', `${clockText(chosen[0]!.from_ms)} to ${clockText(chosen.at(-1)!.to_ms)}`],
              ['Distance', <span data-brushed="distance">{numberText(reading.distance)}</span>],
              ['p-value', <span data-brushed="p">{probabilityText(reading.p_value)}</span>],
            ]}
          />
          <p className="soft">Added up and tested here, from the counts on the screen. Of one test; a monitor corrects for all features of a window.</p>
        </div>
      </div>
    </div>
  );
}

/** Each window as a bar of its own distance; what is brushed is filled. */
function Strip({ of, range, brush }: { of: DriftWindows; range: Range; brush: (range: Range) => void }) {
  const anchor = useRef<number | null>(null);
  const distances = of.windows.map((window) => readingOfCounts(of.feature, of.reference, window.counts).distance);
  const most = Math.max(0.05, ...distances);
  const bar = width / of.windows.length;
  const under = (event: React.PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return windowAt((event.clientX - box.left) / box.width, of.windows.length);
  };
  const drag = (at: number) => anchor.current !== null && brush({ first: Math.min(anchor.current, at), last: Math.max(anchor.current, at) });
  const label = `Windows of ${featureInWords(of.feature)}`;
  return (
    <ChartFrame
      label={label}
      summary={`${countText(of.windows.length, 'window')}, oldest first; the height is the distance to the reference, up to ${numberText(most)}. Drag over the strip, or move the two sliders, to add windows up.`}
      twin={() => ({
        heads: ['Window ended', 'Inferences', 'Distance', 'Verdict', 'Brushed'],
        rows: of.windows.map((window, i) => [
          clockText(window.to_ms),
          window.inferences,
          distances[i]!.toFixed(3),
          window.drifted ? 'drifted' : 'steady',
          isIn(range, i) ? 'yes' : 'no',
        ]),
      })}
    >
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="brush"
        aria-hidden="true"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          anchor.current = under(event);
          drag(anchor.current);
        }}
        onPointerMove={(event) => drag(under(event))}
        onPointerUp={() => (anchor.current = null)}
        onPointerCancel={() => (anchor.current = null)}
      >
        {distances.map((distance, i) => (
          <g key={of.windows[i]!.id} className={isIn(range, i) ? 'is-in' : undefined}>
            <title>{`${clockText(of.windows[i]!.to_ms)}: distance ${distance.toFixed(3)}${of.windows[i]!.drifted ? ', drifted' : ''}`}</title>
            <rect x={i * bar} y="0" width={bar} height={height} className="room" />
            <rect x={i * bar + bar * 0.1} width={bar * 0.8} y={height - (distance / most) * height} height={(distance / most) * height} className="bar" />
            {of.windows[i]!.drifted ? <rect x={i * bar + bar * 0.1} width={bar * 0.8} y="0" height="4" className="mark" /> : null}
          </g>
        ))}
      </svg>
      <div className="brush-ends">
        <End name="From" of={of} value={range.first} move={(at) => brush({ first: at, last: Math.max(at, range.last) })} />
        <End name="To" of={of} value={range.last} move={(at) => brush({ first: Math.min(at, range.first), last: at })} />
      </div>
    </ChartFrame>
  );
}

const isIn = ({ first, last }: Range, at: number): boolean => at >= first && at <= last;

const End = ({ name, of, value, move }: { name: string; of: DriftWindows; value: number; move: (at: number) => void }) => (
  <label>
    <span>{name}</span>
    <input
      type="range"
      min={0}
      max={of.windows.length - 1}
      value={value}
      aria-label={`${name} window`}
      aria-valuetext={`window ${value + 1} of ${of.windows.length}, ${clockText(of.windows[value]!.to_ms)}`}
      onChange={(event) => move(Number(event.target.value))}
    />
  </label>
);
