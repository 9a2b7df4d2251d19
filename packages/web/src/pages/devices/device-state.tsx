// web/devices: the state of a device in a word or two. A stale one is gray with its age, whatever it said last.
import { featureInWords } from '@holdfast/stats';
import { useNow } from '../../app/now.ts';
import { spanText } from '../../parts/format.ts';
import { State } from '../../parts/state.tsx';
import { isUpdating } from './device-filter.ts';
import type { DeviceRow } from './queries.ts';

export function DeviceState({ of }: { of: Pick<DeviceRow, 'state' | 'last_seen_ms' | 'drifted' | 'ill' | 'install'> }) {
  const now_ms = useNow();
  if (of.state === 'stale') return <State word={`stale for ${spanText(now_ms - (of.last_seen_ms ?? now_ms))}`} tone="idle" />;
  if (of.state !== 'online') return <State word={of.state} />;
  if (of.drifted.length > 0) return <State word={isUpdating(of) ? 'drifted, updating' : 'drifted'} tone="warn" />;
  if (of.ill.length > 0) return <State word="ill" tone="bad" />;
  return isUpdating(of) ? <State word={of.install!.state} /> : <State word="online" />;
}

/** The drifted features; one that several monitors hold to be drifted is named once. */
export const driftedNames = (of: Pick<DeviceRow, 'drifted'>): string[] => [
  ...new Set(of.drifted.map(({ feature, fault }) => `${featureInWords(feature)}${fault === 'missing' ? ' (missing)' : ''}`)),
];
