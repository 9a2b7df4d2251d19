// web/models: what the model pages ask.
import { type Reply, useRoute } from '../../app/api.ts';

export type Model = Reply<'modelShow'>;
export type Version = Reply<'modelVersionShow'>;

export const useModels = () => useRoute('modelList', {});
export const useModel = (name: string) => useRoute('modelShow', { params: { name } });

export function useModelNames() {
  const models = useModels();
  return { ...models, data: models.data?.models.map((model) => model.name) };
}
