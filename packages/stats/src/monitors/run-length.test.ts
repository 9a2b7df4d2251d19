import { describe, expect, it } from 'vitest';
import { bell } from '../../test/streams.ts';
import type { MonitoredInference } from './inference.ts';
import { monitorKind } from './registry.ts';
import { errorLimit, meanLimit, sumLimit } from './run-length.ts';

// The short form of bench/drift/monitors.ts: a few seeded runs of a few monitors, the skewed law alone.
const random = { random: 11 };
const inference = (shift: number): MonitoredInference => {
  const value = Math.exp(bell(random) + shift);
  const share = bell(random) + shift;
  return { confidence: 1 / (1 + value), features: [value, value / 2], predicted: share < -0.4 ? 0 : share < 0.4 ? 1 : 2, outputs: {} };
};
const names = ['EWMAConfidenceMonitor', 'PageHinkleyConfidenceMonitor', 'EWMAFeatureMonitor', 'PageHinkleyFeatureMonitor', 'PredictionDistributionMonitor'];

describe.each(names)('%s', (name) => {
  it('is quiet for 10,000 inferences on average where nothing changes, by its defaults', { timeout: 60_000 }, () => {
    const lengths = Array.from({ length: 12 }, () => {
      const monitor = monitorKind(name).open();
      let n = 1;
      while (n < 25_000 && !monitor.update(inference(0))?.drift) n++;
      return n;
    });
    expect(lengths.reduce((a, b) => a + b) / lengths.length).toBeGreaterThanOrEqual(10_000);
  });

  it.each([
    [1, 60],
    [3, 50],
  ])('finds a shift by %i standard deviations in %i inferences on average', (shift, bar) => {
    const delays = Array.from({ length: 12 }, () => {
      const monitor = monitorKind(name).open();
      for (let i = 0; i < 600; i++) monitor.update(inference(0));
      let n = 1;
      while (n < 2000 && !monitor.update(inference(shift))?.drift) n++;
      return n;
    });
    expect(delays.reduce((a, b) => a + b) / delays.length).toBeLessThanOrEqual(bar);
  });
});

describe('a limit that keeps a run length', () => {
  // J. M. Lucas, M. S. Saccucci, Technometrics 32(1), 1990: a mean run of 500 at weight 0.1 and width 2.814; the limit here keeps 1.3 times the promise.
  it('is the published one', () => {
    expect(meanLimit(0.1, 500 / 1.3)).toBeCloseTo(2.814, 1);
    expect(meanLimit(1, 370.4 / 1.3)).toBeCloseTo(3, 2);
    // D. M. Hawkins, D. H. Olwell, Cumulative Sum Charts, 1998: one side at allowance 0.5 and limit 5 runs 938
    expect(sumLimit(0.5, 469 / 1.3)).toBeCloseTo(5, 1);
  });

  it('grows with the promise, and is endless where errors do not fall on average', () => {
    expect(sumLimit(0.25, 10_000)).toBeGreaterThan(sumLimit(0.25, 1000));
    expect(errorLimit(0.1, 0.8, 0.2, 10_000)).toBeGreaterThan(errorLimit(0.1, 0.8, 0.2, 1000));
    expect(errorLimit(0.3, 0.8, 0.2, 1000)).toBe(Number.POSITIVE_INFINITY);
  });
});
