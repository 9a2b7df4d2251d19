// web/charts: a time pane with its sentence and its table; uPlot is loaded when the first one is on the screen.
import { Suspense, lazy } from 'react';
import { patiently } from '../app/load.ts';
import { clockText } from '../parts/format.ts';
import { ChartFrame } from './chart-frame.tsx';
import type { PlotProps } from './plot.tsx';

const Plot = lazy(() => patiently(() => import('./plot.tsx')));

interface PaneProps extends PlotProps {
  readonly label: string;
  readonly summary: string;
}

export const Pane = ({ label, summary, ...plot }: PaneProps) => (
  <ChartFrame
    label={label}
    summary={summary}
    twin={() => ({
      heads: [plot.counted ? 'Step' : 'Time', ...plot.lines.map((line) => line.name)],
      rows: plot.times_ms.map((at, i) => [plot.counted ? at : clockText(at), ...plot.lines.map((line) => textOf(line.values[i], plot.format))]),
    })}
  >
    <Suspense fallback={<div className="plot" style={{ height: (plot.height ?? 110) + 24 }} />}>
      <Plot {...plot} />
    </Suspense>
  </ChartFrame>
);

const textOf = (value: number | null | undefined, format: (value: number) => string): string => (value === null || value === undefined ? '' : format(value));
