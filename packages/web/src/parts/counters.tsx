// web/parts: what is counted of a feature beside its bins: missing, infinite, out of range, never seen; now beside the reference.
import { type Counter, countedInWords, countedShare, counterInWords, featureInWords } from '@holdfast/stats';
import { type RateRow, Rates } from '../charts/rates.tsx';

interface CountersProps {
  readonly feature: string;
  /** Where it is: two charts of one page have two labels. */
  readonly of?: string;
  readonly counters: readonly Counter[];
  readonly now: string;
}

export function Counters({ feature, of, counters, now }: CountersProps) {
  const name = featureInWords(feature);
  const more = counters.filter(({ reference, current }) => (countedShare(current) ?? 0) > (countedShare(reference) ?? 0));
  const summary =
    more.length === 0
      ? 'Beside the bins nothing is counted more often than in the reference.'
      : `Beside the bins, more often than in the reference: ${more.map(({ kind }) => counterInWords[kind]).join('; ')}.`;
  return <Rates label={`Counters of ${name}${of === undefined ? '' : ` of ${of}`}`} summary={summary} now={now} rows={counters.map(rowOf)} />;
}

const rowOf = ({ kind, reference, current }: Counter): RateRow => ({
  name: counterInWords[kind],
  now: countedShare(current),
  before: countedShare(reference),
  now_says: countedInWords(current),
  before_says: countedInWords(reference),
});
