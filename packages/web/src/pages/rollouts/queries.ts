// web/rollouts: what the rollout pages ask.
import { type Reply, useRoute } from '../../app/api.ts';

export type Rollout = Reply<'rolloutShow'>;
export type Wave = Rollout['waves'][number];
export const shown_max = 200;

export const useRollouts = () => useRoute('rolloutList', { query: { limit: shown_max } });
export const useRollout = (id: string) => useRoute('rolloutShow', { params: { id } });
