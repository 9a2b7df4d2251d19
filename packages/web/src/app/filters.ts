// web/app: filters live in the query string, so that every view is a URL. All values are text.
import { useNavigate, useSearch } from '@tanstack/react-router';

export type Filters = Readonly<Record<string, string>>;

export const parseFilters = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search));

export function printFilters(filters: Record<string, unknown>): string {
  const asked = new URLSearchParams();
  for (const [key, value] of Object.entries(filters)) if (value !== undefined && value !== null && value !== '') asked.set(key, String(value));
  return asked.size === 0 ? '' : `?${asked}`;
}

/** The filters of this view, and a setter that merges; an empty text takes a filter away. */
export function useFilters(): readonly [Filters, (change: Filters) => void] {
  const filters = useSearch({ strict: false }) as Filters;
  const navigate = useNavigate();
  const set = (change: Filters) => {
    const search = Object.fromEntries(Object.entries({ ...filters, ...change }).filter(([, value]) => value !== ''));
    void navigate({ to: '.', search: search as never, replace: true, resetScroll: false });
  };
  return [filters, set];
}
