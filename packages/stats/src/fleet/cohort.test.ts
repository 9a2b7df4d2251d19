import { describe, expect, it } from 'vitest';
import { next } from '../detectors/random.ts';
import { type CohortCounts, type DeviceFacts, cohortOf } from './cohort.ts';

const random = { random: 8 };
const pick = (list: readonly string[]) => list[Math.floor(next(random) * list.length)]!;
const fleet = (n: number) =>
  Array.from({ length: n }, () => ({ firmware: pick(['2.1', '2.2', '2.3']), site: pick(['north', 'south', 'east', 'west']), make: 'one' }));

function counted(devices: readonly DeviceFacts[]): Map<string, { fact: string; value: string; devices: number }> {
  const pairs = devices.flatMap((facts) => Object.entries(facts));
  return new Map(
    [...Map.groupBy(pairs, (pair) => pair.join(' '))].map(([key, same]) => [key, { fact: same[0]![0], value: same[0]![1], devices: same.length }]),
  );
}
function countsOf(drifted: readonly DeviceFacts[], watched: readonly DeviceFacts[]): CohortCounts {
  const all = counted(watched);
  const facts = [...counted(drifted)].map(([key, { fact, value, devices }]) => ({ fact, value, drifted_with: devices, watched_with: all.get(key)!.devices }));
  const differing = [...all.values()].filter(({ devices }) => devices < watched.length).length;
  return { drifted: drifted.length, watched: watched.length, differing, facts };
}

describe('the cohort of a drift', () => {
  it('is the fact that the drifted devices share, with its counts and its lift', () => {
    const watched = fleet(300);
    const drifted = watched.filter((device, i) => device.firmware === '2.3' && i % 3 > 0).concat(watched.find((device) => device.firmware === '2.1')!);
    const of_2_3 = watched.filter((device) => device.firmware === '2.3').length;
    const cohort = cohortOf(countsOf(drifted, watched))!;
    expect(cohort).toMatchObject({
      fact: 'firmware',
      value: '2.3',
      drifted_with: drifted.length - 1,
      drifted: drifted.length,
      watched_with: of_2_3,
      watched: 300,
    });
    expect(cohort.lift).toBeCloseTo((drifted.length - 1) / drifted.length / (of_2_3 / 300), 12);
  });

  it('has the p-value of the hypergeometric tail, times the facts that differ', () => {
    const watched = Array.from({ length: 20 }, (_, i) => ({ firmware: i < 5 ? 'new' : 'old' }));
    // scipy.stats.hypergeom.sf(3, 20, 5, 4) = 0.0010319917440660474, of two values of one fact
    expect(cohortOf(countsOf(watched.slice(0, 4), watched))!.p_value).toBeCloseTo(2 * 0.0010319917440660474, 12);
  });

  it('is none by chance: of 300 drifts at random places, no more than 1 % and 3 standard errors have one', () => {
    const found = Array.from({ length: 300 }, () => {
      const watched = fleet(60);
      const drifted = watched.filter(() => next(random) < 0.2);
      return cohortOf(countsOf(drifted, watched));
    });
    expect(found.filter((one) => one !== null).length).toBeLessThanOrEqual(3 + 3 * Math.sqrt(3));
  });

  it('is none of a fact that all have, of fewer than three devices, and of no facts', () => {
    const watched = Array.from({ length: 30 }, () => ({ make: 'one' }));
    expect(cohortOf(countsOf(watched.slice(0, 10), watched))).toBeNull();
    expect(cohortOf(countsOf([{ a: '1' }, { a: '1' }], [{ a: '1' }, { a: '1' }, { a: '2' }]))).toBeNull();
    expect(cohortOf(countsOf([{}, {}, {}], [{}, {}, {}, {}]))).toBeNull();
  });
});
