// pipeline/ops: the k classes with the largest scores, best first; the lower index comes first in a tie. NaN is left out.
import { misuse, type PostprocOp, scoresOf } from './op.ts';

export const topk: PostprocOp = {
  name: 'topk',
  does: 'Names the k classes with the largest scores, best first.',
  params: { type: 'integer', minimum: 1, maximum: 1000, description: 'k, a whole number from 1 to 1000' },
  compile(params) {
    const k = params as number;
    return (result) => {
      const scores = scoresOf('topk', result);
      if (k > scores.length) throw misuse('topk', `${scores.length} scores`, `at least k = ${k}`);
      const classes = [...scores].map((score, index) => ({ index, score })).filter(({ score }) => !Number.isNaN(score));
      classes.sort((a, b) => b.score - a.score || a.index - b.index);
      return { kind: 'ranking', classes: classes.slice(0, k), scores };
    };
  },
};
