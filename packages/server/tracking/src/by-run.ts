// tracking: what hangs on runs, read for many of them at once.

/** What `make` gives for each place of the list, by the run that stands there. */
export function byRun<T>(runs: readonly number[], make: (i: number) => T): Map<number, T[]> {
  const found = new Map<number, T[]>();
  for (let i = 0; i < runs.length; i++) {
    const known = found.get(runs[i]!);
    if (known) known.push(make(i));
    else found.set(runs[i]!, [make(i)]);
  }
  return found;
}
