// web/parts: numbers, times and sizes as text. Nothing is rounded to a nicer story: what is left out is what cannot be read at that size.

const second_ms = 1_000;
const minute_ms = 60 * second_ms;
const hour_ms = 60 * minute_ms;
const day_ms = 24 * hour_ms;

const units = [
  ['d', day_ms],
  ['h', hour_ms],
  ['min', minute_ms],
  ['s', second_ms],
] as const;

/** A span of time in its largest unit and, under ten of it, the next: `4 min 12 s`, `3 h`, `12 d`. */
export function spanText(span_ms: number): string {
  const span = Math.max(0, span_ms);
  if (span < second_ms) return `${Math.round(span)} ms`;
  const at = units.findIndex(([, size]) => span >= size);
  const [name, size] = units[at]!;
  const whole = Math.floor(span / size);
  const next = units[at + 1];
  const rest = next && whole < 10 ? Math.floor((span % size) / next[1]) : 0;
  return rest > 0 ? `${whole} ${name} ${rest} ${next![0]}` : `${whole} ${name}`;
}

/** The largest unit alone: a list of times is read at a glance, the exact ones are in their titles. */
function coarseText(span_ms: number): string {
  const [name, size] = units.find(([, each]) => span_ms >= each) ?? units.at(-1)!;
  return `${Math.floor(span_ms / size)} ${name}`;
}

export function agoText(at_ms: number, now_ms: number): string {
  const span = now_ms - at_ms;
  if (span < -5 * second_ms) return `in ${spanText(-span)}`;
  return span < 5 * second_ms ? 'now' : `${coarseText(span)} ago`;
}

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const minutes = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** A device says 0 of what has not happened on it. */
export const sinceKnown = (at_ms: number): number | null => (at_ms > 0 ? at_ms : null);

export const exactText = (at_ms: number): string => exact.format(at_ms);
export const clockText = (at_ms: number): string => clock.format(at_ms);
export const minuteText = (at_ms: number): string => minutes.format(at_ms);

export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let at = 0;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A measured value with four digits that count; the thousands of a count are kept whole. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  if (Number.isInteger(value)) return whole.format(value);
  const size = Math.abs(value);
  if (size >= 1000) return whole.format(value);
  return size < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

/** A p-value: below a thousandth only its power of ten says something. */
export const probabilityText = (p: number): string => (p < 1e-300 ? 'below 1e-300' : p < 0.001 ? p.toExponential(1) : p.toFixed(3));
export const shareText = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
export const countText = (n: number, one: string, many = `${one}s`): string => `${whole.format(n)} ${n === 1 ? one : many}`;
export const shortDigest = (digest: string): string => digest.slice(0, 12);
export const listText = (names: readonly string[]): string => (names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`);

/** An e-value from its log10: those of 10^3 and of 10^300 alike. */
export const evidenceText = (log10: number): string => (log10 < 4 ? numberText(10 ** log10) : `10^${Math.floor(log10)}`);
