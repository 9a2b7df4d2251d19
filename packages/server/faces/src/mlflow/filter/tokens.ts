// mlflow: the tokens of a filter: words, quoted names, strings, numbers, comparators, brackets and commas. Nothing is skipped but white space.

export type TokenKind = 'word' | 'name' | 'string' | 'number' | 'sign' | 'mark';
export interface Token {
  readonly kind: TokenKind;
  /** Without its quotes. */
  readonly text: string;
  /** Where it begins and ends in the filter. */
  readonly from: number;
  readonly to: number;
}

/** A word may hold dots, slashes and dashes: `tags.mlflow.source.type`, `metrics.val/loss`. Double quotes hold a name or a string: the parser knows. */
const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['name', /`(?:[^`]|``)*`/y],
  ['string', /'(?:[^']|'')*'|"(?:[^"]|"")*"/y],
  ['sign', />=|<=|!=|=|>|</y],
  ['mark', /[(),]/y],
  ['number', /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?=[\s,()<>=!]|$)/y],
  ['word', /[^\s`'"<>=!(),]+/y],
];

/** Null where something is no token: a quote that is not closed, a lone "!". */
export function tokensOf(filter: string): Token[] | null {
  const tokens: Token[] = [];
  for (let at = 0; at < filter.length;) {
    if (/\s/.test(filter[at]!)) at++;
    else {
      const token = tokenAt(filter, at);
      if (!token) return null;
      tokens.push(token);
      at = token.to;
    }
  }
  return tokens;
}

function tokenAt(filter: string, at: number): Token | null {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(filter)?.[0];
    if (found !== undefined) return { kind, text: unquoted(kind, found), from: at, to: at + found.length };
  }
  return null;
}
/** A quote inside is written twice. */
function unquoted(kind: TokenKind, text: string): string {
  if (kind !== 'name' && kind !== 'string') return text;
  const quote = text[0]!;
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}
