import { describe, expect, it } from 'vitest';
import { compareNumbers, compareWords } from './compare.ts';
import { type DriftReport, makeReport } from './drift-report.ts';
import { html_bytes_max, reportHtml } from './html.ts';
import { CurrentNumbers, ReferenceNumbers } from './numeric-side.ts';
import { currentWords, referenceWords } from './category-counts.ts';

const frame = {
  title: 'Drift of <b>"&"</b> ü',
  reference: { name: 'a', rows: 100 },
  current: { name: 'b', rows: 100 },
  made_at_ms: 0,
  period: { from_ms: 0, to_ms: 3_600_000 },
  rule: { alpha: 0.05, distance_min: 0.05 },
  notes: ['<script>alert(1)</script>'],
  tables: [{ title: 'Hardware', head: ['Word', 'Devices'], rows: [['arm64 <i>', 3]] }],
};

function columns(count: number, rows: number, name: (i: number) => string) {
  return Array.from({ length: count }, (_, i) => {
    if (i % 2 === 1) {
      const side = referenceWords();
      for (let r = 0; r < rows; r++) side.add(`${name(r % 30)}`);
      const frozen = side.freeze();
      const current = currentWords(frozen);
      for (let r = 0; r < rows; r++) current.add(`${name((r * r) % 37)}`);
      return compareWords(name(i), frozen, current.freeze());
    }
    const reference = new ReferenceNumbers();
    for (let r = 0; r < rows; r++) reference.add(Math.sin(r * 7.3) + r / rows);
    const frozen = reference.freeze();
    const current = new CurrentNumbers(frozen);
    for (let r = 0; r < rows; r++) current.add(Math.cos(r * 3.1) + i / count);
    return compareNumbers(name(i), 'numeric', frozen, current.freeze());
  });
}
const report = (count: number, rows: number, name = (i: number) => `column ${i}`): DriftReport => makeReport(frame, columns(count, rows, name));

describe('the HTML of a report', () => {
  it('has at most 200 KB however many columns, and with the longest and strangest names', () => {
    const strange = (i: number) => `😀<&"'`.repeat(60) + i;
    for (const html of [reportHtml(report(1, 10)), reportHtml(report(20, 300)), reportHtml(report(400, 300)), reportHtml(report(400, 100, strange))]) {
      expect(Buffer.byteLength(html)).toBeLessThanOrEqual(html_bytes_max);
      expect(Buffer.byteLength(html)).toBe(html.length);
    }
  });

  it('is as large for 100 times the rows', () => {
    const [few, many] = [300, 30_000].map((rows) => reportHtml(report(20, rows)).length);
    expect(Math.abs(many! - few!) / few!).toBeLessThan(0.1);
  });

  it('holds all that it is asked to, or says what it left out', () => {
    const html = reportHtml(report(400, 300));
    expect(html).toMatch(/Charts of the first \d+ of 400 columns/);
    expect(reportHtml(report(20, 300))).not.toContain('Charts of the first');
    const notes = (count: number) => Array.from({ length: count }, (_, i) => `note ${i}`);
    expect(reportHtml({ ...report(1, 10), notes: notes(23) })).toContain('<li>note 19</li><li>And 3 more notes: the JSON has all.</li>');
    expect(reportHtml({ ...report(1, 10), notes: notes(20) })).not.toContain('more notes');
  });

  it('asks nobody for anything, and takes text for text', () => {
    const html = reportHtml(report(4, 50, (i) => `<img src=x onerror=alert(${i})>`));
    expect(html).not.toMatch(/<script|<img|<i>|https?:|url\(|@import/);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('arm64 &lt;i&gt;');
  });

  it('has the numbers of each chart in a table beside it', () => {
    const made = report(6, 200);
    const html = reportHtml(made);
    expect(html.match(/<svg /g)).toHaveLength(6);
    expect(html.match(/<details>/g)).toHaveLength(6);
    const { picture } = made.columns.find((column) => column.picture?.kind === 'intervals')!;
    const share = (picture!.reference[3]! / 200) * 100;
    expect(html).toContain(`<td>${Number((Math.round(share * 100) / 100).toPrecision(4))} %</td>`);
  });
});
