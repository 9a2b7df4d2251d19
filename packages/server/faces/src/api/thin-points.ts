// Points of a series for a chart that has fewer pixels: of each stretch of steps the least and the greatest value stay, in their order, so that no spike
// is lost; the first and the last point stay too. Pure, O(points).

interface Point {
  readonly step: number;
  readonly value: number;
}

/** At most `points_max` of them, which is at least 4; all where they are no more. NaN is no extreme: a stretch of NaN alone keeps one of them. */
export function thinPoints<P extends Point>(points: readonly P[], points_max: number): P[] {
  if (points.length <= points_max) return [...points];
  const [first, ...inner] = [points[0]!, ...points.slice(1, -1)];
  const stretches = Math.floor((points_max - 2) / 2);
  const kept = Array.from({ length: stretches }, (_, i) =>
    extremes(inner.slice(Math.floor((i * inner.length) / stretches), Math.floor(((i + 1) * inner.length) / stretches))),
  );
  return [first, ...kept.flat(), points.at(-1)!];
}

function extremes<P extends Point>(stretch: readonly P[]): P[] {
  let least = 0;
  let greatest = 0;
  stretch.forEach(({ value }, i) => {
    if (value < stretch[least]!.value || Number.isNaN(stretch[least]!.value)) least = i;
    if (value > stretch[greatest]!.value || Number.isNaN(stretch[greatest]!.value)) greatest = i;
  });
  return stretch.length === 0 ? [] : [...new Set([least, greatest])].toSorted((a, b) => a - b).map((i) => stretch[i]!);
}
