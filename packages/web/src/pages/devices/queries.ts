// web/devices: what the device pages ask.
import { type Reply, useRoute } from '../../app/api.ts';

export type Device = Reply<'deviceShow'>;
export type Timeline = Reply<'deviceTimeline'>;

export type DeviceRow = NonNullable<Reply<'deviceList'>['rows']>[number];

const every_ms = 30_000;
const devices_max = 10_000;
/** So many are asked for first, and shown while the others are on their way. */
const devices_first = 200;

/** The devices of a selector. A large fleet comes in two answers: the first rows at once, then all of them, which is the one that is kept up to date. */
export function useDevices(selector: string) {
  const asked = { selector: selector || undefined, brief: true };
  const first = useRoute('deviceList', { query: { ...asked, limit: devices_first } }, { every_ms, keep: true });
  const large = first.data !== undefined && first.data.next !== null;
  const all = useRoute('deviceList', { query: { ...asked, limit: devices_max } }, { every_ms, keep: true, enabled: large });
  return large && (all.data !== undefined || all.error) ? { ...all, data: all.data ?? first.data } : first;
}
export const useDevice = (id: string) => useRoute('deviceShow', { params: { id } }, { every_ms });

export const useTimeline = (id: string, range: { readonly from_ms: number; readonly to_ms: number | undefined }) =>
  useRoute('deviceTimeline', { params: { id }, query: { from_ms: range.from_ms, to_ms: range.to_ms, buckets: 300 } }, { keep: true, every_ms });
