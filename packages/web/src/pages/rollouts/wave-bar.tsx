// web/rollouts: the counted states of a wave as one bar, with the two conditions drawn on it. Nothing on it is estimated.
import { type Part, ShareBar } from '../../charts/share-bar.tsx';
import { shareText } from '../../parts/format.ts';
import type { Rollout, Wave } from './queries.ts';

const order = [
  ['healthy', 'ok'],
  ['installed', 'run'],
  ['downloading', 'run-light'],
  ['pending', 'idle-light'],
  ['went_back', 'idle'],
  ['going_back', 'warn'],
  ['cancelled', 'idle-light'],
  ['failed', 'bad'],
] as const;

export const partsOf = (counts: Wave['counts']): Part[] => order.map(([name, tone]) => ({ name: name.replaceAll('_', ' '), tone, count: counts[name] }));

export function WaveBar({ wave, rollout }: { wave: Wave; rollout: Rollout }) {
  const error = rollout.error_share === 0 ? 'any failure stops it' : `stops at ${shareText(rollout.error_share)} failed`;
  return (
    <ShareBar
      label={`Wave ${wave.number}`}
      parts={partsOf(wave.counts)}
      total={wave.devices}
      limits={[
        { name: `goes on at ${shareText(rollout.success_share)} healthy`, share: rollout.success_share },
        { name: error, share: rollout.error_share, from_right: true },
      ]}
    />
  );
}

export function sumCounts(waves: readonly Wave[]): Wave['counts'] {
  const sum = { pending: 0, downloading: 0, installed: 0, healthy: 0, failed: 0, going_back: 0, went_back: 0, cancelled: 0 };
  for (const wave of waves) for (const [name] of order) sum[name] += wave.counts[name];
  return sum;
}
