// Handlers of performance: numbers of the room, and what they mean in sentences.
import { failure } from '@holdfast/base';
import type { Word } from '@holdfast/fleet';
import type { Performance, SegmentPerformance } from '@holdfast/monitors';
import { lasting_fact_names } from '@holdfast/protocol/hardware';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';

const usual_ms = 30 * 86_400_000;
const longest_ms = 366 * 86_400_000;
/** A disagreement that chance alone makes once in a hundred looks. */
const disagrees_at = 0.01;
const cuts_max = 50;

export function performanceHandlers({ rooms: { monitors, fleet, registry, telemetry, clock } }: FaceOptions) {
  return {
    answerLabel: async ({ body: { labels }, by }) => {
      const ids = new Map<string, string>();
      for (const name of new Set(labels.map((one) => one.device))) ids.set(name, (await fleet.device(name)).id);
      await telemetry.tell(labels.map(({ device, reference, label, at_ms = 0 }) => ({ device: ids.get(device)!, reference, label, inferred_ms: at_ms })), by); // prettier-ignore
      return { taken: labels.length };
    },
    modelPerformance: async ({ params: { name: model }, query }) => {
      await registry.model(model);
      const { model_version, device, by, to_ms = clock.wall_ms() } = query;
      const { from_ms = to_ms - usual_ms } = query;
      const length = to_ms - from_ms;
      if (!(length > 0 && length <= longest_ms))
        throw failure('HF-REQ-001', { where: 'query/from_ms', saw: `${length} ms up to to_ms`, expected: `more than 0, at most ${longest_ms}` });
      const devices = device === undefined ? undefined : [(await fleet.device(device)).id];
      const found = await monitors.performance({ model, model_version, devices, from_ms, to_ms }, by);
      const names = new Map(by === 'device' ? (await fleet.byId(found.segments.map((one) => one.segment!))).map((row) => [row.id, row.name]) : []);
      const cuts = cutsOf(await fleet.words());
      const { segment: _segment, settled, ask, segments, class_names, unmatched, left_out: missing, ...whole } = found;
      const left_out = { ...missing, cuts: Math.max(0, cuts.length - cuts_max) };
      return {
        model,
        from_ms,
        to_ms,
        class_names: [...class_names],
        ...partView(whole),
        says: [...sayings(found), ...leftOutSayings(left_out, segments.length)],
        settled: settled && { ...settled },
        ask: [...ask],
        cuts: cuts.slice(0, cuts_max),
        segments: segments.map(({ segment, ...rest }) => ({ segment: segment!, name: names.get(segment!) ?? segment!, ...partView(rest) })),
        unmatched,
        left_out,
      };
    },
  } satisfies Partial<Handlers>;
}

/** What performance may be cut by: facts first, in their order, then labels. */
function cutsOf(words: readonly Word[]): string[] {
  const said = new Set(words.filter(({ kind }) => kind === 'hardware').map(({ name }) => name));
  const facts = lasting_fact_names.filter((name) => said.has(name)).map((name) => `hardware:${name}`);
  const labels = words.filter(({ kind }) => kind === 'label').map(({ name }) => `label:${name}`);
  return ['device', 'model_version', ...facts, ...labels.toSorted()];
}

function leftOutSayings({ answers, segments, outside, cuts }: Performance['left_out'] & { readonly cuts: number }, shown: number): string[] {
  return [
    ...(answers
      ? ['Not every labelled answer of this time is among these: there are more than are read at once. A shorter time, or one device, has fewer.']
      : []),
    ...(segments > 0 ? [`${shown} of ${shown + segments} segments are shown, those with most inferences.`] : []),
    ...(outside > 0 ? [`${outside} windows and answers are in no segment: they are of more devices than are told apart at once. They count among all.`] : []),
    ...(cuts > 0 ? [`${cuts_max} of ${cuts_max + cuts} words that performance may be cut by are listed; any other may be asked for by its name.`] : []),
  ];
}

function partView({ estimated, labelled, regression, ...rest }: Omit<SegmentPerformance, 'segment'>) {
  return {
    ...rest,
    estimated: estimated && { ...estimated },
    regression: regression && { ...regression },
    labelled: labelled && {
      ...labelled,
      reliability: labelled.reliability.map((one) => ({ ...one })),
      by_class: labelled.by_class.map((one) => ({ ...one })),
    },
  };
}

const numberText = (value: number): string => String(Number(value.toPrecision(4)));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function sayings({ inferences, estimated, reference_accuracy, labelled, regression, settled, ask, unmatched }: Performance): string[] {
  const said: string[] = [];
  if (inferences === 0 && labelled === null && regression === null) return ['No window of this model closed in this time, and no label came for it.'];
  if (estimated === null)
    said.push('Without labels nothing is known: the reference profile has no calibration table. It gets one where the profile is made with true classes.');
  else {
    const { accuracy, low, high, n } = estimated;
    said.push(
      `By the confidence of ${n} answers alone, ${percent(accuracy)} of them are right (95 % band ${percent(low)} to ${percent(high)}); on the reference it was ${percent(reference_accuracy!)}.`,
      'This is blind to concept drift: where the same inputs mean something else by now, the model is as sure as before. Only labels show that.',
    );
  }
  if (labelled !== null)
    said.push(
      `Of ${labelled.labels} labelled answers ${percent(labelled.accuracy)} are right (95 % band ${percent(labelled.accuracy_low)} to ${percent(labelled.accuracy_high)}). Devices keep more images where they look drifted, and more answers that the model is not sure of where quarantine is on: labels of those are no fair draw of all answers.`,
    );
  if (regression !== null)
    said.push(
      `Over ${regression.labels} answers whose value is known: mean absolute error ${numberText(regression.mae)}, root mean square ${numberText(regression.rmse)}, ${regression.r2 === null ? '' : `R2 ${numberText(regression.r2)}, `}bias ${numberText(regression.bias)}.`,
    );
  if (unmatched > 0) said.push(`${unmatched} truths have no answer yet: it may still come, or this device sends no predictions (holdfast device capture).`);
  if (settled !== null) said.push(settledSaying(settled));
  if (ask.length > 0) said.push(`Labels of these ${ask.length} samples would say most about it: some from each confidence.`);
  return said;
}

function settledSaying({ labels, right, expected, p_value }: NonNullable<Performance['settled']>): string {
  const counts = `${right} of ${labels} labelled answers are right where ${expected.toFixed(1)} would be by their confidence`;
  if (!(p_value < disagrees_at)) return `The labels agree with the estimate so far: ${counts} (p ${p_value.toPrecision(2)}).`;
  const way = right < expected ? 'the estimate is too good: this looks like concept drift' : 'the estimate is too bad';
  return `The labels disagree with the estimate: ${counts} (p ${p_value.toPrecision(2)}); ${way}. Believe the labels.`;
}
