// stats/report: a report as one HTML file: no script, no network, light and dark, printable, at most 200,000 bytes however many rows or columns there are.
// Charts are drawn in the order of rank until the size is met; the file says how many columns have none. It is ASCII, so characters are bytes.
import type { DriftReport, ReportTable } from './drift-report.ts';
import { columnRow, columnSection, line, row_head, table } from './html-column.ts';
import { html_style } from './html-style.ts';
import { type ReportReliability, reliabilitySection } from './reliability.ts';
import { escapeText, shortText } from './text.ts';
import { ruleInWords, shortNumber, summaryOf } from './words.ts';

export const html_bytes_max = 200_000;

/** Reports that are read together, such as one for each model version of a fleet, and the facts about all of them. */
export interface ReportBook {
  readonly title: string;
  readonly made_at_ms: number | null;
  readonly period: DriftReport['period'];
  readonly notes: readonly string[];
  readonly parts: readonly DriftReport[];
  readonly tables: readonly ReportTable[];
  /** How often right at which confidence, of each model version that has labels; absent in reports of before. */
  readonly reliability?: readonly ReportReliability[];
}

export const reportHtml = (report: DriftReport): string =>
  pageOf(report, [report], report.tables, `<h1>${shortText(report.title, 200)}</h1>${headOf(report)}${notesOf(report.notes)}`);

export const bookHtml = (book: ReportBook): string => {
  const drifted = book.parts.reduce((sum, part) => sum + part.drifted, 0);
  const found = `<p class="${drifted > 0 ? 'bad' : 'ok'}">Model versions compared: ${book.parts.length}; columns drifted: ${drifted}.</p>`;
  const reliability = fitting(book.reliability ?? [], reliability_bytes_max, reliabilitySection).join('');
  return pageOf(book, book.parts, book.tables, `<h1>${shortText(book.title, 200)}</h1>${found}${timesOf(book)}${notesOf(book.notes)}`, reliability);
};

const reliability_bytes_max = 30_000;
/** At most so many reports have a part of their own: beyond, none would have room. */
const parts_max = 20;

function pageOf({ title }: { readonly title: string }, parts: readonly DriftReport[], facts: readonly ReportTable[], head: string, after = ''): string {
  const tables = facts.map((one) => factTable(one, 30_000 / facts.length)).join('');
  const shown = parts.slice(0, parts_max);
  const left = html_bytes_max - opening(title).length - head.length - tables.length - after.length - closing.length - 2_000;
  const drawn = shown.map((part, i) => {
    const inner = parts.length > 1 ? `<h1>${shortText(part.title, 200)}</h1>${headOf(part)}${notesOf(part.notes)}` : '';
    return `${inner}${partOf(part, `p${i}`, left / shown.length - inner.length)}`;
  });
  const more = parts.length > shown.length ? `<p>The first ${shown.length} of ${parts.length}: the JSON has all.</p>` : '';
  return `${opening(title)}${head}${more}${drawn.join('')}${tables}${after}${closing}`;
}

/** The rule, the list by rank, and as many pictures as there is room for. */
function partOf(report: DriftReport, id: string, bytes: number): string {
  const rule = `<h2>The rule</h2><p>${escapeText(ruleInWords(report.rule))}</p>`;
  const list_bytes = Math.min(60_000, bytes * 0.35);
  const sections = fitting(report.columns, bytes - list_bytes - rule.length - 1_000, (column, i) => columnSection(column, `${id}c${i}`));
  return `${rule}${listOf(report, id, sections.length, list_bytes)}${sections.join('')}`;
}

/** The first of them, as HTML, as long as they fit. */
function fitting<T>(things: readonly T[], bytes: number, draw: (thing: T, i: number) => string): string[] {
  const drawn: string[] = [];
  let used = 0;
  for (const [i, thing] of things.entries()) {
    const text = draw(thing, i);
    used += text.length;
    if (used > bytes) break;
    drawn.push(text);
  }
  return drawn;
}

const closing = '</main></body></html>\n';
const opening = (title: string): string =>
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
  `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${shortText(title, 200)}</title>` +
  `<style>${html_style}</style></head><body><main>`;

const headOf = (report: DriftReport): string => `<p class="${report.drifted > 0 ? 'bad' : 'ok'}">${shortText(summaryOf(report), 600)}</p>${timesOf(report)}`;

function timesOf({ made_at_ms, period }: Pick<DriftReport, 'made_at_ms' | 'period'>): string {
  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const covered = period === null ? '' : `<p>From ${time(period.from_ms)} to ${time(period.to_ms)}.</p>`;
  return `${covered}${made_at_ms === null ? '' : `<p>Made ${time(made_at_ms)}.</p>`}`;
}

const notes_shown = 20;

function notesOf(notes: readonly string[]): string {
  const shown = notes.slice(0, notes_shown).map((note) => `<li>${shortText(note, 400)}</li>`);
  if (notes.length > notes_shown) shown.push(`<li>And ${notes.length - notes_shown} more notes: the JSON has all.</li>`);
  return shown.length > 0 ? `<ul>${shown.join('')}</ul>` : '';
}

function listOf({ columns }: DriftReport, id: string, drawn: number, bytes: number): string {
  const lines = fitting(columns, bytes, (column, i) => line(columnRow(column, i < drawn ? `${id}c${i}` : null)));
  const unlisted = columns.slice(lines.length);
  const drifted = unlisted.filter((column) => column.drifted).length;
  const more = unlisted.length > 0 ? ` ${unlisted.length} more are not listed here, ${drifted} of them drifted: the JSON has all.` : '';
  const note = drawn < columns.length ? `<p>Charts of the first ${drawn} of ${columns.length} columns; the file is kept under 200 KB.${more}</p>` : '';
  const key = '<p class="k"><span class="r"></span> reference <span class="c"></span> current</p>';
  return `<h2>Columns, by rank</h2>${table(row_head, lines)}${note}<h2>Distributions</h2>${key}`;
}

function factTable({ title, head, rows }: ReportTable, bytes: number): string {
  const cell = (value: string | number | null) => (typeof value === 'string' ? shortText(value, 120) : escapeText(shortNumber(value)));
  const lines = fitting(rows, bytes, (row) => line(row.map(cell)));
  const more = rows.length > lines.length ? `<p>The first ${lines.length} of ${rows.length}.</p>` : '';
  return `<h2>${shortText(title)}</h2>${rows.length === 0 ? '<p>None.</p>' : table(head.map(escapeText), lines)}${more}`;
}
