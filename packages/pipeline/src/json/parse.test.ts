import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toValue } from './node.ts';
import { parseJson } from './parse.ts';

describe('the JSON parser', () => {
  it('reads every JSON value as JSON.parse does, however it is spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, 4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(toValue(parseJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('accepts nothing else than JSON and commas at the end', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', ']', ',', ':', '"', 'a', '1', '-', '.', ' ', 'e', '\\', '0') }), (text) => {
        let ours: unknown;
        try {
          ours = toValue(parseJson(text));
        } catch (error) {
          expect(error).toMatchObject({ code: 'HF-PIPE-001' });
          if (!/e\d{3}/.test(text)) expect(() => JSON.parse(text)).toThrow(); // a number beyond a double is ours to refuse
          return;
        }
        expect(ours).toEqual(JSON.parse(text.replace(/,(\s*[}\]])/g, '$1')));
      }),
    );
  });

  it('accepts a comma before a closing bracket, but not two, and not alone', () => {
    expect(toValue(parseJson('{"a": [1, 2, ], }'))).toEqual({ a: [1, 2] });
    expect(() => parseJson('[1,,]')).toThrow(/Line 1: saw ",]", expected a value/);
    expect(() => parseJson('[,]')).toThrow(/expected a value/);
  });

  it('keeps the line of every value', () => {
    const node = parseJson('{\n  "a": 1,\r\n\n  "b": {\n "c": null } }');
    const b = node.kind === 'object' ? node.members.get('b') : undefined;
    expect(b).toMatchObject({ line: 4, node: { kind: 'object', line: 4 } });
    expect(b?.node.kind === 'object' && b.node.members.get('c')?.line).toBe(5);
  });

  it.each([
    ['{"a": 1\n"b": 2}', /Line 2: saw "\\"b\\": 2}", expected "," or "}"/],
    ['{"a": 1, // why\n}', /comments are not allowed/],
    ['{"a": 1,\n"a": 2}', /Line 2: saw the key "a" again.*line 1/],
    ['["a\nb"]', /a string that is closed on its line/],
    ['[01]', /expected "," or "]"/],
    ['[1] 2', /expected the end of the document/],
    ['{a: 1}', /a key in double quotes/],
    ['', /Line 1: saw the end of the document, expected a value/],
    ['['.repeat(40), /more than 32 levels/],
    [' '.repeat(1_048_577), /1048577 characters/],
  ])('says what is wrong with %j', (text, expected) => {
    expect(() => parseJson(text)).toThrow(expected);
  });

  it('keeps a key like __proto__ a plain key', () => {
    const value = toValue(parseJson('{"__proto__": {"x": 1}}'));
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
