// web/drift: what the drift page asks: the map, and the detail of the chosen cell.
import { type Reply, useRoute } from '../../app/api.ts';

export type DriftMap = Reply<'driftMap'>;
export type DriftDetail = Reply<'driftDetail'>;

export type DriftWindows = Reply<'driftWindows'>;

export const useDriftWindows = (device: string, feature: string, monitor: string) =>
  useRoute('driftWindows', { query: { device, feature, monitor: monitor || undefined } }, { enabled: device !== '' && feature !== '', keep: true });
export const useDriftMap = (model: string, monitor: string) =>
  useRoute('driftMap', { query: { model: model || undefined, monitor: monitor || undefined } }, { keep: true });
export const useDriftDetail = (device: string, feature: string, window: number | undefined, monitor: string) =>
  useRoute('driftDetail', { query: { device, feature, window, monitor: monitor || undefined } }, { enabled: device !== '' && feature !== '', keep: true });
