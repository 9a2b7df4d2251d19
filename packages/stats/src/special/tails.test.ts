import { describe, expect, it } from 'vitest';
import { binomialTail, studentTail } from './beta.ts';
import { binomialMass } from './deviance.ts';
import { chiSquareTail, normalTail } from './gamma.ts';
import { kolmogorovOneSampleTail } from './kolmogorov-one-sample.ts';
import { lnGamma, stirlingError } from './log-gamma.ts';

// mpmath 1.3, 50 digits
const exact: [string, number, number][] = [
  ['Student 0.1 of 3', studentTail(0.1, 3), 0.4633261744004029],
  ['Student 2 of 1.5', studentTail(2, 1.5), 0.11209416517802553],
  ['Student 12 of 4', studentTail(12, 4), 0.00013821427425148649],
  ['Student 40 of 300', studentTail(40, 300), 1.4262090197655937e-122],
  ['Student 36 of 1e+06', studentTail(36, 1_000_000), 6.366995560199513e-284],
  ['Student 5 of 2e+06', studentTail(5, 2000000), 2.8667573189157316e-7],
  ['Student 1e+40 of 4.5', studentTail(1e40, 4.5), 5.249195123643431e-180],
  ['Student 1e+160 of 1.5', studentTail(1e160, 1.5), 3.770852432016246e-241],
  ['Student 37 of 59.25', studentTail(37, 59.25), 5.9764688194801075e-43],
  ['normal 0.001', normalTail(0.001), 0.49960105778608893],
  ['normal 1', normalTail(1), 0.15865525393145705],
  ['normal 3', normalTail(3), 0.0013498980316300946],
  ['normal 12', normalTail(12), 1.776482112077679e-33],
  ['normal 37', normalTail(37), 5.725571222524577e-300],
  ['chi-square 0.3 of 0.02', chiSquareTail(0.3, 0.02), 0.014605206498434713],
  ['chi-square 1400 of 3', chiSquareTail(1400, 3), 2.945619361016309e-303],
  ['chi-square 900 of 800', chiSquareTail(900, 800), 0.007774644192745913],
  ['chi-square 1.01e+06 of 1e+06', chiSquareTail(1010000, 1_000_000), 9.068528823262077e-13],
  ['chi-square 1350 of 1', chiSquareTail(1350, 1), 1.5405535053331527e-295],
  ['chi-square 2.01e+06 of 2e+06', chiSquareTail(2_010_000, 2_000_000), 2.987490140114635e-7],
  ['binomial 700 of 1000', binomialTail(700, 1000, 0.5), 8.832839003975068e-38],
  ['binomial 3 of 9', binomialTail(3, 9, 0.25), 0.399322509765625],
  ['binomial mass', binomialMass(510000, 1000000, 0.5, 0.5), 1.089780239297555e-90],
  ['ln gamma 0.1', lnGamma(0.1), 2.252712651734206],
  ['ln gamma 2.5', lnGamma(2.5), 0.2846828704729192],
  ['ln gamma 17.5', lnGamma(17.5), 32.08111489594735],
  ['ln gamma 1e+06', lnGamma(1_000_000), 12815504.569147611],
  ["Stirling's error of 0.5", stirlingError(0.5), 0.15342640972002736],
  ["Stirling's error of 3", stirlingError(3), 0.02767792568499834],
  ["Stirling's error of 20", stirlingError(20), 0.004166319691996922],
];

describe('a tail', () => {
  it.each(exact)('%s has its digits to the far end', (_, found, expected) => {
    expect(Math.abs(found / expected - 1)).toBeLessThan(1e-12);
  });

  it('says NaN to NaN, and its limits at infinity', () => {
    expect([studentTail(Number.NaN, 3), chiSquareTail(Number.NaN, 3), normalTail(Number.NaN), kolmogorovOneSampleTail(9, Number.NaN)]).toEqual(
      Array(4).fill(Number.NaN),
    );
    expect([studentTail(Infinity, 3), chiSquareTail(Infinity, 3), normalTail(-Infinity), kolmogorovOneSampleTail(9, 1)]).toEqual([0, 0, 1, 0]);
  });
});

describe("Kolmogorov's law of n points", () => {
  // scipy 1.17.1: scipy.stats.kstwo.sf(d, n), one value in each region of Simard and L'Ecuyer
  const scipy: [number, number, number][] = [
    [5, 0.15, 0.9988],
    [5, 0.31, 0.6245071839999999],
    [40, 0.024, 1.0],
    [40, 0.1, 0.7818109707182903],
    [40, 0.25, 0.01089552086854928],
    [40, 0.4, 2.7416081587210553e-6],
    [40, 0.6, 2.668455783749458e-14],
    [40, 0.99, 2.000000000000071e-80],
    [139, 0.07, 0.48212715109442467],
    [141, 0.05, 0.854845693009663],
    [3000, 0.006, 0.9998985929154967],
    [3000, 0.02, 0.17889813623188966],
    [3000, 0.2, 1.1824684690076164e-105],
    [200000, 0.0015, 0.758498392324318],
    [500000, 0.02, 3.6481966551764204e-174],
    [500000, 0.0009, 0.812395309857193],
  ];
  it.each(scipy)('of %i at %f is that of scipy', (n, d, expected) => {
    expect(Math.abs(kolmogorovOneSampleTail(n, d) / expected - 1)).toBeLessThan(1e-11);
  });
});
