// web/overview: health by model version: how many devices run it, drifted and stale ones apart.
import { ShareBar } from '../../charts/share-bar.tsx';
import { To } from '../../parts/to.tsx';
import type { Overview } from './queries.ts';

export const Versions = ({ of }: { of: Overview['versions'] }) => (
  <div className="stack">
    {of.map((v) => (
      <div key={`${v.model} ${v.model_version}`} className="version-health">
        <To href={`/models/${encodeURIComponent(v.model)}/${v.model_version}`}>
          {v.model} {v.model_version}
        </To>
        <ShareBar
          label={`${v.model} version ${v.model_version}`}
          total={v.devices}
          parts={[
            { name: 'steady', count: Math.max(0, v.devices - v.drifted - v.stale), tone: 'ok' },
            { name: 'drifted', count: v.drifted, tone: 'warn' },
            { name: 'stale', count: v.stale, tone: 'idle' },
          ]}
        />
      </div>
    ))}
  </div>
);
