// stats/report: a picture as SVG in text: numbers as two outlines on one axis, words as pairs of bars. Colours are those of the page (classes r and c), and
// the reference is filled where the current side is a dashed line, so that they differ without colour. Each picture has its table: html-column.ts.
import type { Picture } from './column.ts';
import { escapeText, shortText } from './text.ts';
import { percent, shortNumber } from './words.ts';

const width = 480;
const height = 120;

export function pictureSvg(picture: Picture, label: string): string {
  return picture.kind === 'intervals' ? outlines(picture, label) : bars(picture, label);
}

/** Shares of each side, so that sides of different sizes can be laid over each other. */
export function sharesOf(counts: readonly number[]): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (all === 0 ? 0 : count / all));
}

function outlines({ edges, reference, current }: Extract<Picture, { kind: 'intervals' }>, label: string): string {
  const [r, c] = [sharesOf(reference), sharesOf(current)];
  const top = Math.max(...r, ...c) || 1;
  const path = (shares: readonly number[]) =>
    `M0 ${height}${shares.map((share) => `V${Math.round(height - (share / top) * (height - 6))}h${width / shares.length}`).join('')}V${height}`;
  const foot = `<text x="0" y="${height + 14}">${shortNumber(edges[0]!)}</text><text x="${width}" y="${height + 14}" class="e">${shortNumber(edges.at(-1)!)}</text>`;
  return svg(height + 18, label, `<path class="r" d="${path(r)}z"/><path class="c" d="${path(c)}"/>${foot}`);
}

const row = 22;
const names_width = 150;

function bars({ words, reference, current }: Extract<Picture, { kind: 'words' }>, label: string): string {
  const [r, c] = [sharesOf(reference), sharesOf(current)];
  const top = Math.max(...r, ...c) || 1;
  const bar = (name: 'r' | 'c', share: number, y: number) =>
    `<rect class="${name}" x="${names_width}" y="${y}" width="${Math.round((share / top) * (width - names_width))}" height="8"/>`;
  const lines = words.slice(0, 10).map((word, i) => {
    return `<text x="0" y="${i * row + 14}">${shortText(word, 22)}</text>${bar('r', r[i]!, i * row + 2)}${bar('c', c[i]!, i * row + 11)}`;
  });
  return svg(lines.length * row, label, lines.join(''));
}

const svg = (tall: number, label: string, inner: string): string =>
  `<svg viewBox="0 0 ${width} ${tall}" role="img" aria-label="${escapeText(label)}">${inner}</svg>`;

/** The rows of the table beside a picture: bin or word, share of the reference, share of the current side. */
export function pictureRows(picture: Picture): [string, string, string][] {
  const [r, c] = [sharesOf(picture.reference), sharesOf(picture.current)];
  const name = (i: number) => (picture.kind === 'words' ? picture.words[i]! : `${shortNumber(picture.edges[i]!)} to ${shortNumber(picture.edges[i + 1]!)}`);
  return r.map((share, i) => [name(i), percent(share), percent(c[i]!)]);
}
