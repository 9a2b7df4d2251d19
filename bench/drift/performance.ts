// bench drift, part performance: accuracy without labels, from the 32 bins that a device counts, beside isotonic calibration of every labelled row, as
// mean absolute error over windows whose truth is known; how often the band holds it; and how many windows 200 labels find in which a share of the truths is turned.
import { estimateAccuracy, labelsToAsk, settle } from '@holdfast/stats';
import { isotonic } from '../../packages/stats/src/performance/isotonic.ts';
import { type Answer, draws, reading, tableOf } from '../../packages/stats/cases/scored-stream.ts';
import type { BenchRow } from '../../tests/load/report.ts';

const reference_rows = 20_000;
const windows = 500;
const window_rows = 1_000;

const scenes = [
  { name: 'no shift', law: {} },
  { name: 'inputs moved by 1 sd', law: { shift: 1 } },
  { name: 'inputs half as wide', law: { scale: 0.5 } },
  { name: 'inputs twice as wide', law: { scale: 2 } },
] as const;

export function performanceRows(): BenchRow[] {
  const reference = draws(1, reference_rows);
  const table = tableOf(reference);
  const full = fullCalibration(reference);
  const of = `seeds from 10,000, ${windows} windows of ${window_rows} answers, reference of ${reference_rows} (seed 1)`;
  const rows = scenes.flatMap(({ name, law }, scene) => {
    let [ours, theirs, held] = [0, 0, 0];
    for (let window = 0; window < windows; window++) {
      const answers = draws(10_000 + scene * windows + window, window_rows, law);
      const { counts, right } = reading(table, answers);
      const { accuracy, low, high } = estimateAccuracy([{ table, counts }]);
      ours += Math.abs(accuracy - right) / windows;
      theirs += Math.abs(full(answers) - right) / windows;
      held += Number(low <= right && right <= high) / windows;
    }
    const value = ours - theirs;
    const note = `mean absolute error ${ours.toFixed(4)} and ${theirs.toFixed(4)}; ${of}`;
    const what = `accuracy without labels, ${name}: 32 bins less full isotonic`;
    return [{ what, value, unit: '', bar: 0.001, ok: Math.abs(value) <= 0.001, note }, bandRow(name, held, of)];
  });
  return [...rows, ...conceptRows(reference)];
}

const band = 0.95;

function bandRow(name: string, held: number, of: string): BenchRow {
  const error = twoErrors(band);
  const note = `less two standard errors of ${error.toFixed(3)}; ${of}`;
  return {
    what: `accuracy without labels, ${name}: windows whose truth the 95 % band holds`,
    value: held,
    unit: 'share',
    bar: band,
    ok: held >= band - error,
    note,
  };
}

const twoErrors = (share: number): number => 2 * Math.sqrt((share * (1 - share)) / windows);

/** Right or wrong against confidence, row by row: what libraries on servers do. */
function fullCalibration(reference: readonly Answer[]): (answers: readonly Answer[]) => number {
  const sorted = reference.toSorted((a, b) => a.confidence - b.confidence);
  const confidence = Float64Array.from(sorted, (one) => one.confidence);
  const fitted = isotonic(Float64Array.from(sorted, (one) => Number(one.is_right)), Float64Array.from(sorted, () => 1)); // prettier-ignore
  const rightAt = (value: number) => {
    let [low, high] = [0, confidence.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (confidence[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return fitted[low]!;
  };
  return (answers) => answers.reduce((sum, one) => sum + rightAt(one.confidence), 0) / answers.length;
}

const concept_level = 0.01;

function conceptRows(reference: readonly Answer[]): BenchRow[] {
  const table = tableOf(reference);
  let [found, false_alarms, blind] = [0, 0, 0];
  for (let window = 0; window < windows; window++) {
    const turned = reading(table, draws(50_000 + window, 2_000, { flip: 0.15 }));
    const steady = reading(table, draws(60_000 + window, 2_000));
    const p_of = (of: typeof turned) => settle(table, of.labelled(labelsToAsk(table, of.counts))).p_value;
    found += Number(p_of(turned) < concept_level) / windows;
    false_alarms += Number(p_of(steady) < concept_level) / windows;
    blind += Math.abs(estimateAccuracy([{ table, counts: turned.counts }]).accuracy - turned.right) / windows;
  }
  const of = `${windows} windows of 2,000, seeds from 50,000`;
  const note = `at p 0.01; the estimate alone is off by ${blind.toFixed(3)} and says nothing; ${of}`;
  const error = twoErrors(concept_level);
  const said = `and two standard errors of ${error.toFixed(3)}; ${of}`;
  const steady_what = 'nothing turned: windows that 200 labels take for turned, at p 0.01';
  return [
    { what: '15 % of the truths turned: windows found by 200 labels', value: found, unit: 'share', bar: null, ok: true, note },
    { what: steady_what, value: false_alarms, unit: 'share', bar: concept_level, ok: false_alarms <= concept_level + error, note: said },
  ];
}
