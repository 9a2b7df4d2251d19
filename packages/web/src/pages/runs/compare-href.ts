// web/runs: the address of a comparison: the runs are in it, so that it can be sent to somebody.
export const compareHref = (runs: readonly string[]): string => `/run-compare?runs=${runs.join(',')}`;
interface Searched {
  readonly project: string;
  readonly experiment: string;
  readonly filter: string;
}
const given = ({ project, experiment, filter }: Searched): Record<string, string> => ({
  ...(project && { project }),
  ...(experiment && { experiment }),
  ...(filter && { filter }),
});
/** The runs of a search as a table. */
export const searchHref = (of: Searched): string => `/runs?${new URLSearchParams(given(of))}`;
/** All runs of a search beside each other. */
export const compareAllHref = (of: Searched): string => `/run-compare?${new URLSearchParams({ ...given(of), all: '1' })}`;
export const comparedOf = (runs: string | undefined): string[] => [...new Set((runs ?? '').split(',').filter((id) => id !== ''))];
