// web/runs: the points of several runs over one axis of steps, as a chart takes them. Pure.
import type { Reply } from '../../app/api.ts';

type Points = Reply<'runPoints'>['series'][number];

/** One row a step that any run has; a run without a value there has null. Of several points at one step the last is shown. */
export function alignedOf(of: readonly Points[]): { steps: number[]; lines: (number | null)[][] } {
  const steps = [...new Set(of.flatMap((one) => one.points.map(([step]) => step)))].toSorted((a, b) => a - b);
  const place = new Map(steps.map((step, i) => [step, i]));
  const lines = of.map((one) => {
    const values = Array<number | null>(steps.length).fill(null);
    for (const [step, value] of one.points) values[place.get(step)!] = value === 'NaN' ? null : value;
    return values;
  });
  return { steps, lines };
}
