import { describe, expect, it } from 'vitest';
import { observe, observedNames } from './observe.ts';

const shape = { inputs: ['temperature', 'load'], image: true, outputs: ['cat', 'dog', 'none'] };

describe('an observation', () => {
  it('has one number a name, in the order of the names', () => {
    const image = { width: 1, height: 1, channels: 1, pixels: Uint8Array.of(255) };
    const values = observe({ inputs: [20, 0.5], outputs: [0.1, 0.7, 0.2], image }, shape);
    const byName = Object.fromEntries(observedNames(shape).map((name, i) => [name, values[i]]));
    expect(byName).toMatchObject({ 'input.temperature': 20, 'input.load': 0.5, 'image.brightness': 255, 'image.bright': 1, 'output.confidence': 0.7 });
    expect(byName['output.margin']).toBeCloseTo(0.5, 14);
    expect(Object.keys(byName)).toHaveLength(values.length);
  });

  it('is NaN where something is absent', () => {
    const values = observe({ inputs: [20], outputs: [0.9] }, shape);
    expect([...values].map(Number.isNaN)).toEqual([false, ...Array.from({ length: 10 }, () => true), false, true]);
  });

  it('leaves out what the shape does not name', () => {
    expect(observedNames({ inputs: ['x'], image: false, outputs: [] })).toEqual(['input.x']);
    expect([...observe({ inputs: [4], outputs: [1, 2] }, { inputs: ['x'], image: false, outputs: [] })]).toEqual([4]);
  });
});
