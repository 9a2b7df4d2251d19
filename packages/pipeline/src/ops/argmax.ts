// pipeline/ops: the class with the largest score; the lowest index wins a tie. NaN never wins; without any number the index is -1.
import { type PostprocOp, scoresOf } from './op.ts';

export const argmax: PostprocOp = {
  name: 'argmax',
  does: 'Names the class with the largest score.',
  compile() {
    return (result) => {
      const scores = scoresOf('argmax', result);
      let index = -1;
      for (let i = 0; i < scores.length; i++) if (!Number.isNaN(scores[i]!) && (index < 0 || scores[i]! > scores[index]!)) index = i;
      return { kind: 'class', index, score: index < 0 ? Number.NaN : scores[index]!, scores };
    };
  },
};
