// base: "did you mean": the nearest known word to one that is not known.
// Distance of V. I. Levenshtein, Soviet Physics Doklady 10(8), 1966; at most a third of the letters may differ.

function suggest(word: string, known: readonly string[]): string | null {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase().slice(0, 60), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3) && distance < candidate.length)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate ?? null;
}

/** The list of what is known, and the nearest one, as the end of a sentence. */
export function oneOf(word: string, known: readonly string[]): string {
  const near = suggest(word, known);
  return `one of ${known.join(', ')}${near === null ? '' : ` (did you mean "${near}"?)`}`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
