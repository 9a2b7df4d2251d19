// stats/report: a report in words: the rule, what a test was, what was found. The same sentences stand in the terminal, in the HTML and on the pages.
import { type Counted, type Counter, type CounterKind, countedShare } from '../counters.ts';
import type { DriftRule } from '../rule.ts';
import type { ReportColumn } from './column.ts';
import type { DriftReport } from './drift-report.ts';

/** At most four digits that say something. */
export function shortNumber(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (value === 0 || (Math.abs(value) >= 0.001 && Math.abs(value) < 1e6)) return String(Number(value.toPrecision(4)));
  return value.toExponential(2).replace('e+', 'e');
}

export const percent = (share: number): string => `${shortNumber(Math.round(share * 10_000) / 100)} %`;

export function ruleInWords({ alpha, distance_min }: DriftRule): string {
  return (
    `A column is drifted where both hold: the chance of such a difference without drift is at most ${shortNumber(alpha)}, corrected over all tests of this report ` +
    `(Holm), and the effect is above ${shortNumber(distance_min)} (0 is equal, 1 is nothing in common). So where nothing changed, at most ${percent(alpha)} of ` +
    'reports name a column. Missing values are a test of their own (Fisher), of "missing more often".'
  );
}

const methods = { exact: 'exact p', asymptotic: 'p by the law of large samples', counts: 'p from counts' } as const;
const tests = { 'kolmogorov-smirnov': 'Kolmogorov-Smirnov', g: 'G test of categories', none: 'not tested' } as const;

export const testInWords = ({ test, method, kind }: Pick<ReportColumn, 'test' | 'method' | 'kind'>): string =>
  `${tests[test]}${kind === 'text' && test !== 'none' ? ' of the length' : ''}${method === null ? '' : `, ${methods[method]}`}`;

export const faultInWords = ({ drifted, fault }: Pick<ReportColumn, 'drifted' | 'fault'>): string =>
  drifted ? (fault === 'missing' ? 'drifted: missing more often' : 'drifted') : fault === 'not_comparable' ? 'not comparable' : 'no drift';

export const missingShare = ({ rows, missing }: { readonly rows: number; readonly missing: number }): number => (rows === 0 ? 0 : missing / rows);

export const counterInWords: Readonly<Record<CounterKind, string>> = {
  missing: 'missing',
  infinite: 'of these, infinite',
  out_of_range: 'outside of the range of the reference',
  new_category: 'never seen in the reference',
};

/** How many, of how many, and which share; nobody's count is not known. */
export function countedInWords(side: Counted | null): string {
  const share = countedShare(side);
  return side === null || share === null ? 'not known' : `${percent(share)}, ${side.count} of ${side.of}`;
}

/** What of the current side is beyond the reference: out of its range, or none of its words; null where the report does not tell. */
export const beyondOf = ({ counters }: Pick<ReportColumn, 'counters'>): Counter | null =>
  counters?.find(({ kind }) => kind === 'out_of_range' || kind === 'new_category') ?? null;

/** A share for a narrow column. */
export function shareInWords(side: Counted | null): string {
  const share = countedShare(side);
  return share === null ? '–' : percent(share);
}

export function summaryOf({ columns, drifted, not_comparable, reference, current }: DriftReport): string {
  const found = drifted === 0 ? 'No column drifted' : drifted === 1 ? '1 column drifted' : `${drifted} columns drifted`;
  const rest = not_comparable === 0 ? '' : ` (${not_comparable} not comparable)`;
  return `${found} of ${columns.length}${rest}: ${current.rows} rows of ${current.name} against ${reference.rows} rows of ${reference.name}.`;
}
