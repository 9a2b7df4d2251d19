// stats/report: how often answers were right at each confidence, as a picture and its table in HTML.
import type { ReliabilityBin } from '../performance/classification.ts';
import { line, table } from './html-column.ts';
import { escapeText, shortText } from './text.ts';
import { percent, shortNumber } from './words.ts';

/** The labelled answers of a model version, by bins of confidence. */
export interface ReportReliability {
  readonly title: string;
  readonly bins: readonly ReliabilityBin[];
}

const width = 320;
const height = 160;

export function reliabilitySection({ title, bins }: ReportReliability): string {
  const rows = bins.map(({ from, to, answers, right, confidence }) =>
    line([`${percent(from)} to ${percent(to)}`, String(answers), percent(confidence), String(right), percent(right / answers)].map(escapeText)),
  );
  const says = 'Bars: the share that is right; dots: how sure the model was; on the line both are the same.';
  return (
    `<section><h3>${shortText(title)}: calibration by labels</h3><p>${says}</p>${picture(title, bins)}` +
    `<details><summary>Table</summary>${table(['Confidence', 'Answers', 'Mean confidence', 'Right', 'Share right'], rows)}</details></section>`
  );
}

function picture(title: string, bins: readonly ReliabilityBin[]): string {
  const y = (share: number) => shortNumber(height - share * height);
  const bars = bins.map(
    ({ from, to, answers, right, confidence }) =>
      `<rect class="r" x="${shortNumber(from * width + 1)}" y="${y(right / answers)}" width="${shortNumber((to - from) * width - 2)}" height="${shortNumber((right / answers) * height)}"/>` +
      `<circle class="c" cx="${shortNumber(confidence * width)}" cy="${y(confidence)}" r="4"/>`,
  );
  const foot = `<text x="0" y="${height + 14}">confidence 0 %</text><text x="${width}" y="${height + 14}" class="e">100 %</text>`;
  const label = escapeText(`${title}: share that is right by confidence`);
  return `<svg viewBox="0 0 ${width} ${height + 18}" role="img" aria-label="${label}">${bars.join('')}<path class="c" d="M0 ${height}L${width} 0"/>${foot}</svg>`;
}
