// Labelled samples without an image, as CSV: a column an input, and `label` as the last one. Pure.
import type { SampleRow } from '@holdfast/telemetry';

export type CollectedRow = Pick<SampleRow, 'inputs' | 'inputs_left_out' | 'label'>;

export interface RowFiles {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Samples that are in no file: what a device left out of its inputs cannot be trained on. */
  readonly cut: number;
}

/** A file holds rows of the same inputs: `rows.csv`, and where an app changed its inputs, `rows-2.csv` and so on. */
export function rowFiles(samples: readonly CollectedRow[]): RowFiles {
  const whole = samples.filter(({ inputs, inputs_left_out }) => inputs !== null && inputs.length > 0 && inputs_left_out === 0);
  const alike = [...Map.groupBy(whole, ({ inputs }) => [...inputs!.map(([name]) => name), 'label'].map(cell).join(','))];
  const files = alike.map(([head, rows], i) => ({ name: i === 0 ? 'rows.csv' : `rows-${i + 1}.csv`, text: [head, ...rows.map(line), ''].join('\n') }));
  return { files, cut: samples.length - whole.length };
}

/** What was missing or infinite is an empty cell. */
const line = ({ inputs, label }: CollectedRow): string => [...inputs!.map(([, value]) => value ?? ''), label].join(',');
/** RFC 4180, section 2. */
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
