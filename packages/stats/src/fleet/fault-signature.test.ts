import { describe, expect, it } from 'vitest';
import { bell } from '../../test/streams.ts';
import { buildProfile } from '../build-profile.ts';
import { momentsOf } from '../sketches/moments.ts';
import { countOnEdges } from '../sketches/quantile-edges.ts';
import { type FaultSignature, classSignature, featureSignature } from './fault-signature.ts';

const random = { random: 5 };
const draw = (n: number, make: (z: number) => number) => Array.from({ length: n }, () => make(bell(random)));
const referenceOf = (values: readonly number[]) =>
  buildProfile({ names: ['x'], values: values.map((value) => Float64Array.of(value)), predicted: [], class_names: [] }).features[0]!;

/** A temperature in °C: 20, give or take 4. */
const celsius = (z: number) => 20 + 4 * z;
const reference = referenceOf(draw(5000, celsius));
const sampleOf = (values: readonly number[], of = reference) => ({ counts: countOnEdges(of.edges, values), moments: momentsOf(values) });
const looks = (n: number, make: (celsius: number) => number) => featureSignature(reference, sampleOf(draw(n, (z) => make(celsius(z)))), 'distribution');

describe('the signature of a fault', () => {
  const faults: [FaultSignature, (value: number) => number][] = [
    ['offset', (value) => value + 3],
    ['offset', (value) => value - 2],
    ['gain', (value) => value * 1.35],
    ['gain', (value) => value * 0.5],
    ['stuck', () => 21.5],
    ['clipped', (value) => Math.min(value, 23)],
    ['clipped', (value) => Math.max(value, 17)],
    ['unit_change', (value) => value * 1.8 + 32],
    ['unit_change', (value) => value + 273.15],
    ['unit_change', (value) => value * 1000],
    ['shape', (value) => (value > 20 ? 23.6 : 16.4) + 0.4 * (value - 20)],
  ];
  it.each(faults)('is %s in 19 of 20 samples of 180 (%s)', (fault, make) => {
    const found = Array.from({ length: 20 }, () => looks(180, make));
    expect(found.filter((one) => one === fault).length).toBeGreaterThanOrEqual(19);
  });

  it('is a new category where a value comes that the reference never had, in a feature of few values', () => {
    const few = referenceOf(draw(3000, (z) => Math.max(0, Math.min(3, Math.round(1.5 + z)))));
    const current = draw(200, (z) => (z > 1 ? 7 : Math.max(0, Math.min(3, Math.round(1.5 + z)))));
    expect(featureSignature(few, sampleOf(current, few), 'distribution')).toBe('new_category');
    expect(classSignature([500, 500, 0], [40, 40, 20], 'distribution')).toBe('new_category');
  });

  it('is a prior shift where known classes come in another mix, and missing where nothing comes', () => {
    expect(classSignature([500, 500], [90, 10], 'distribution')).toBe('prior_shift');
    const words = { ...reference, edges: [0.5, 1.5, 2.5], counts: [500, 300, 200, 0], categories: { names: ['a', 'b'], others: [7] } };
    const sample = (counts: number[]) => ({ counts, moments: { ...reference.moments, count: 100 } });
    expect(featureSignature(words, sample([10, 80, 10, 0]), 'distribution')).toBe('prior_shift');
    expect(featureSignature(words, sample([50, 30, 10, 10]), 'distribution')).toBe('new_category');
    expect(classSignature([500, 500], [50, 10], 'missing')).toBe('missing');
    expect(featureSignature(reference, sampleOf([]), 'distribution')).toBe('missing');
    expect(featureSignature(reference, sampleOf(draw(60, celsius)), 'missing')).toBe('missing');
  });

  it('does not fail on a reference of one value, or of none', () => {
    const still = referenceOf(Array.from({ length: 50 }, () => 5));
    expect(featureSignature(still, sampleOf([6, 6, 6], still), 'distribution')).toBe('new_category');
    const none = referenceOf([]);
    expect(typeof featureSignature(none, sampleOf([1, 2], none), 'distribution')).toBe('string');
  });
});
