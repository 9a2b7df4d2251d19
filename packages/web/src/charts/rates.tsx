// web/charts: how often something was counted, now and in the reference, a row each, on one scale that ends at the greatest share. What nobody counted has no
// bar and says so; 0 is a count.
import { shareText } from '../parts/format.ts';
import { ChartFrame } from './chart-frame.tsx';

export interface RateRow {
  readonly name: string;
  /** 0 to 1; null is not known. */
  readonly now: number | null;
  readonly before: number | null;
  /** The counts behind both, in words. */
  readonly now_says: string;
  readonly before_says: string;
}
interface RatesProps {
  readonly label: string;
  readonly summary: string;
  /** Whose counts are now's, such as `this window`. */
  readonly now: string;
  readonly rows: readonly RateRow[];
}

/** Below it the scale would make a picture of a handful. */
const scale_min = 0.01;

export function Rates({ label, summary, now, rows }: RatesProps) {
  const most = Math.max(scale_min, ...rows.flatMap((row) => [row.now ?? 0, row.before ?? 0]));
  return (
    <ChartFrame
      label={label}
      summary={summary}
      twin={() => ({ heads: ['Counted', 'Reference', `In ${now}`], rows: rows.map((row) => [row.name, row.before_says, row.now_says]) })}
    >
      <div className="rates-room">
        <ul className="bands rates" aria-label={label}>
          {rows.map((row) => (
            <li key={row.name}>
              <span>{row.name}</span>
              <span className="band-track" role="img" aria-label={`${row.name}: ${row.now_says} in ${now}; ${row.before_says} in the reference`}>
                {row.now === null ? null : <i className="now" style={{ width: `${(100 * row.now) / most}%` }} />}
                {row.before === null ? null : <b className="before" style={{ left: `${(100 * row.before) / most}%` }} />}
              </span>
              <span className="soft">
                {row.now_says}; reference {row.before_says}
              </span>
            </li>
          ))}
        </ul>
      </div>
      <p className="legend">
        <span>
          <i className="fill-now" /> {now}
        </span>
        <span>
          <i className="tick before" /> reference
        </span>
        <span>the scale ends at {shareText(most)}</span>
      </p>
    </ChartFrame>
  );
}
