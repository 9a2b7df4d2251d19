// web/models: the numbers of performance, for all answers and for each segment: by labels, without, and of values. A column that nobody has stays away.
import type { Reply } from '../../app/api.ts';
import { numberText, shareText } from '../../parts/format.ts';
import { type Column, Rows } from '../../parts/rows.tsx';

type Performance = Reply<'modelPerformance'>;
export type Part = Pick<Performance, 'inferences' | 'estimated' | 'labelled' | 'regression'>;
export interface NamedPart {
  readonly name: string;
  readonly part: Part;
}

const unknown = <span className="soft">–</span>;
const shareOr = (value: number | null | undefined) => (value === null || value === undefined ? unknown : shareText(value));
const numberOr = (value: number | null | undefined) => (value === null || value === undefined ? unknown : numberText(value));
const band = (low: number, high: number) => (
  <span className="soft">
    {shareText(low)} to {shareText(high)}
  </span>
);

const always: readonly Column<NamedPart>[] = [
  { name: 'Segment', cell: ({ name }) => name },
  { name: 'Inferences', number: true, cell: ({ part }) => numberText(part.inferences) },
];
const estimated: readonly Column<NamedPart>[] = [
  {
    name: 'Estimated accuracy',
    number: true,
    cell: ({ part: { estimated: of } }) =>
      of ? (
        <>
          {shareText(of.accuracy)} {band(of.low, of.high)}
        </>
      ) : (
        unknown
      ),
  },
];
const labels: readonly Column<NamedPart>[] = [
  { name: 'Labels', number: true, cell: ({ part }) => numberText((part.labelled?.labels ?? 0) + (part.regression?.labels ?? 0)) },
];
const classes: readonly Column<NamedPart>[] = [
  {
    name: 'Accuracy',
    number: true,
    cell: ({ part: { labelled: of } }) =>
      of ? (
        <>
          {shareText(of.accuracy)} {band(of.accuracy_low, of.accuracy_high)}
        </>
      ) : (
        unknown
      ),
  },
  { name: 'F1', number: true, cell: ({ part }) => shareOr(part.labelled?.f1_macro) },
  { name: 'AUROC', number: true, cell: ({ part }) => numberOr(part.labelled?.auroc) },
  { name: 'Log-loss', number: true, cell: ({ part }) => numberOr(part.labelled?.log_loss) },
  { name: 'Calibration error', number: true, cell: ({ part }) => shareOr(part.labelled?.calibration_error) },
];
const values: readonly Column<NamedPart>[] = [
  { name: 'MAE', number: true, cell: ({ part }) => numberOr(part.regression?.mae) },
  { name: 'RMSE', number: true, cell: ({ part }) => numberOr(part.regression?.rmse) },
  { name: 'R2', number: true, cell: ({ part }) => numberOr(part.regression?.r2) },
  { name: 'Bias', number: true, cell: ({ part }) => numberOr(part.regression?.bias) },
];

export function PartRows({ of }: { of: readonly NamedPart[] }) {
  const has = (holds: (part: Part) => unknown) => of.some(({ part }) => holds(part));
  const columns = [
    ...always,
    ...(has((part) => part.estimated) ? estimated : []),
    ...labels,
    ...(has((part) => part.labelled) ? classes : []),
    ...(has((part) => part.regression) ? values : []),
  ];
  return <Rows label="Performance by segment" rows={of} keyOf={({ name }) => name} columns={columns} />;
}
