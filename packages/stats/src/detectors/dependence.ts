// stats/detectors: how many values of a stream count as one: the integrated autocorrelation time of a reference in its order, and the block it asks for.
// Formula: time = 1 + 2 sum of the autocorrelations up to the first lag where one is below 2/sqrt(n) (noise); block = 1 where that is 1, else
// 2 (time - 1) + 1, rounded up, so that what is left of the correlation between values a block apart is about e^-4 for a stream of first order.
// Complexity: O(n lags); lags end at a tenth of the reference. A constant, empty or short reference (below 50 values) carries no order: block 1.
// Source: A. Sokal, "Monte Carlo methods in statistical mechanics", 1996, section 3; M. B. Priestley, Spectral Analysis, 1981.

/** 1 for independent values; (1 + phi) / (1 - phi) for a stream of first order. */
export function autocorrelationTime(values: readonly number[]): number {
  const n = values.length;
  const centred = centre(values);
  const variance = product(centred, 0);
  if (n < 50 || !values.some((value) => value !== values[0])) return 1;
  let time = 1;
  for (let lag = 1; lag <= n / 10; lag++) {
    const correlation = product(centred, lag) / variance;
    if (correlation < 2 / Math.sqrt(n)) break;
    time += 2 * correlation;
  }
  return time;
}

/** Of so many values one is read where this is their autocorrelation time, so that what is read is nearly independent. */
export function blockOf(time: number): number {
  return Math.ceil(2 * (time - 1)) + 1;
}

function centre(values: readonly number[]): Float64Array {
  const centred = Float64Array.from(values);
  const mean = centred.reduce((sum, value) => sum + value / centred.length, 0);
  return centred.map((value) => value - mean);
}

function product(centred: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < centred.length; i++) sum += centred[i]! * centred[i - lag]!;
  return sum;
}
