// web/charts: parallel coordinates: one axis a quantity, one line a thing; a line that is pointed at stands out. An SVG of our own, with its table.
import { useState } from 'react';
import { numberText } from '../parts/format.ts';
import { ChartFrame } from './chart-frame.tsx';
import { dashOf, inkOf } from './inks.ts';

export interface ParallelAxis {
  readonly name: string;
  /** By line: a number, a word, or null where the line has none. */
  readonly values: readonly (number | string | null)[];
}

interface ParallelProps {
  readonly label: string;
  readonly lines: readonly { readonly id: string; readonly name: string }[];
  readonly axes: readonly ParallelAxis[];
}

const axis_px = 132;
const height_px = 220;
const top_px = 44;
const margin_px = 64;
const name_letters_max = 18;

interface Scale {
  readonly least: string;
  readonly greatest: string;
  /** 0 at the bottom, 1 at the top. */
  at(value: number | string): number;
}

/** Numbers by their size; where one is none, all of them as words in their order. */
export function scaleOf({ values }: ParallelAxis): Scale {
  const known = values.filter((value) => value !== null);
  const numbers = known.map(Number);
  if (numbers.every((value, i) => Number.isFinite(value) && known[i] !== '')) {
    const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)];
    return {
      least: numberText(least),
      greatest: numberText(greatest),
      at: (value) => (greatest === least ? 0.5 : (Number(value) - least) / (greatest - least)),
    };
  }
  const words = [...new Set(known.map(String))].toSorted();
  return { least: words[0]!, greatest: words.at(-1)!, at: (value) => (words.length === 1 ? 0.5 : words.indexOf(String(value)) / (words.length - 1)) };
}

const short = (text: string): string => (text.length > name_letters_max ? `${text.slice(0, name_letters_max - 1)}…` : text);
const yOf = (share: number): number => top_px + (1 - share) * height_px;

/** A line is broken where it has no value. */
function pathOf(axes: readonly ParallelAxis[], scales: readonly Scale[], line: number): string {
  let open = false;
  return axes
    .map(({ values }, i) => {
      const value = values[line]!;
      const step = value === null ? '' : `${open ? 'L' : 'M'}${margin_px + i * axis_px} ${yOf(scales[i]!.at(value)).toFixed(1)}`;
      open = value !== null;
      return step;
    })
    .join('');
}

export function Parallel({ label, lines, axes }: ParallelProps) {
  const [pointed, setPointed] = useState<string | null>(null);
  const scales = axes.map(scaleOf);
  const width = 2 * margin_px + (axes.length - 1) * axis_px;
  return (
    <ChartFrame
      label={label}
      summary={`${lines.length} runs over ${axes.length} quantities that differ; each axis runs from its least value to its greatest.`}
      twin={() => ({
        heads: ['Run', ...axes.map((axis) => axis.name)],
        rows: lines.map((line, i) => [line.name, ...axes.map((axis) => axis.values[i] ?? 'none')]),
      })}
    >
      <div className="scroll sideways" role="region" aria-label={`${label}, drawn`} tabIndex={0}>
        <svg className="parallel" width={width} height={top_px + height_px + 28} aria-hidden="true">
          {axes.map((axis, i) => (
            <g key={axis.name} transform={`translate(${margin_px + i * axis_px} 0)`}>
              <text y={14} className="name">
                <title>{axis.name}</title>
                {short(axis.name)}
              </text>
              <text y={34}>{short(scales[i]!.greatest)}</text>
              <line y1={top_px} y2={top_px + height_px} />
              <text y={top_px + height_px + 18}>{short(scales[i]!.least)}</text>
            </g>
          ))}
          {lines.map((line, i) => (
            <path
              key={line.id}
              d={pathOf(axes, scales, i)}
              className={pointed === null ? '' : pointed === line.id ? 'is-pointed' : 'is-behind'}
              style={{ stroke: `var(${inkOf(i)})`, strokeDasharray: dashOf(i).join(' ') }}
              onPointerEnter={() => setPointed(line.id)}
              onPointerLeave={() => setPointed(null)}
            >
              <title>{line.name}</title>
            </path>
          ))}
        </svg>
      </div>
      <ul className="inks">
        {lines.map((line, i) => (
          <li key={line.id} onPointerEnter={() => setPointed(line.id)} onPointerLeave={() => setPointed(null)}>
            <svg width="28" height="8" aria-hidden="true">
              <path d="M0 4H28" style={{ stroke: `var(${inkOf(i)})`, strokeDasharray: dashOf(i).join(' ') }} />
            </svg>
            {line.name}
          </li>
        ))}
      </ul>
    </ChartFrame>
  );
}
