// tests/crash: one line of the books.
export interface Entry {
  readonly what: string;
  readonly value: number;
  /** What it must be; absent: it is only shown. */
  readonly must_be?: number;
}
