// stats/performance: isotonic regression, the nearest non-decreasing sequence in weighted squares: from how often the model was right at each score to
// how often it is, with less noise. Formula: pool adjacent violators. Complexity: O(n). A value without weight lies between its neighbours.
// Source: R. E. Barlow et al., "Statistical Inference under Order Restrictions", Wiley 1972; J. de Leeuw et al., J. Stat. Software 32(5), 2009.

interface Block {
  sum: number;
  weight: number;
  length: number;
}

/** `values[i]` has `weights[i]` >= 0. NaN all over where no weight is above 0. */
export function isotonic(values: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  const known: number[] = [];
  for (let i = 0; i < values.length; i++) if (weights[i]! > 0) known.push(i);
  const fitted = new Float64Array(values.length).fill(Number.NaN);
  let at = 0;
  for (const { sum, weight, length } of pooled(known, values, weights)) for (let k = 0; k < length; k++) fitted[known[at++]!] = sum / weight;
  fillBetween(fitted, known);
  return fitted;
}

function pooled(known: readonly number[], values: ArrayLike<number>, weights: ArrayLike<number>): Block[] {
  const blocks: Block[] = [];
  for (const i of known) {
    let last: Block = { sum: values[i]! * weights[i]!, weight: weights[i]!, length: 1 };
    for (let before = blocks.at(-1); before && before.sum * last.weight >= last.sum * before.weight; before = blocks.at(-1)) {
      last = { sum: before.sum + last.sum, weight: before.weight + last.weight, length: before.length + last.length };
      blocks.pop();
    }
    blocks.push(last);
  }
  return blocks;
}

/** By the way from the known neighbour below to the one above; beyond the outermost, as they are. */
function fillBetween(fitted: Float64Array, known: readonly number[]): void {
  if (known.length === 0) return;
  let next = 0;
  for (let i = 0; i < fitted.length; i++) {
    if (known[next] === i) {
      next++;
      continue;
    }
    const [below, above] = [known[next - 1], known[next]];
    if (below === undefined) fitted[i] = fitted[above!]!;
    else if (above === undefined) fitted[i] = fitted[below]!;
    else fitted[i] = fitted[below]! + ((fitted[above]! - fitted[below]!) * (i - below)) / (above - below);
  }
}
