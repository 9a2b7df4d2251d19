// pipeline/ops: maps the range of a byte to another: 0 becomes lo, 255 becomes hi. Formula: v * (hi - lo) / 255 + lo, no clipping.
import type { PreprocOp } from './op.ts';

export const scale: PreprocOp = {
  name: 'scale',
  does: 'Maps 0 to 255 onto lo to hi.',
  params: { type: 'array', description: '[lo, hi], two numbers, lo below hi', items: { type: 'number', description: 'a number' }, minItems: 2, maxItems: 2 },
  check: (params) => ((params as [number, number])[0] < (params as [number, number])[1] ? null : 'lo below hi'),
  needs: 'any',
  compile(params) {
    const [lo, hi] = params as [number, number];
    const step = (hi - lo) / 255;
    return ({ shape, values }) => ({ shape, values: values.map((value) => value * step + lo) });
  },
};
