import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnsi } from './ansi.ts';

const esc = '\u001b';

describe('a line with colours', () => {
  it('is split where the colour changes, and plain again after a reset', () => {
    expect(readAnsi(`a ${esc}[1;31mbad${esc}[0m end`)).toEqual([
      { text: 'a ', style: '' },
      { text: 'bad', style: 'a-bold a-31' },
      { text: ' end', style: '' },
    ]);
  });
  it('takes a new colour for the old one, and bright ones for their plain ones', () => {
    expect(readAnsi(`${esc}[32mg${esc}[93my${esc}[39mp`).map((span) => span.style)).toEqual(['a-32', 'a-33', '']);
  });
  it('leaves out what moves the cursor', () => {
    expect(readAnsi(`${esc}[2K${esc}[1Gdone`)).toEqual([{ text: 'done', style: '' }]);
  });
  it('loses no text of a line without escapes, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !text.includes(esc)),
        (text) =>
          readAnsi(text)
            .map((span) => span.text)
            .join('') === text,
      ),
    );
  });
});
