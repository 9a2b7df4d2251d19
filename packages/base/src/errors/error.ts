// The one error type of the platform, and the shape of a catalogue entry.
// A message names what was seen and what was expected; the hint is the next thing to do.

/** One entry of the catalogue. `says` may hold `{name}` places, filled from the details of the error. */
export interface CatalogueEntry {
  /** One sentence: what was seen, what was expected. */
  readonly says: string;
  /** The next thing to do, as a command where there is one. */
  readonly hint: string;
  /** HTTP status of the answer that carries the error. */
  readonly status: number;
  /** Exit code of a command that ends with it (see GLOSSARY.md, exit codes). */
  readonly exit: number;
  /** True where the same request may succeed later without a change. */
  readonly retryable?: boolean;
}

export type Details = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** An error with a code of the catalogue. `HoldfastError.code` is what `holdfast explain` takes. */
export class HoldfastError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly status: number;
  readonly exit: number;
  readonly retryable: boolean;
  readonly details: Details;

  constructor(code: string, entry: CatalogueEntry, details: Details, cause?: unknown) {
    super(fill(entry.says, details), cause === undefined ? undefined : { cause });
    this.name = 'HoldfastError';
    this.code = code;
    this.hint = fill(entry.hint, details);
    this.status = entry.status;
    this.exit = entry.exit;
    this.retryable = entry.retryable ?? false;
    this.details = details;
  }
}

function fill(text: string, details: Details): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = details[name];
    return value === undefined ? place : String(value);
  });
}
