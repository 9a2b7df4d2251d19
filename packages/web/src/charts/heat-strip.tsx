// web/charts: a day in buckets: how much of what was seen in each was drifted. A bucket without windows is drawn as a gap.
import { countText, minuteText, shareText, spanText } from '../parts/format.ts';
import { ChartFrame } from './chart-frame.tsx';

export interface Bucket {
  readonly from_ms: number;
  readonly windows: number;
  readonly drifted: number;
}

interface HeatStripProps {
  readonly bucket_ms: number;
  readonly buckets: readonly Bucket[];
  readonly to_ms: number;
}

const day_ms = 86_400_000;

/** Darker with the share; a bucket with a single drifted window is to be seen, so the scale starts above zero. */
const heatOf = ({ windows, drifted }: Bucket): number => (drifted === 0 ? 0 : 0.25 + 0.75 * (drifted / windows));

export function HeatStrip({ bucket_ms, buckets, to_ms }: HeatStripProps) {
  const start = Math.floor((to_ms - day_ms) / bucket_ms) * bucket_ms;
  const count = Math.ceil((to_ms - start) / bucket_ms);
  const width = 1000 / count;
  const windows = buckets.reduce((sum, each) => sum + each.windows, 0);
  const drifted = buckets.reduce((sum, each) => sum + each.drifted, 0);
  const last = buckets.findLast((each) => each.drifted > 0);
  const summary =
    windows === 0
      ? 'No window was judged in the last 24 hours.'
      : `${drifted} of ${countText(windows, 'window')} in the last 24 hours were drifted (${shareText(drifted / windows)})${last ? `; the last in the ${spanText(bucket_ms)} from ${minuteText(last.from_ms)}` : ''}.`;
  const hours = [0, 6, 12, 18, 24].map((h) => start + (h * count * bucket_ms) / 24);
  return (
    <ChartFrame
      label="Drifted share of windows, last 24 hours"
      summary={summary}
      twin={() => ({
        heads: ['From', 'Windows', 'Drifted', 'Share'],
        rows: buckets.map((b) => [minuteText(b.from_ms), b.windows, b.drifted, shareText(b.drifted / b.windows)]),
      })}
    >
      <svg viewBox="0 0 1000 40" className="heat-strip" preserveAspectRatio="none" aria-hidden="true">
        <rect x="0" y="19" width="1000" height="1" className="axis" />
        {buckets.map((bucket) => (
          <g key={bucket.from_ms} transform={`translate(${((bucket.from_ms - start) / bucket_ms) * width} 0)`}>
            <title>{`${minuteText(bucket.from_ms)}: ${bucket.drifted} of ${bucket.windows} windows drifted`}</title>
            <rect
              x="0.5"
              y="2"
              width={Math.max(1, width - 1)}
              height="36"
              className={bucket.drifted > 0 ? 'hot' : 'cold'}
              style={bucket.drifted > 0 ? { fillOpacity: heatOf(bucket) } : undefined}
            />
          </g>
        ))}
      </svg>
      <div className="strip-hours" aria-hidden="true">
        {hours.map((at) => (
          <span key={at}>{at >= to_ms - bucket_ms ? 'now' : minuteText(at)}</span>
        ))}
      </div>
    </ChartFrame>
  );
}
