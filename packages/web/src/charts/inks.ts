// web/charts: how the lines of a chart are told apart: five colours, and dashes that differ too, so that colour alone never says it. 25 pairs.
const inks = 5;
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [1, 4]];

export const inkOf = (line: number): string => `--series-${(line % inks) + 1}`;
export const dashOf = (line: number): readonly number[] => dashes[(line + Math.floor(line / inks)) % dashes.length]!;
