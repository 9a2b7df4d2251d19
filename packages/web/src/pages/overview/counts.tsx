// web/overview: the counts, each a link to the list that it counts.
import { To } from '../../parts/to.tsx';
import type { Overview } from './queries.ts';

export function Counts({ of }: { of: Overview['devices'] }) {
  const counts = [
    ['online', of.online, '/devices?state=online'],
    ['stale', of.stale, '/devices?state=stale'],
    ['waiting', of.waiting, '/devices?state=waiting'],
    ['drifted', of.drifted, '/devices?state=drifted'],
    ['ill', of.ill, '/devices?state=ill'],
    ['updating', of.updating, '/devices?state=updating'],
    ['in total', of.total, '/devices'],
  ] as const;
  return (
    <div className="counts" aria-live="polite">
      {counts.map(([name, count, href]) => (
        <To key={name} href={href} className={count === 0 ? 'count zero' : 'count'}>
          <b>{count}</b>
          <span className="soft">{name}</span>
        </To>
      ))}
    </div>
  );
}
