// web/runs: the address of a comparison: the runs are in it, so that it can be sent to somebody.
export const compareHref = (runs: readonly string[]): string => `/run-compare?runs=${runs.join(',')}`;
/** All runs of a search beside each other. */
export const compareAllHref = ({ experiment, filter }: { readonly experiment: string; readonly filter: string }): string =>
  `/run-compare?${new URLSearchParams({ ...(experiment ? { experiment } : {}), ...(filter ? { filter } : {}), all: '1' })}`;
export const comparedOf = (runs: string | undefined): string[] => [...new Set((runs ?? '').split(',').filter((id) => id !== ''))];
