// web/devices: which devices a filter shows, and in which order. Pure; the selector is the server's.
import type { DeviceRow } from './queries.ts';

const updating = new Set(['offered', 'downloading', 'verified', 'staged', 'armed', 'probation', 'rolling_back']);

export const isUpdating = (device: Pick<DeviceRow, 'install'>): boolean => updating.has(device.install?.state ?? '');

export const state_filters = ['online', 'stale', 'waiting', 'removed', 'drifted', 'ill', 'updating'] as const;

/** The list of the devices that run a model, or one version of it. A name may hold an at sign; the number of a version stands behind the last. */
export const runningHref = (model: string, version?: number): string =>
  `/devices?${new URLSearchParams({ runs: version === undefined ? model : `${model}@${version}` })}`;

export function isRunning({ current }: Pick<DeviceRow, 'current'>, runs: string): boolean {
  return runs === '' || (current !== null && (runs === current.model || runs === `${current.model}@${current.model_version}`));
}

/** One device can be several: online, drifted and updating. */
export function fits(device: DeviceRow, state: string, search: string): boolean {
  const in_state =
    state === '' ||
    (state === 'drifted'
      ? device.drifted.length > 0
      : state === 'ill'
        ? device.ill.length > 0
        : state === 'updating'
          ? isUpdating(device)
          : device.state === state);
  const wanted = search.toLowerCase();
  const text = () =>
    `${device.name} ${device.id} ${Object.entries(device.labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`.toLowerCase();
  return in_state && (wanted === '' || text().includes(wanted));
}

const orders: Readonly<Record<string, (device: DeviceRow) => string | number>> = {
  name: (d) => d.name,
  state: (d) => (d.drifted.length > 0 ? '0' : d.ill.length > 0 ? '1' : '2') + d.state,
  version: (d) => (d.current ? `${d.current.model} ${String(d.current.model_version).padStart(8, '0')}` : ''),
  drifted: (d) => d.drifted.length,
  seen: (d) => d.last_seen_ms ?? 0,
  outbox: (d) => d.outbox?.records ?? -1,
};

export function sortDevices(devices: readonly DeviceRow[], by: string, down: boolean): DeviceRow[] {
  const key = orders[by] ?? orders['name']!;
  const sign = down ? -1 : 1;
  return devices.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    return sign * (x < y ? -1 : x > y ? 1 : a.name < b.name ? -1 : 1);
  });
}
