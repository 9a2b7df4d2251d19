// closed-loop: what the cameras really saw, and how often the model was right. Only the narrator and the person who labels read this.
import { readFile } from 'node:fs/promises';

export interface TruthLine {
  readonly at_ms: number;
  readonly reference: number;
  readonly label: number;
  readonly predicted: number;
  readonly model_version: number | null;
  readonly fault: { readonly fog: number; readonly gain: number; readonly offset: number };
}

/** The lines of a truth file so far; a last line that is still being written is left out. */
export async function readTruth(file: string): Promise<TruthLine[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''; // the camera has not started yet
    throw error;
  });
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TruthLine);
}

export const isFaulty = ({ fault }: TruthLine): boolean => fault.fog !== 0 || fault.gain !== 1 || fault.offset !== 0;

/** Share of right answers and their number; null where there are none. */
export function accuracyOf(lines: readonly TruthLine[]): { share: number; n: number } | null {
  return lines.length === 0 ? null : { share: lines.filter((line) => line.predicted === line.label).length / lines.length, n: lines.length };
}
