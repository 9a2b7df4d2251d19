// web/runs: the address of a comparison: the runs are in it, so that it can be sent to somebody.
export const compareHref = (runs: readonly string[]): string => `/run-compare?runs=${runs.join(',')}`;
export const comparedOf = (runs: string | undefined): string[] => [...new Set((runs ?? '').split(',').filter((id) => id !== ''))];
