// stats/report: one column of a report as HTML: what was found in a sentence, the picture, its numbers, and the table of the picture.
import type { ReportColumn, SideSummary } from './column.ts';
import { pictureRows, pictureSvg } from './picture-svg.ts';
import { escapeText, shortText } from './text.ts';
import { featureInWords } from '../pairs.ts';
import { beyondOf, countedInWords, counterInWords, faultInWords, missingShare, percent, shareInWords, shortNumber, testInWords } from './words.ts';

export const line = (row: readonly string[]): string => `<tr>${row.map((text) => `<td>${text}</td>`).join('')}</tr>`;

/** Of lines as `line` makes them. */
export const table = (head: readonly string[], lines: readonly string[]): string =>
  `<div class="s" tabindex="0"><table><thead><tr>${head.map((text) => `<th scope="col">${text}</th>`).join('')}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`;

/** A line of the ranked list. */
export function columnRow(column: ReportColumn, link: string | null): string[] {
  const { distance, p_value, p_adjusted, missing_p_adjusted, fault } = column;
  const name = featureInWords(column.name);
  const adjusted = fault === 'missing' ? missing_p_adjusted : p_adjusted;
  return [
    link === null ? shortText(name) : `<a href="#${link}">${shortText(name)}</a>`,
    `<span class="${column.drifted ? 'bad' : 'ok'}">${faultInWords(column)}</span>`,
    shortNumber(distance),
    shortNumber(p_value),
    shortNumber(adjusted),
    `${percent(missingShare(column.reference))} / ${percent(missingShare(column.current))}`,
    shareInWords(beyondOf(column)?.current ?? null),
  ].map((text, i) => (i < 2 ? text : escapeText(text)));
}

export const row_head = ['Column', 'Verdict', 'Effect', 'p', 'p adjusted', 'Missing, reference / current', 'Out of range or new'] as const;

export function columnSection(column: ReportColumn, id: string): string {
  const { picture, note } = column;
  const name = featureInWords(column.name);
  const label = `${name}: shares of the reference (filled) and of the current side (dashed)`;
  const drawn =
    picture === null
      ? ''
      : `${pictureSvg(picture, label)}<details><summary>Table of ${shortText(name)}</summary>${table(
          [picture.kind === 'words' ? 'Value' : 'From, to', 'Reference', 'Current'],
          pictureRows(picture).map((row) => line(row.map((text) => shortText(text)))),
        )}</details>`;
  return (
    `<section id="${id}"><h3>${shortText(name)} <span class="${column.drifted ? 'bad' : 'ok'}">${faultInWords(column)}</span></h3>` +
    `<p>${escapeText(sentence(column))}${note === null ? '' : ` ${escapeText(note)}`}</p>${drawn}${sides(column)}${counted(column)}</section>`
  );
}

function sentence(column: ReportColumn): string {
  const { effects, p_value, p_adjusted, distance } = column;
  const parts = [testInWords(column)];
  if (p_value !== null) parts.push(`effect ${shortNumber(distance)}, p ${shortNumber(p_value)}, adjusted ${shortNumber(p_adjusted)}`);
  if (effects !== null) {
    if (effects.wasserstein_sd !== null) parts.push(`moved by ${shortNumber(effects.wasserstein_sd)} standard deviations (Wasserstein)`);
    parts.push(`Jensen-Shannon ${shortNumber(effects.jensen_shannon)} bit, PSI ${shortNumber(effects.population_stability)}`);
  }
  return `${parts.join('; ')}.`;
}

function sides({ reference, current }: ReportColumn): string {
  const of = (name: string, side: SideSummary): string =>
    line([name, String(side.rows), percent(missingShare(side)), ...[side.mean, side.sd, side.min, side.max].map(shortNumber)].map(escapeText));
  if (reference.mean === null && current.mean === null) return '';
  return table(['Side', 'Rows', 'Missing', 'Mean', 'SD', 'Least', 'Greatest'], [of('reference', reference), of('current', current)]);
}

/** What is counted beside the bins, but for what is missing alone: that stands with the sides. */
function counted({ counters = [] }: ReportColumn): string {
  if (counters.length < 2) return '';
  const lines = counters.map(({ kind, reference, current }) =>
    line([counterInWords[kind], countedInWords(reference), countedInWords(current)].map(escapeText)),
  );
  return table(['Counted', 'Reference', 'Current'], lines);
}
