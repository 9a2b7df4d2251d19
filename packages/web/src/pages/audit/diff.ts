// web/audit: what a change changed: the fields whose value differs. Pure.
export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : value === null || value === undefined
      ? {}
      : { value };
const textOf = (value: unknown): string | null => (value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value));

/** With nothing before, every field is new; a field that is not said after a partial change is not a removal. */
export function diffOf(before: unknown, after: unknown): FieldChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const keys = Object.keys(now).length === 0 ? Object.keys(old) : Object.keys(now);
  return keys.map((field) => ({ field, before: textOf(old[field]), after: textOf(now[field]) })).filter((change) => change.before !== change.after);
}
