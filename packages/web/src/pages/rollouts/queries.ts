// web/rollouts: what the rollout pages ask.
import { type Reply, useRoute } from '../../app/api.ts';

export type Rollout = Reply<'rolloutShow'>;
export type Wave = Rollout['waves'][number];
export const shown_max = 200;

export const useRollouts = (under_way: boolean) => useRoute('rolloutList', { query: { under_way: under_way || undefined, limit: shown_max } }, { keep: true });
export const useRollout = (id: string) => useRoute('rolloutShow', { params: { id } });
