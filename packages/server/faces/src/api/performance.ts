// Handlers of performance: numbers of the room, and what they mean in sentences.
import { failure } from '@holdfast/base';
import type { Performance, SegmentKeys, SegmentPerformance } from '@holdfast/monitors';
import { fact_names } from '@holdfast/protocol/hardware';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';

const usual_ms = 30 * 86_400_000;
const longest_ms = 366 * 86_400_000;
/** A disagreement that chance alone makes once in a hundred looks. */
const disagrees_at = 0.01;
const cuts_max = 50;
/** They change while a device runs: no kind of device. */
const passing_facts = new Set(['thermal_state', 'temperature_c']);

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
      const known = await fleet.devices();
      const found = await monitors.performance({ model, model_version, devices, from_ms, to_ms, segment: segmentBy(by, known) });
      const names = new Map(by === 'device' ? (await fleet.byId(found.segments.map((one) => one.segment!))).map((row) => [row.id, row.name]) : []);
      const { segment: _segment, settled, ask, segments, class_names, left_out, unmatched, ...whole } = found;
      return {
        model,
        from_ms,
        to_ms,
        class_names: [...class_names],
        ...partView(whole),
        says: sayings(found),
        settled: settled && { ...settled },
        ask: [...ask],
        cuts: cutsOf(known),
        segments: segments.map(({ segment, ...rest }) => ({ segment: segment!, name: names.get(segment!) ?? segment!, ...partView(rest) })),
        unmatched,
        left_out: { ...left_out },
      };
    },
  } satisfies Partial<Handlers>;
}

type Devices = Awaited<ReturnType<FaceOptions['rooms']['fleet']['devices']>>;

/** Of a label or a fact: its value; devices without it, and removed ones, are one segment. */
function segmentBy(by: string | undefined, devices: Devices): ((of: SegmentKeys) => string) | undefined {
  if (by === undefined) return undefined;
  if (by === 'device') return ({ device }) => device;
  if (by === 'model_version') return ({ model_version }) => String(model_version);
  const [kind, key] = [by.slice(0, by.indexOf(':')), by.slice(by.indexOf(':') + 1)];
  const values = new Map(devices.map((row) => [row.id, kind === 'label' ? row.labels[key] : factsOf(row)[key]]));
  return ({ device }) => values.get(device) ?? `no ${key}`;
}

const factsOf = ({ reported }: Devices[number]): Readonly<Record<string, string>> => reported?.hardware ?? {};

/** What performance may be cut by: facts first, in their order, then labels. */
function cutsOf(devices: Devices): string[] {
  const said = new Set(devices.flatMap((row) => Object.keys(factsOf(row))));
  const facts = fact_names.filter((name) => said.has(name) && !passing_facts.has(name)).map((name) => `hardware:${name}`);
  const labels = [...new Set(devices.flatMap((row) => Object.keys(row.labels)))].toSorted().map((name) => `label:${name}`);
  return ['device', 'model_version', ...facts, ...labels].slice(0, cuts_max);
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
