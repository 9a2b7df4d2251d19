// stats: the corrections of many p-values by the names of the command line. NaN stands for "not tested": it stays, and is not counted.
import { failure } from '@holdfast/base';
import { benjaminiHochberg, benjaminiYekutieli } from './tests/false-discovery.ts';
import { holm } from './tests/holm.ts';

export type Adjustment = (p_values: readonly number[]) => number[];

/** Refuses what is no p-value, with its place (HF-STAT-030). */
const checked = (test: string, adjust: Adjustment): Adjustment => {
  return (p_values) => {
    const at = p_values.findIndex((p) => p < 0 || p > 1);
    if (at >= 0)
      throw failure('HF-STAT-030', { test, saw: `${p_values[at]} at p_values[${at}]`, expected: 'numbers from 0 to 1, or NaN where nothing was tested' });
    return adjust(p_values);
  };
};

export const adjustments: Readonly<Record<string, Adjustment>> = {
  bh: checked('bh', benjaminiHochberg),
  by: checked('by', benjaminiYekutieli),
  holm: checked('holm', holm),
};
