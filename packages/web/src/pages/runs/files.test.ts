import { describe, expect, it } from 'vitest';
import { kindOf, readTable } from './files.ts';

describe('a table of values with separators', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['"x, y","say ""no""","two\nlines"\n', [['x, y', 'say "no"', 'two\nlines']]],
    [
      'a,,c\n,,\n',
      [
        ['a', '', 'c'],
        ['', '', ''],
      ],
    ],
    ['a,', [['a', '']]],
    ['', []],
    ['one', [['one']]],
  ])('is read as RFC 4180 has it: %j', (text, rows) => {
    expect(readTable(text, ',', 100)).toEqual(rows);
  });
  it('stops at the rows asked for, and takes tabs', () => {
    expect(readTable('a\tb,c\n1\t2\n3\t4\n', '\t', 2)).toEqual([
      ['a', 'b,c'],
      ['1', '2'],
    ]);
  });
  it('takes a quote in the midst of a field as it is, and a quote that is never closed up to the end', () => {
    expect(readTable('a,"b, x"c\n"d,\ne', ',', 10)).toEqual([['a', '"b', ' x"c'], ['d,\ne']]);
  });
});

it('shows a page of somebody else as text, never as a page', () => {
  expect(['plot.PNG', 'a.html', 'b.svg', 'MLmodel', 'model.onnx', 'x', 'rows.tsv'].map(kindOf)).toEqual([
    'image',
    'text',
    'text',
    'text',
    'onnx',
    'other',
    'table',
  ]);
});
