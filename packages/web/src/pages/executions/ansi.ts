// web/executions: the colours that programs print with (ECMA-48, SGR: ESC [ ... m). Pure; other control sequences are left out of the text.

export interface Span {
  readonly text: string;
  /** `a-31` for a foreground colour, `a-bold`; empty for plain text. */
  readonly style: string;
}

// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const sequence = /\u001b\[([0-9;]*)([A-Za-z])/g;

export function readAnsi(line: string): Span[] {
  const spans: Span[] = [];
  let style = new Set<string>();
  let at = 0;
  const push = (text: string) => {
    if (text !== '') spans.push({ text, style: [...style].join(' ') });
  };
  for (const match of line.matchAll(sequence)) {
    push(line.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === 'm') style = restyle(style, match[1]!);
  }
  push(line.slice(at));
  return spans;
}

function restyle(style: ReadonlySet<string>, codes: string): Set<string> {
  const next = new Set(style);
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) next.clear();
    else if (code === 1) next.add('a-bold');
    else if (code === 22) next.delete('a-bold');
    else if (code === 39 || (code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
      for (const each of [...next]) if (each !== 'a-bold') next.delete(each);
      if (code !== 39) next.add(`a-${code >= 90 ? code - 60 : code}`);
    }
  }
  return next;
}
