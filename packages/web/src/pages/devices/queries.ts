// web/devices: what the device pages ask.
import { type Reply, useRoute } from '../../app/api.ts';

export type Device = Reply<'deviceShow'>;
export type Timeline = Reply<'deviceTimeline'>;

const every_ms = 30_000;
export const devices_max = 10_000;

export const useDevices = (selector: string) =>
  useRoute('deviceList', { query: { selector: selector || undefined, limit: devices_max } }, { every_ms, keep: true });
export const useDevice = (id: string) => useRoute('deviceShow', { params: { id } }, { every_ms });

export const useTimeline = (id: string, range: { readonly from_ms: number; readonly to_ms: number | undefined }) =>
  useRoute('deviceTimeline', { params: { id }, query: { from_ms: range.from_ms, to_ms: range.to_ms, buckets: 300 } }, { keep: true, every_ms });
