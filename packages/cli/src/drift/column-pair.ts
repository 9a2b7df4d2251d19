// cli/drift: one column of two files: the reference is counted first, then the current side on what the reference has, then both are compared.
import { type ColumnKind, CurrentNumbers, type Draft, ReferenceNumbers, compareNumbers, compareWords, currentWords, referenceWords } from '@holdfast/stats';
import type { Cells, ReadAs } from '../tables/table.ts';

export interface PairedColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly as: ReadAs;
}

interface Pair {
  readonly reference: (cells: Cells) => void;
  /** Freezes the reference. */
  readonly current: () => CurrentSide;
}

interface CurrentSide {
  readonly add: (cells: Cells) => void;
  /** `rows` of the current file have no such column: a value is missing in each. */
  readonly draft: (rows: number) => Draft;
}

export const pairOf = ({ name, kind }: PairedColumn): Pair => (kind === 'category' ? words(name) : numbers(name, kind));

function numbers(name: string, kind: Exclude<ColumnKind, 'category'>): Pair {
  const reference = new ReferenceNumbers();
  return {
    reference: (cells) => eachNumber(cells, (value) => reference.add(value)),
    current: () => {
      const frozen = reference.freeze();
      const current = new CurrentNumbers(frozen);
      return {
        add: (cells) => eachNumber(cells, (value) => current.add(value)),
        draft: (rows) => compareNumbers(name, kind, frozen, lacking(current.freeze(), rows)),
      };
    },
  };
}

function words(name: string): Pair {
  const reference = referenceWords();
  return {
    reference: (cells) => eachWord(cells, (word) => reference.add(word)),
    current: () => {
      const frozen = reference.freeze();
      const current = currentWords(frozen);
      return { add: (cells) => eachWord(cells, (word) => current.add(word)), draft: (rows) => compareWords(name, frozen, lacking(current.freeze(), rows)) };
    },
  };
}

const lacking = <S extends { readonly missing: number }>(side: S, rows: number): S => ({ ...side, missing: side.missing + rows });

function eachNumber(cells: Cells, use: (value: number) => void): void {
  if ('numbers' in cells) for (const value of cells.numbers) use(value);
}

function eachWord(cells: Cells, use: (word: string | null) => void): void {
  if ('words' in cells) for (const word of cells.words) use(word);
}
