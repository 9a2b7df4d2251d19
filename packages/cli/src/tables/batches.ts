// cli/tables: cells into a batch: the columns of so many rows, as they are asked for.
import { asNumber, asWord } from './cells.ts';
import type { Cells, ReadAs } from './table.ts';

export function cellsAs(cells: ArrayLike<unknown>, as: ReadAs): Cells {
  if (as === 'word') return { words: Array.from(cells, asWord) };
  const numbers = new Float64Array(cells.length);
  let unreadable = 0;
  for (let i = 0; i < cells.length; i++) {
    const number = asNumber(cells[i], as);
    if (number === undefined) unreadable++;
    numbers[i] = number ?? Number.NaN;
  }
  return { numbers, unreadable };
}
