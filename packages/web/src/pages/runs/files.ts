// web/runs: how a file of a run is shown, by its name; and a table of comma- or tab-separated values, as RFC 4180 has it. Pure.
export type FileKind = 'text' | 'image' | 'table' | 'onnx' | 'other';

const kinds: Readonly<Record<string, FileKind>> = {
  ...Object.fromEntries(
    ['txt', 'log', 'md', 'json', 'yaml', 'yml', 'toml', 'ini', 'cfg', 'py', 'r', 'js', 'ts', 'sh', 'xml', 'html', 'svg'].map((end) => [end, 'text']),
  ),
  ...Object.fromEntries(['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp'].map((end) => [end, 'image'])),
  ...Object.fromEntries(['csv', 'tsv'].map((end) => [end, 'table'])),
  onnx: 'onnx',
};
const bare = new Set(['MLmodel', 'Dockerfile', 'README', 'LICENSE']);

export function kindOf(name: string): FileKind {
  if (bare.has(name)) return 'text';
  return kinds[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'other';
}

/** Rows of fields; a field in quotes may hold the separator, quotes written twice, and line ends. At most `rows_max`. */
export function readTable(text: string, separator: ',' | '\t', rows_max: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = new RegExp(`(?:"((?:[^"]|"")*)(?:"|$)|([^${separator}\\r\\n]*))(${separator}|\\r?\\n|\\r|$)`, 'y');
  while (field.lastIndex < text.length && rows.length < rows_max) {
    const found = field.exec(text)!; // its second form takes everything up to a separator, a quote in the midst of a field too
    row.push(found[1] === undefined ? found[2]! : found[1].replaceAll('""', '"'));
    if (found[3] === separator) continue;
    rows.push(row);
    row = [];
  }
  if (row.length > 0 && rows.length < rows_max) rows.push([...row, '']);
  return rows;
}
