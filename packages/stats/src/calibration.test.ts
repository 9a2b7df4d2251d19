import { describe, expect, it } from 'vitest';
import { buildProfile } from './build-profile.ts';

const made = (actual: number[], confidence: number[] = [0.5, 0.6, 0.7, 0.8, 0.9, Number.NaN], predicted = [0, 1, 0, 1, 1, 1]) =>
  buildProfile({
    names: ['input.x', 'output.confidence'],
    values: confidence.map((value, i) => Float64Array.of(i, value)),
    predicted,
    actual,
    class_names: ['no', 'yes'],
    bins: 3,
  });

describe('the calibration table of a profile', () => {
  it('counts, by hand, the labelled inferences of each bin of the confidence and those that were right', () => {
    const { calibration, features } = made([0, 0, 0, 1, -1, 1]);
    expect(features[1]!.edges).toEqual([0.6, 0.8]);
    expect(calibration).toEqual({
      edges: [0.6, 0.8],
      counts: [2, 2, 0],
      correct: [1, 2, 0],
      classes: { predicted: [2, 2], actual: [3, 1], correct: [2, 1] },
    });
  });

  it('is absent without labels, and where no row has label, class and confidence at once', () => {
    expect(made([-1, -1, -1, -1, -1, 1]).calibration).toBeUndefined();
    expect(made([0, 0, 0, 1, 1, 1], undefined, [-1, 9, -1, -1, -1, 0]).calibration).toBeUndefined();
    const { actual: _actual, ...unlabelled } = { names: ['output.confidence'], values: [Float64Array.of(1)], predicted: [0], class_names: ['a'], actual: [0] };
    expect(buildProfile(unlabelled).calibration).toBeUndefined();
    expect(buildProfile({ ...unlabelled, names: ['input.x'], actual: [0] }).calibration).toBeUndefined();
  });

  it('refuses labels that are not one an inference', () => {
    expect(() => made([0, 1])).toThrow(expect.objectContaining({ code: 'HF-STAT-001' }));
  });
});
