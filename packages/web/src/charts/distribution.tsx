// web/charts: a window against its reference, share per bin: the window as bars, the reference as an outline over them.
// The bins are the reference's quantiles, so the outline is level where the reference has no ties: whatever stands out of it has moved.
import { useElementSize } from '@mantine/hooks';
import { numberText, shareText } from '../parts/format.ts';
import { ChartFrame } from './chart-frame.tsx';

export interface DistributionProps {
  readonly label: string;
  readonly summary: string;
  readonly edges: readonly number[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /** Names of the bins where they are classes and no ranges. */
  readonly names?: readonly string[];
  /** What the bars are, and what the bins are. */
  readonly says?: { readonly current: string; readonly bins: string };
}

/** Until it is known how wide it is drawn. */
const width_first = 720;
const height = 180;
const foot = 34;
const head = 14;

const shares = (counts: readonly number[]): number[] => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
};

export function binName(edges: readonly number[], at: number): string {
  if (edges.length === 0) return 'all';
  if (at === 0) return `up to ${numberText(edges[0]!)}`;
  if (at === edges.length) return `above ${numberText(edges.at(-1)!)}`;
  return `${numberText(edges[at - 1]!)} to ${numberText(edges[at]!)}`;
}

const letter_half = 3.5;
/** In the middle under its place, but within the picture. */
function placeOf(x: number, width: number, text: string): { readonly x: number; readonly textAnchor: 'start' | 'middle' | 'end' } {
  const half = letter_half * text.length;
  if (x < half) return { x: 0, textAnchor: 'start' };
  return x > width - half ? { x: width, textAnchor: 'end' } : { x, textAnchor: 'middle' };
}

const usual = { current: 'this window', bins: 'bins on the quantiles of the reference; edges' } as const;

export function Distribution({ label, summary, edges, reference, current, names, says = usual }: DistributionProps) {
  const room = useElementSize<HTMLDivElement>();
  const width = room.width || width_first; // drawn at its own size, so that its words can be read on a phone too
  const [before, now] = [shares(reference), shares(current)];
  const most = Math.max(0.001, ...before, ...now);
  const bin = width / before.length;
  const y = (share: number) => height - (share / most) * height;
  const name = (at: number) => names?.[at] ?? binName(edges, at);
  const outline = before.map((share, i) => `${i === 0 ? 'M' : 'L'}${i * bin} ${y(share)}H${(i + 1) * bin}`).join('');
  return (
    <ChartFrame
      label={label}
      summary={summary}
      twin={() => ({
        heads: ['Bin', 'Reference', 'Share', 'Window', 'Share '],
        rows: before.map((share, i) => [name(i), reference[i]!, shareText(share), current[i]!, shareText(now[i]!)]),
      })}
    >
      <div ref={room.ref} className="distribution-room">
        {/* by its width: Chromium may paint bars of the width before where the box of an SVG alone changes */}
        <svg key={width} viewBox={`0 ${-head} ${width} ${height + head + foot}`} height={height + head + foot} className="distribution" aria-hidden="true">
          {now.map((share, i) => (
            <g key={i}>
              <title>{`${name(i)}: ${current[i]} of the window (${shareText(share)}), ${reference[i]} of the reference (${shareText(before[i]!)})`}</title>
              <rect x={i * bin} y="0" width={bin} height={height} fill="transparent" />
              <rect x={i * bin + bin * 0.12} y={y(share)} width={bin * 0.76} height={height - y(share)} className="now" />
            </g>
          ))}
          <path d={outline} className="before" />
          <line x1="0" x2={width} y1={height} y2={height} className="base" />
          {ticksOf(edges, before.length, names, width).map(({ at, text }) => (
            <text key={at} {...placeOf(at * bin, width, text)} y={height + 16}>
              {text}
            </text>
          ))}
          <text x="0" y={height + 31}>
            {names && says === usual ? 'its values' : says.bins}
          </text>
          <text x={width} y="-4" textAnchor="end">
            {shareText(most)}
          </text>
        </svg>
      </div>
      <div className="legend" aria-hidden="true">
        <span>
          <i className="fill-now" /> {says.current}
        </span>
        <span>
          <i className="outline" /> reference
        </span>
      </div>
    </ChartFrame>
  );
}

const ticks_max = 7;
const tick_px = 72;
const letter_px = 6.5;
const cut = (text: string, letters: number): string => (text.length > letters ? `${text.slice(0, Math.max(1, letters - 1))}…` : text);

interface Tick {
  readonly at: number;
  readonly text: string;
}

/** As many as there is room for. Edges stand between bins; class names under theirs. */
function ticksOf(edges: readonly number[], bins: number, names: readonly string[] | undefined, width: number): Tick[] {
  const wanted = Math.max(2, Math.min(ticks_max, Math.floor(width / tick_px)));
  const every = Math.max(1, Math.ceil(bins / wanted));
  const letters = Math.floor((width / bins) * (every / letter_px));
  if (names) return names.map((text, i) => ({ at: i + 0.5, text: cut(text, letters) })).filter((_, i) => i % every === 0);
  return edges.map((edge, i) => ({ at: i + 1, text: numberText(Number(edge.toPrecision(3))) })).filter(({ at }) => at % every === 0 && at < bins);
}
