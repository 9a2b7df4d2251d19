import { describe, expect, it } from 'vitest';
import { next } from '../detectors/random.ts';
import type { WatchedDevice } from './cohort-evidence.ts';
import { discoveryThreshold } from './discoveries.ts';
import { neededEvidence } from './needed.ts';

const random = { random: 12 };
/** log e of a stream that has not changed, as bad as it may be: of a uniform u, min(1/u, 10^6) has a mean of 1 + log 10^6. */
const quiet = () => Math.log(Math.min(1 / next(random), 1e6) / (1 + Math.log(1e6)));
const streams = 20;
const names = Array.from({ length: streams }, (_, i) => `f${i}`);
const budget = Math.log(streams / 0.1);
const level = 0.05;

/** The first so many of 1,000 devices have changed in f0, to an e-value of `e`; they have a firmware of their own. */
const fleet = (changed: number, e: number): WatchedDevice[] =>
  Array.from({ length: 1_000 }, (_, i) => ({
    facts: { firmware: i < changed ? '2.3' : '2.2', site: `s${i % 6}` },
    names,
    log_e: Float64Array.from(names, (_name, at) => (at === 0 && i < changed ? Math.log(e) : quiet())),
  }));

function found(devices: readonly WatchedDevice[], changed: number): { true: number; false: number } {
  const needed = neededEvidence(devices, level);
  const counts = { true: 0, false: 0 };
  for (const [i, { facts, log_e }] of devices.entries())
    for (const [at, name] of names.entries()) {
      if (log_e[at]! < Math.max(budget, needed(facts, name))) continue;
      counts[at === 0 && i < changed ? 'true' : 'false'] += 1;
    }
  return counts;
}

describe('what e-BH asks of a stream', () => {
  it('is less where its feature has changed in a cohort of its device: forty that show a little are found', () => {
    const devices = fleet(12, 1_000);
    expect(
      discoveryThreshold(
        devices.flatMap((device) => Array.from(device.log_e)),
        level / 2,
      ),
    ).toBeGreaterThan(Math.log(1_000));
    expect(found(devices, 12).true).toBe(12);
  });

  it.each([5, 20, 50, 200])('keeps the share of false ones, with %d of 1,000 devices that have changed', (changed) => {
    let share = 0;
    const runs = 12;
    for (let run = 0; run < runs; run++) {
      const counts = found(fleet(changed, 2_000), changed);
      share += counts.false / Math.max(1, counts.true + counts.false) / runs;
    }
    expect(share).toBeLessThanOrEqual(level);
  });

  it('is that over all streams where no cohort has changed', () => {
    const devices = fleet(0, 1);
    expect(neededEvidence(devices, level)(devices[0]!.facts, 'f3')).toBe(
      discoveryThreshold(
        devices.flatMap((device) => Array.from(device.log_e)),
        level / 2,
      ),
    );
    expect(neededEvidence([], level)({}, 'f3')).toBe(Number.POSITIVE_INFINITY);
  });
});
