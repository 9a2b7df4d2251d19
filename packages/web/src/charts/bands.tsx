// web/charts: shares with their bands, a row each, on one scale from 0 to 100 %: what is estimated, and what is known where it is.
import { shareText } from '../parts/format.ts';
import { ChartFrame } from './chart-frame.tsx';

export interface Band {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
export interface BandRow {
  readonly name: string;
  readonly estimated: Band | null;
  readonly known: Band | null;
}
interface BandsProps {
  readonly label: string;
  readonly summary: string;
  readonly rows: readonly BandRow[];
}

export const Bands = ({ label, summary, rows }: BandsProps) => (
  <ChartFrame label={label} summary={summary} twin={() => ({ heads, rows: rows.map(cells) })}>
    <ul className="bands" aria-label={label}>
      {rows.map((row) => (
        <li key={row.name}>
          <span>{row.name}</span>
          <span className="band-track">
            <Line of={row.estimated} kind="estimated" says={`${row.name}: estimated ${bandText(row.estimated)}, by labels ${bandText(row.known)}`} />
            <Line of={row.known} kind="known" />
          </span>
        </li>
      ))}
      <li className="band-scale" aria-hidden="true">
        <span />
        <span>
          {[0, 0.25, 0.5, 0.75, 1].map((share) => (
            <i key={share}>{shareText(share)}</i>
          ))}
        </span>
      </li>
    </ul>
    <p className="legend">
      <span>
        <i className="fill-now" /> estimated without labels, with its 95 % band
      </span>
      <span>
        <i className="outline" /> by labels, with its 95 % band
      </span>
    </p>
  </ChartFrame>
);

const heads = ['What', 'Estimated', 'from', 'to', 'By labels', 'from', 'to'].map((head, i) => (i === 5 || i === 6 ? `${head} (labels)` : head));
const numbers = (band: Band | null) => (band === null ? ['none', '', ''] : [shareText(band.value), shareText(band.low), shareText(band.high)]);
const cells = ({ name, estimated, known }: BandRow) => [name, ...numbers(estimated), ...numbers(known)];
const bandText = (band: Band | null): string => (band === null ? 'none' : `${shareText(band.value)} (${shareText(band.low)} to ${shareText(band.high)})`);

function Line({ of, kind, says }: { of: Band | null; kind: 'estimated' | 'known'; says?: string }) {
  const named = says === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': says };
  if (of === null) return <span {...named} />;
  const percent = (share: number) => `${100 * share}%`;
  return (
    <span {...named} className={`band ${kind}`}>
      <i style={{ left: percent(of.low), width: percent(of.high - of.low) }} />
      <b style={{ left: percent(of.value) }} />
    </span>
  );
}
