// web/overview: what the first page asks: the overview, and the alerts that are open.
import { type Reply, useRoute } from '../../app/api.ts';

export type Overview = Reply<'overview'>;
export type Alert = Reply<'alertList'>['alerts'][number];

/** Devices grow stale by time alone, without an event. */
const every_ms = 30_000;

export const useOverview = () => useRoute('overview', {}, { every_ms });
export const useOpenAlerts = () => useRoute('alertList', { query: { state: 'open', limit: 50 } });
