// web/runs: what the three axes of the Pareto view show: chosen in the address, otherwise guessed from the names of the metrics. Pure.
import type { Filters } from '../../app/filters.ts';
import type { Way } from './pareto.ts';

export const axis_names = ['quality', 'latency', 'memory'] as const;
export type AxisName = (typeof axis_names)[number];

export interface Axis {
  readonly name: AxisName;
  /** Null: not weighed. */
  readonly key: string | null;
  readonly way: Way;
  readonly guessed: boolean;
}
export interface Candidate {
  readonly key: string;
  /** How many of the runs have a number for it. */
  readonly runs: number;
  /** How many of them have one for another metric too. */
  readonly runsWith: (key: string) => number;
}

/** In the address: no metric for an axis. */
export const no_metric = '-';

/** Patterns of whole words of a name, by how well they fit; words are cut at everything but letters and digits, and where capitals begin. */
const signs: Readonly<Record<AxisName, readonly RegExp[]>> = {
  quality: [
    /\b(accuracy|acc|f1|auc|roc|map|iou|miou|bleu|rouge|r2|precision|recall|ndcg|dice|psnr|ssim)\b/,
    /\b(score|quality|reward)\b/,
    /\b(loss|error|rmse|mse|mae|mape|wer|cer|perplexity|ppl)\b/,
  ],
  latency: [
    /\b(latency|inference time|response time)\b/,
    /\b(p50|p90|p95|p99|ttft)\b/,
    /\b(throughput|fps|qps|rps|tps|per (second|sec|s))\b/,
    /\b(ms|us|duration|time|seconds)\b/,
  ],
  memory: [/\b(memory|rss|ram|vram|peak mem|mem)\b/, /\b(model size|size|footprint|flash)\b/, /\b(bytes|kb|mb|gb|kib|mib|gib)\b/],
};
const more_is_better =
  /\b(accuracy|acc|f1|auc|roc|map|iou|miou|bleu|rouge|r2|precision|recall|ndcg|dice|psnr|ssim|score|quality|reward|throughput|fps|qps|rps|tps|per (second|sec|s))\b/;
const less_is_better = /\b(loss|error|rmse|mse|mae|mape|wer|cer|perplexity|ppl|latency|ms|us|seconds|duration)\b/;
/** A share of the memory, or what is left of it, is not what a run takes. */
const no_footprint = /\b(percentage|percent|available|free|total|utilization)\b/;

const wordsOf = (key: string): string =>
  key
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();

export function wayOf(name: AxisName, key: string): Way {
  const words = wordsOf(key);
  if (name === 'quality') return less_is_better.test(words) ? 'min' : 'max';
  return more_is_better.test(words) && !less_is_better.test(words) ? 'max' : 'min';
}

/** The best sign first, then the metric that most runs have beside those that are weighed already, then the shorter name: what no run has beside them weighs nothing. */
function guess(name: AxisName, candidates: readonly Candidate[], taken: ReadonlySet<string>): string | null {
  const ranked = candidates
    .filter(({ key }) => !taken.has(key))
    .map((one) => ({ key: one.key, runs: Math.min(one.runs, ...[...taken].map(one.runsWith)), words: wordsOf(one.key) }))
    .filter(({ runs }) => runs > 0)
    .filter(({ words }) => name !== 'memory' || !no_footprint.test(words))
    .map((one) => ({ ...one, sign: signs[name].findIndex((sign) => sign.test(one.words)) }))
    .filter(({ sign }) => sign !== -1)
    .toSorted((a, b) => a.sign - b.sign || b.runs - a.runs || a.key.length - b.key.length || (a.key < b.key ? -1 : 1));
  return ranked[0]?.key ?? null;
}

export function axesOf(filters: Filters, candidates: readonly Candidate[]): Axis[] {
  const known = new Set(candidates.map(({ key }) => key));
  const asked = (name: AxisName): string | undefined => (filters[name] === no_metric || known.has(filters[name] ?? '') ? filters[name] : undefined);
  const taken = new Set(axis_names.flatMap((name) => asked(name) ?? []).filter((key) => key !== no_metric));
  return axis_names.map((name): Axis => {
    const chosen = asked(name);
    const key = chosen === no_metric ? null : (chosen ?? guess(name, candidates, taken));
    if (key !== null) taken.add(key);
    const way = filters[`${name}_way`];
    return { name, key, way: way === 'max' || way === 'min' ? way : key === null ? 'min' : wayOf(name, key), guessed: chosen === undefined };
  });
}
