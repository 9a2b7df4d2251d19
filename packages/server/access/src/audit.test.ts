import { describe, expect, it } from 'vitest';
import { clean } from './audit.ts';

describe('what the audit keeps of a value', () => {
  it('hides what may be a secret, at any depth and in any case', () => {
    const value = { name: 'ci', Secret: 'a', steps: [{ env: { KEY: 'b' }, params: { PASSWORD: 'c', epochs: '3' } }] };
    expect(clean(value)).toEqual({ name: 'ci', Secret: '(hidden)', steps: [{ env: '(hidden)', params: { PASSWORD: '(hidden)', epochs: '3' } }] });
  });

  it('says how long a value was that it leaves out', () => {
    const value = { text: 'x'.repeat(20_000) };
    expect(clean(value)).toEqual({ left_out_chars: JSON.stringify(value).length });
  });

  it('is null for nothing', () => {
    expect([clean(undefined), clean(null)]).toEqual([null, null]);
  });
});
