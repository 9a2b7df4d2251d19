// stats/descriptors: what a text looks like, in five numbers: enough to see another language, another client, a cut or empty field. The text stays in the app.
// Characters are Unicode code points; words are runs of anything but white space (Unicode's White_Space); shares are of the characters. Complexity: O(characters), at most 100,000
// of them (a longer text is described by its beginning, with its true length). An empty text has length 0, and no shares: NaN.

export const text_descriptors = ['characters', 'words', 'non_ascii', 'digits', 'upper'] as const;

const described_max = 100_000;

/** In the order of `text_descriptors`. */
export function describeText(text: string): number[] {
  const read = text.slice(0, described_max);
  let [characters, non_ascii, digits, upper] = [0, 0, 0, 0];
  for (const letter of read) {
    characters++;
    if (letter > '\u007f') non_ascii++;
    else if (letter >= '0' && letter <= '9') digits++;
    else if (letter >= 'A' && letter <= 'Z') upper++;
  }
  const words = read.split(/[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/).filter((word) => word !== '').length;
  const share = (count: number) => (characters === 0 ? Number.NaN : count / characters);
  const length = text.length <= described_max ? characters : Array.from(text).length;
  return [length, words, share(non_ascii), share(digits), share(upper)];
}
