import { describe, expect, it } from 'vitest';
import { contractStream } from './contract.ts';
import { type MonitorPlan, checkPlan, parsePlan } from './monitor-plan.ts';
import { MonitorSet } from './monitor-set.ts';

const text = (monitors: unknown, v: unknown = 1) => JSON.stringify({ v, monitors });
const ks = { monitor: 'KSTest', parameters: { check_frequency: 50 }, reference: { score: [0.1, 0.5, 0.9, 0.4, 0.6] } };
const uneven = (i: number) => Math.abs(Math.sin(i + 1));
/** 1,000 features, and 100 outputs whose text is long. */
const vast = (i: number) => ({
  features: Float32Array.from({ length: 1000 }, (_, j) => uneven(i * 1000 + j)),
  outputs: Object.fromEntries(Array.from({ length: 100 }, (_, j) => [`output ${j}`, uneven(i * 100 + j)])),
});

describe('a plan of monitors', () => {
  it('is what was checked, read again', () => {
    const plan = checkPlan([ks, { monitor: 'EWMAConfidenceMonitor', parameters: { lambda_param: 0.2 } }]);
    expect(parsePlan(JSON.stringify(plan))).toEqual(plan);
  });

  it('keeps at most 2,000 values of a feature, of its whole list', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => i);
    const [first] = checkPlan([{ ...ks, reference: { score: values } }]).monitors;
    expect(first!.reference!['score']).toHaveLength(2000);
    expect(first!.reference!['score']!.at(-1)).toBe(9995);
  });

  it('may leave out parameters, or say that there are none', () => {
    const { parameters: _none, ...bare } = ks;
    for (const one of [bare, { ...ks, parameters: null }]) expect(checkPlan([one]).monitors[0]!.parameters).toEqual({});
  });

  it('keeps no more numbers than a device has room for: at the limit, what was learned fits its file', () => {
    const wide = { ...ks, reference: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`output ${i}`, [0, 1]])) };
    const knn = { monitor: 'KNNDistanceMonitor', parameters: { max_samples: 400, max_features: 1000 } };
    expect(() => checkPlan(Array.from({ length: 6 }, () => wide))).toThrow(/600000 numbers, expected at most 500000/);
    expect(() => checkPlan([knn, wide, wide])).toThrow(/600000 numbers/);
    const set = new MonitorSet(checkPlan([knn, { ...wide, parameters: { check_frequency: 1_000_000 } }]));
    for (let i = 0; i < 1010; i++) set.update(vast(i));
    const size_bytes = JSON.stringify(set.states).length;
    expect(size_bytes).toBeGreaterThan(8_000_000);
    expect(size_bytes).toBeLessThan(16_777_216);
  });

  it.each([
    ['{', /as a whole: saw/],
    [text([]), /0 monitors/],
    [text([ks], 2), /expected \{"v": 1/],
    [text([{ monitor: 7 }]), /monitor 1: saw/],
    [text([{ monitor: 'KSTst' }]), /did you mean "KSTest"/],
    [text([{ ...ks, parameters: { treshold: 0.1 } }]), /monitor 1, KSTest: .*did you mean "threshold"/],
    [text([{ ...ks, parameters: { threshold: 1 } }]), /threshold = 1, expected a number from/],
    [text([{ ...ks, reference: {} }]), /a reference of 0 features/],
    [text([{ ...ks, reference: { score: [] } }]), /"score": saw 0 values, 0 of them numbers/],
    [text([{ ...ks, reference: { score: [0.5] } }]), /1 values, 1 of them numbers, expected at least 2/],
    [text([{ ...ks, reference: { score: [null, null, null] } }]), /3 values, 0 of them numbers/],
    [text(Array.from({ length: 21 }, () => ks)), /21 monitors/],
  ])('that is not one is refused by its place: %s', (bad, says) => {
    expect(() => parsePlan(bad)).toThrow(says);
  });
});

describe('a set of monitors', () => {
  const plan: MonitorPlan = checkPlan([
    { monitor: 'EWMAFeatureMonitor', parameters: {} },
    { monitor: 'EWMAFeatureMonitor', parameters: { feature_statistic_fn: 'norm' } },
    ks,
  ]);

  it('says what each found by its name, and goes on from its states', () => {
    const set = new MonitorSet(plan);
    for (const one of contractStream(700, 700)) set.update(one);
    const resumed = new MonitorSet(plan, JSON.parse(JSON.stringify(set.states)) as typeof set.states);
    const after = contractStream(900, 0);
    const said = after.flatMap((one) => set.update(one).map((notice) => notice.monitor));
    expect(after.flatMap((one) => resumed.update(one).map((notice) => notice.monitor))).toEqual(said);
    expect(said).toEqual(expect.arrayContaining(['EWMAFeatureMonitor', 'EWMAFeatureMonitor 2', 'KSTest']));
    expect(set.drifting).toEqual(expect.arrayContaining(['EWMAFeatureMonitor']));
  });

  it('refuses states of another plan', () => {
    const { states } = new MonitorSet(plan);
    expect(() => new MonitorSet(plan, states.slice(1))).toThrow(/states of 2 monitors, expected of 3/);
    expect(() => new MonitorSet(plan, [states[2]!, states[1]!, states[0]!])).toThrow(/expected version 1 of/);
  });
});
