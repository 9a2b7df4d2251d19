// bench drift: one line of what is measured.
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: number | null;
  readonly ok: boolean;
  readonly note: string;
}
