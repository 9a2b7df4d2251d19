// web/charts: panes over one time axis, drawn by uPlot: shared cursor, marks of events, a limit line. Loaded with the pages that have charts.
// A canvas says nothing to a screen reader: each pane stands in a ChartFrame, which has the sentence and the table.
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { dashOf, inkOf } from './inks.ts';

export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** Drawn as a band with the next line instead of as a line. */
  readonly band?: boolean;
  readonly steps?: boolean;
}

export interface Mark {
  readonly at_ms: number;
  readonly tone: 'ok' | 'warn' | 'bad' | 'run' | 'idle';
}

export interface PlotProps {
  readonly times_ms: readonly number[];
  readonly lines: readonly Line[];
  readonly from_ms?: number;
  readonly to_ms?: number;
  readonly limit?: number;
  readonly marks?: readonly Mark[];
  readonly height?: number;
  readonly format: (value: number) => string;
  /** The horizontal axis counts (training steps) instead of telling the time. */
  readonly counted?: boolean;
  /** A drag over the pane chooses this range. */
  readonly onRange?: (from_ms: number, to_ms: number) => void;
}

function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function seriesOf({ lines, counted }: PlotProps, format: (value: number) => string): UPlot.Series[] {
  let seen = 0;
  return lines.map((line) => {
    const at = line.band ? 0 : seen++;
    return {
      label: line.name,
      stroke: line.band ? 'transparent' : colourOf(inkOf(at)),
      width: line.band ? 0 : 1.5,
      dash: [...dashOf(at)],
      // runs have steps of their own: a line goes on over the steps of others
      spanGaps: counted ?? false,
      points: { show: !line.band && line.values.length < 60, size: 4 },
      ...(line.steps ? { paths: UPlot.paths.stepped!({ align: 1 }) } : {}),
      value: (_: UPlot, value: number | null) => (value === null ? '' : format(value)),
    };
  });
}

function drawMarks(plot: UPlot, { marks = [], limit }: PlotProps): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const mark of marks) {
    const x = plot.valToPos(mark.at_ms / 1000, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colourOf(`--${mark.tone}`);
    ctx.setLineDash(mark.tone === 'run' ? [] : [3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  if (limit !== undefined) {
    const y = plot.valToPos(limit, 'y', true);
    ctx.strokeStyle = colourOf('--ink-soft');
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function optionsOf(props: PlotProps, width: number): UPlot.Options {
  const axis = {
    stroke: colourOf('--ink-soft'),
    grid: { stroke: colourOf('--line'), width: 1 },
    ticks: { stroke: colourOf('--line'), width: 1, size: 4 },
    font: '12px system-ui, sans-serif',
  };
  const { from_ms, to_ms, counted } = props;
  const bands = props.lines.flatMap((line, i) => (line.band ? [i + 1] : []));
  return {
    width,
    height: props.height ?? 110,
    legend: { show: true, live: true },
    cursor: { sync: { key: counted ? 'steps' : 'time' }, drag: { x: props.onRange !== undefined, y: false, setScale: false }, points: { size: 6 } },
    scales: {
      x: { time: !counted, ...(from_ms !== undefined && to_ms !== undefined ? { range: () => [from_ms / 1000, to_ms / 1000] as [number, number] } : {}) },
      y: { range: (_, low, high) => rangeOf(low, high, props.limit) },
    },
    axes: [
      { ...axis, size: 28, values: counted ? (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? String(tick) : '')) : clockTicks },
      { ...axis, size: 64, space: 28, values: (_, ticks) => ticks.map(props.format) },
    ],
    series: [
      { value: (_, value) => (value === null ? '' : counted ? String(value) : new Date(value * 1000).toLocaleTimeString('en-GB')) },
      ...seriesOf(props, props.format),
    ],
    bands: bands.length === 2 ? [{ series: [bands[1]!, bands[0]!], fill: colourOf('--accent-soft') }] : [],
    hooks: {
      draw: [(plot) => drawMarks(plot, props)],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select;
          if (selected > 8) props.onRange?.(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + selected, 'x') * 1000);
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

const clockTicks: UPlot.Axis.DynamicValues = (_plot, ticks, _axis, _space, step_s) =>
  ticks.map((tick) => new Date(tick * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...(step_s < 60 ? { second: '2-digit' } : {}) }));

/** Zero is kept in view where all is above it, so that a small wobble does not look like a cliff. */
function rangeOf(low: number | null, high: number | null, limit: number | undefined): [number, number] {
  const least = Math.min(0, low ?? 0);
  const most = Math.max(high ?? 0, limit === undefined ? 0 : limit * 1.15);
  return [least, most === least ? least + 1 : most + 0.05 * (most - least)];
}

function tableOf({ times_ms, lines, counted }: PlotProps): UPlot.AlignedData {
  return [times_ms.map((at) => (counted ? at : at / 1000)), ...lines.map((line) => [...line.values])];
}

/** The pane is made anew when its shape or the colours change; new values alone are put into the one that is there. */
export default function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const shape = JSON.stringify([props.lines.map((line) => line.name), props.from_ms, props.to_ms, props.limit, props.marks?.length, scheme]);
  useEffect(() => {
    const box = place.current!;
    const made = new UPlot(optionsOf(latest.current, box.clientWidth || 300), tableOf(latest.current), box);
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: latest.current.height ?? 110 }));
    watcher.observe(box);
    return () => {
      watcher.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(tableOf(props)), [props.times_ms, props.lines]);
  return <div className={props.lines.filter((line) => !line.band).length > 1 ? 'plot' : 'plot is-single'} ref={place} aria-hidden="true" />;
}
