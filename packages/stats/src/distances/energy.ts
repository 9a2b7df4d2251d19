// stats/distances: the energy distance of two samples, in the square root of the unit of the feature.
// Formula: the square root of twice the integral of (F - G)^2, which is that of 2 E|X - Y| - E|X - X'| - E|Y - Y'|. Complexity: O(n log n).
// NaN, infinities and an empty sample are refused. Equals scipy.stats.energy_distance.
// Source: G. J. Szekely, M. L. Rizzo, Journal of Statistical Planning and Inference 143(8), 2013.
import { distributionGap } from './distribution-gap.ts';

export const energyDistance = (x: ArrayLike<number>, y: ArrayLike<number>): number => Math.sqrt(2 * distributionGap('energy', x, y, (gap) => gap * gap));
