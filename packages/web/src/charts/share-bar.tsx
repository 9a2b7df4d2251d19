// web/charts: counted parts of a whole as one bar. Every part has its word and count below; marks are limits drawn on the bar.
import type { Tone } from '../parts/glyph.tsx';

export interface Part {
  readonly name: string;
  readonly count: number;
  readonly tone: Tone | 'run-light' | 'idle-light';
}

interface ShareBarProps {
  readonly label: string;
  readonly parts: readonly Part[];
  readonly total: number;
  /** Lines on the bar: a share of the total, from the left or from the right. */
  readonly limits?: readonly { readonly name: string; readonly share: number; readonly from_right?: boolean }[];
  readonly legend?: boolean;
}

export function ShareBar({ label, parts, total, limits = [], legend = true }: ShareBarProps) {
  const shown = parts.filter((part) => part.count > 0);
  const sentence = `${label}: ${shown.map((part) => `${part.count} ${part.name}`).join(', ') || 'nothing yet'}, of ${total}.`;
  return (
    <div className="share">
      <div className="share-bar" role="img" aria-label={sentence}>
        {shown.map((part) => (
          <i
            key={part.name}
            className={`fill-${part.tone}`}
            style={{ width: `${(100 * part.count) / Math.max(1, total)}%` }}
            title={`${part.count} of ${total} ${part.name}`}
          />
        ))}
        {limits.map((limit) => (
          <b
            key={limit.name}
            className={limit.from_right ? 'limit right' : 'limit'}
            style={{ left: `${100 * (limit.from_right ? 1 - limit.share : limit.share)}%` }}
            title={limit.name}
          />
        ))}
      </div>
      {legend ? (
        <div className="legend" aria-hidden="true">
          {shown.map((part) => (
            <span key={part.name}>
              <i className={`fill-${part.tone}`} /> {part.count} {part.name}
            </span>
          ))}
          {limits.map((limit) => (
            <span key={limit.name} className="soft">
              <i className={limit.from_right ? 'tick right' : 'tick'} /> {limit.name}
            </span>
          ))}
        </div>
      ) : null}
    </div>
  );
}
