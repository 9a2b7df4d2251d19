// web/alerts: what the alert pages ask.
import { type Reply, useRoute } from '../../app/api.ts';

export type Alert = Reply<'alertShow'>;
export const alert_states = ['open', 'suspect', 'firing', 'acknowledged', 'resolved'] as const;
export type AlertState = (typeof alert_states)[number];

export const useAlerts = (state: AlertState | undefined) => useRoute('alertList', { query: { state, limit: 1000 } }, { keep: true });
export const useAlert = (id: string) => useRoute('alertShow', { params: { id } });
