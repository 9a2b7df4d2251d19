// cli/tables: a number from the bytes of a cell, without a string in between, where its digits fit a double exactly: at most 15 digits over a power of ten up
// to 22 give the right double by one division (W. D. Clinger, PLDI 1990). NaN where it is written in another way, or is none: the caller reads it as text then.

const [minus, plus, point, zero] = [45, 43, 46, 48];
const powers = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

export function plainNumber(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  const negative = bytes[at] === minus;
  if (negative || bytes[at] === plus) at++;
  let [digits, value, behind] = [0, 0, -1];
  for (; at < to; at++) {
    const digit = bytes[at]! - zero;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits++;
      if (behind >= 0) behind++;
    } else if (bytes[at] === point && behind < 0) behind = 0;
    else return Number.NaN;
  }
  if (digits === 0 || digits > 15) return Number.NaN;
  const size = behind > 0 ? value / powers[behind]! : value;
  return negative ? -size : size;
}
