// web/charts: points over two quantities, a third as their size; those that stand out are diamonds with a number. An SVG of our own, with its table.
import { useNarrow } from '../parts/narrow.ts';
import { numberText } from '../parts/format.ts';
import { ChartFrame } from './chart-frame.tsx';

export interface ScatterPoint {
  readonly id: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Undefined: all points have one size. */
  readonly size: number | undefined;
  /** Its number among those that stand out. */
  readonly mark: number | null;
}

export interface ScatterAxis {
  readonly name: string;
  /** Which end is the good one. */
  readonly better: 'more' | 'less';
}

interface ScatterProps {
  readonly label: string;
  readonly summary: string;
  readonly x: ScatterAxis;
  readonly y: ScatterAxis;
  readonly size: ScatterAxis | undefined;
  readonly points: readonly ScatterPoint[];
}

const margin = { left: 64, right: 36, top: 26, bottom: 40 };
const radius = { least: 4, most: 13 };
const ticks_wanted = 4;
/** More numbers than these would lie upon each other. */
const numbered_max = 24;

interface Scale {
  readonly least: number;
  readonly greatest: number;
  /** 0 to 1; what is infinite stands at the edge. */
  at(value: number): number;
}

export function scaleOver(values: readonly number[]): Scale {
  const finite = values.filter(Number.isFinite);
  const [least, greatest] = [Math.min(...finite), Math.max(...finite)];
  const span = greatest - least;
  return {
    least,
    greatest,
    at: (value) => (!(span > 0) ? (Number.isFinite(value) ? 0.5 : value > 0 ? 1 : 0) : Math.min(1, Math.max(0, (value - least) / span))),
  };
}

const ticksOf = ({ least, greatest }: Scale): number[] =>
  !Number.isFinite(least)
    ? []
    : greatest === least
      ? [least]
      : Array.from({ length: ticks_wanted }, (_, i) => least + ((greatest - least) * i) / (ticks_wanted - 1));
const shortText = (value: number): string => (Math.abs(value) >= 1e6 ? value.toExponential(1) : numberText(Number(value.toPrecision(3))));

export function Scatter({ label, summary, x, y, size, points }: ScatterProps) {
  const narrow = useNarrow();
  const [width, height] = narrow ? [340, 300] : [960, 340];
  const [across, up, large] = [scaleOver(points.map((p) => p.x)), scaleOver(points.map((p) => p.y)), scaleOver(points.map((p) => p.size ?? 0))];
  const left = (value: number) => margin.left + across.at(value) * (width - margin.left - margin.right);
  const top = (value: number) => height - margin.bottom - up.at(value) * (height - margin.top - margin.bottom);
  // the area, not the radius, grows with the quantity
  const reach = (value: number | undefined) =>
    value === undefined ? 5 : Math.sqrt(radius.least ** 2 + large.at(value) * (radius.most ** 2 - radius.least ** 2));
  const numbered = points.filter((p) => p.mark !== null).length <= numbered_max;
  const ordered = points.toSorted((a, b) => Number(a.mark !== null) - Number(b.mark !== null) || (b.size ?? 0) - (a.size ?? 0));
  return (
    <ChartFrame
      label={label}
      summary={summary}
      twin={() => ({
        heads: ['Run', y.name, x.name, ...(size ? [size.name] : []), 'Front'],
        rows: points.map((p) => [
          p.name,
          numberText(p.y),
          numberText(p.x),
          ...(size ? [numberText(p.size ?? Number.NaN)] : []),
          p.mark === null ? 'no' : 'yes',
        ]),
      })}
    >
      <svg viewBox={`0 0 ${width} ${height}`} className="scatter" aria-hidden="true">
        {ticksOf(up).map((value) => (
          <g key={value} transform={`translate(0 ${top(value)})`}>
            <line x1={margin.left - 14} x2={width - 6} />
            <text x={margin.left - 18} y="4" textAnchor="end">
              {shortText(value)}
            </text>
          </g>
        ))}
        {ticksOf(across).map((value, i, all) => (
          <text key={value} x={left(value)} y={height - 20} textAnchor={i === all.length - 1 && i > 0 ? 'end' : 'middle'}>
            {shortText(value)}
          </text>
        ))}
        <text x="2" y="12" className="name">
          {y.better === 'more' ? '↑' : '↓'} {y.name}
        </text>
        <text x={width - 6} y={height - 4} textAnchor="end" className="name">
          {x.better === 'more' ? `${x.name} →` : `← ${x.name}`}
        </text>
        {ordered.map((point) => (
          <Mark key={point.id} of={point} x={left(point.x)} y={top(point.y)} reach={reach(point.size)} numbered={numbered} />
        ))}
      </svg>
      <div className="legend" aria-hidden="true">
        <span>◆ on the front{numbered ? ', with its number in the table' : ''}</span>
        <span>○ beaten by another</span>
        {size ? <span>the larger, the more {size.name}</span> : null}
        <span>arrows point to the better end</span>
      </div>
    </ChartFrame>
  );
}

function Mark({ of, x, y, reach, numbered }: { of: ScatterPoint; x: number; y: number; reach: number; numbered: boolean }) {
  if (of.mark === null)
    return (
      <circle cx={x} cy={y} r={reach}>
        <title>{of.name}</title>
      </circle>
    );
  return (
    <g transform={`translate(${x} ${y})`} className="is-marked">
      <title>{of.name}</title>
      <path d={`M0 ${-reach}L${reach} 0L0 ${reach}L${-reach} 0Z`} />
      {numbered ? (
        <text x={reach + 3} y={-reach + 2}>
          {of.mark}
        </text>
      ) : null}
    </g>
  );
}
