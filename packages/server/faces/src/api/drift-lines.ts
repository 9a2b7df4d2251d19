// The drift of a device as lines over time: one a feature.
import type { VerdictRow } from '@holdfast/monitors';
import type { TimelineView } from '@holdfast/protocol/rest';

type Judged = Pick<VerdictRow, 'window_id' | 'monitor' | 'at_ms'> & {
  readonly readings: readonly Pick<VerdictRow['readings'][number], 'name' | 'distance' | 'drifted'>[];
};
interface Point {
  readonly at_ms: number;
  readonly distance: number;
  readonly drifted: boolean;
}
interface Line {
  readonly points: Map<number, Point>;
  readonly drifted_by: Set<string>;
}

/** A window that several monitors have judged is one point, drifted where one of them says so; who says so is kept by the line. */
export function driftLines(verdicts: readonly Judged[]): TimelineView['drift'] {
  const lines = new Map<string, Line>();
  for (const { window_id, monitor, at_ms, readings } of verdicts)
    for (const { name, distance, drifted } of readings) {
      const line = lines.get(name) ?? { points: new Map(), drifted_by: new Set() };
      const known = line.points.get(window_id);
      line.points.set(window_id, { at_ms, distance: Math.max(distance, known?.distance ?? 0), drifted: drifted || (known?.drifted ?? false) });
      if (drifted) line.drifted_by.add(monitor);
      lines.set(name, line);
    }
  return [...lines].map(([feature, line]) => viewOf(feature, line));
}

function viewOf(feature: string, { points, drifted_by }: Line): TimelineView['drift'][number] {
  const found = [...points.values()];
  return {
    feature,
    at_ms: found.map((p) => p.at_ms),
    distance: found.map((p) => p.distance),
    drifted: found.map((p) => p.drifted),
    drifted_by: [...drifted_by].toSorted(),
  };
}
