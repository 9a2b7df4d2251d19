// stats/report: a report as one HTML file: no script, no network, light and dark, printable, at most 200,000 bytes however many rows or columns there are.
// Charts are drawn in the order of rank until the size is met; the file says how many columns have none. It is ASCII, so characters are bytes.
import type { DriftReport, ReportTable } from './drift-report.ts';
import { columnRow, columnSection, line, row_head, table } from './html-column.ts';
import { html_style } from './html-style.ts';
import { escapeText, shortText } from './text.ts';
import { ruleInWords, shortNumber, summaryOf } from './words.ts';

export const html_bytes_max = 200_000;
/** What the list of columns and the tables of facts may take of it. */
const parts = { list: 60_000, facts: 30_000 } as const;

export function reportHtml(report: DriftReport): string {
  const tables = report.tables.map((one) => factTable(one, parts.facts / report.tables.length)).join('');
  const head = top(report);
  const left = html_bytes_max - head.length - tables.length - foot.length - parts.list - 1_000;
  const sections = fitting(report.columns, left, (column, i) => columnSection(column, `c${i}`));
  return `${head}${listOf(report, sections.length)}${sections.join('')}${tables}${foot}`;
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

const foot = '</main></body></html>\n';

function top(report: DriftReport): string {
  const { title, drifted, made_at_ms, period, rule } = report;
  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const covered = period === null ? '' : `<p>From ${time(period.from_ms)} to ${time(period.to_ms)}.</p>`;
  const made = made_at_ms === null ? '' : `<p>Made ${time(made_at_ms)}.</p>`;
  const notes = report.notes.slice(0, 20).map((note) => `<li>${shortText(note, 400)}</li>`);
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${shortText(title, 200)}</title>` +
    `<style>${html_style}</style></head><body><main><h1>${shortText(title, 200)}</h1>` +
    `<p class="${drifted > 0 ? 'bad' : 'ok'}">${shortText(summaryOf(report), 600)}</p>${covered}${made}` +
    `${notes.length > 0 ? `<ul>${notes.join('')}</ul>` : ''}<h2>The rule</h2><p>${escapeText(ruleInWords(rule))}</p>`
  );
}

function listOf({ columns }: DriftReport, drawn: number): string {
  const lines = fitting(columns, parts.list, (column, i) => line(columnRow(column, i < drawn ? `c${i}` : null)));
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
