import { describe, expect, it } from 'vitest';
import { contractStream, monitorContract } from './contract.ts';
import { defineMonitor } from './monitor.ts';
import { monitorKind, monitors } from './registry.ts';

const ewma_shares = { ...monitorKind('PredictionDistributionMonitor') };
const open = ewma_shares.open.bind(ewma_shares);
const kinds = [
  ...monitors.map((kind) => [kind.name, kind] as const),
  ['PredictionDistributionMonitor, ewma', { ...ewma_shares, open: (given = {}, reference = {}) => open({ method: 'ewma', ...given }, reference) }] as const,
];

describe.each(kinds)('%s', (_name, kind) => {
  it.each(monitorContract.map((one) => [one.promise, one] as const))('%s', (_promise, { broken }) => {
    expect(broken(kind)).toBeNull();
  });

  it('takes the defaults that it states, and refuses what is out of their range', () => {
    const defaults = Object.fromEntries(Object.entries(kind.parameters).map(([key, one]) => [key, one.default]));
    expect(kind.wrong(defaults)).toBeNull();
    for (const [key, one] of Object.entries(kind.parameters)) {
      const wrong = 'max' in one ? [one.max + Math.max(1, one.max), Number.NaN, '3'] : ['nonsense', 7];
      for (const value of wrong) expect(kind.wrong({ [key]: value }), `${key} ${value}`).not.toBeNull();
    }
  });
});

describe('the contract', () => {
  it('is not kept by a monitor that grows and says everything again', () => {
    const broken = defineMonitor({
      name: 'Broken',
      says: '',
      needs: 'nothing',
      layout: 1,
      parameters: {},
      not_used: {},
      start: () => ({ all: [] as number[] }),
      take: (memory, { confidence }) => (memory.all.push(confidence ?? 0), memory.all.length % 2),
      reason: () => '',
    });
    const found = monitorContract.filter((one) => one.broken(broken) !== null).map((one) => one.promise);
    expect(found).toEqual(
      expect.arrayContaining([
        'what lacks what it needs is not counted, and changes nothing else',
        'a change is a drift, said once, and it is over when all is as before',
        'its memory does not grow',
      ]),
    );
  });
});

describe('a monitor by its name', () => {
  it('is suggested where the name or a parameter is nearly right', () => {
    expect(() => monitorKind('EWMAConfidenceMonitr')).toThrow(/did you mean "EWMAConfidenceMonitor"/);
    expect(() => monitorKind('KNNDistanceMonitor').open({ lamda_threshold: 3 })).toThrow(/did you mean "lambda_threshold"/);
    expect(() => monitorKind('NeighborDiversityDriftDetector').open({ k_neighbors: 3, max_mismatched_neighbors_threshold: 2 })).toThrow(/below k_neighbors/);
  });

  it('takes parameters of the original that have no effect, and nulls for what is not given', () => {
    const { state } = monitorKind('KNNDistanceMonitor').open({
      stable_known_classes: ['lego'],
      high_confidence_threshold: 0.75,
      initial_reference_mean: null,
      delta: 2,
    });
    expect(state.parameters).toMatchObject({ delta: 2, initial_reference_mean: 0 });
    expect(state.parameters).not.toHaveProperty('stable_known_classes');
  });

  it('raises a limit that would not keep the promise, says so, and leaves it where no promise is asked for', () => {
    const asked = { delta: 0.05, lambda_param: 10 };
    const kind = monitorKind('PageHinkleyConfidenceMonitor');
    expect(kind.open(asked).note).toMatch(/^the limit is 47\.\d+ in place of 10, so that false alarms are 10000 inferences apart$/);
    expect(kind.open({ ...asked, run_length: 0 }).note).toBeNull();
  });
});

describe('a reason', () => {
  it.each(kinds)('of %s names what changed', (_name, kind) => {
    const monitor = kind.open({}, { score: Array.from({ length: 300 }, (_, i) => (i + 0.5) / 300) });
    const found = contractStream(2400, 2000)
      .map((one) => monitor.update(one))
      .find((notice) => notice?.drift);
    expect(found?.reason).toMatch(/confidence|features|predictions|neighbours|accuracy|score/);
  });
});
