// Answers of a classifier whose truth is known, for tests and the benchmark of performance estimates: a score that is sure in its own way, not calibrated.
// Law: z normal, the positive class with the probability 1 / (1 + e^-1.5z); the model says the class by the sign of z, its confidence 1 / (1 + e^-2.5|z|).
// `shift` and `scale` move z (covariate shift), `flip` turns that share of the truths (concept drift).
import { binOf, quantileEdges, countOnEdges } from '../src/sketches/quantile-edges.ts';

export interface Answer {
  readonly confidence: number;
  readonly is_right: boolean;
}

/** mulberry32: the same numbers from the same seed everywhere. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function draws(seed: number, n: number, { shift = 0, scale = 1, flip = 0 } = {}): Answer[] {
  const random = randomOf(seed * 7919);
  return Array.from({ length: n }, () => {
    const z = shift + scale * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const is_positive = random() < 1 / (1 + Math.exp(-1.5 * z)) !== random() < flip;
    return { confidence: 1 / (1 + Math.exp(-2.5 * Math.abs(z))), is_right: is_positive === z > 0 };
  });
}

export function tableOf(answers: readonly Answer[], bins = 32) {
  const confidence = answers.map((one) => one.confidence);
  const edges = quantileEdges(confidence, bins);
  const right = answers.filter((one) => one.is_right).map((one) => one.confidence);
  return { edges, counts: countOnEdges(edges, confidence), correct: countOnEdges(edges, right) };
}

/** A window as a device counts it, with the truth beside it. */
export function reading({ edges }: { readonly edges: readonly number[] }, answers: readonly Answer[]) {
  const counts = countOnEdges(edges, answers.map((one) => one.confidence)); // prettier-ignore
  const right = answers.filter((one) => one.is_right).length / answers.length;
  /** The first so many answers of each bin, labelled. */
  const labelled = (asked: readonly number[]) => {
    const bins = asked.map(() => ({ labelled: 0, right: 0 }));
    for (const { confidence, is_right } of answers) {
      const at = binOf(edges, confidence);
      const bin = bins[at]!;
      if (bin.labelled >= asked[at]!) continue;
      bin.labelled++;
      bin.right += Number(is_right);
    }
    return bins;
  };
  return { counts, right, labelled };
}
