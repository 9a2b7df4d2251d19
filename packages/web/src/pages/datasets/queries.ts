// web/datasets: what the dataset pages ask.
import { type Reply, useRoute } from '../../app/api.ts';

export type Dataset = Reply<'datasetShow'>;
export type DatasetVersion = Dataset['versions'][number];

export const useDatasets = () => useRoute('datasetList', {});
export const useDataset = (name: string) => useRoute('datasetShow', { params: { name } });
