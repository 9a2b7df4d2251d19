// Routes of performance: how good a model is over a time, by labels and without.
import { Type } from 'typebox';
import { route } from './route.ts';
import { Id, Nullable, Time, byModelName, closed } from './shapes.ts';

const Estimate = Type.Object(
  { n: Type.Integer(), accuracy: Type.Number(), low: Type.Number(), high: Type.Number() },
  { description: 'from confidence alone, with its 95 % band; blind to concept drift' },
);
/** One of ten equal bins of confidence. */
export const ReliabilityView = Type.Object({
  from: Type.Number(),
  to: Type.Number(),
  answers: Type.Integer(),
  right: Type.Integer(),
  confidence: Type.Number({ description: 'mean of these answers' }),
});
const Labelled = Type.Object({
  labels: Type.Integer(),
  accuracy: Type.Number(),
  accuracy_low: Type.Number({ description: 'of the 95 % band (Wilson)' }),
  accuracy_high: Type.Number(),
  f1_macro: Type.Number(),
  auroc: Nullable(Type.Number({ description: 'null where the answers carry no score for each class' })),
  log_loss: Nullable(Type.Number()),
  calibration_error: Nullable(Type.Number({ description: 'expected calibration error, ten bins' })),
  reliability: Type.Array(ReliabilityView, { description: 'how often right at which confidence; bins without an answer are left out' }),
  by_class: Type.Array(Type.Object({ class: Type.Integer(), actual: Type.Integer(), predicted: Type.Integer(), right: Type.Integer(), f1: Type.Number() })),
});
const segment = {
  windows: Type.Integer(),
  inferences: Type.Integer(),
  estimated: Nullable(Estimate),
  reference_accuracy: Nullable(Type.Number({ description: 'on the labelled rows that the estimate stands on' })),
  labelled: Nullable(Labelled),
  regression: Nullable(
    Type.Object(
      {
        labels: Type.Integer(),
        mae: Type.Number(),
        rmse: Type.Number(),
        r2: Nullable(Type.Number()),
        bias: Type.Number({ description: 'mean of what was said less what is true' }),
      },
      { description: 'of answers that are a value and no class' },
    ),
  ),
};

export const performanceRoutes = {
  answerLabel: route({
    method: 'POST',
    path: '/api/v1/labels',
    access: 'editor',
    summary: 'Say what is true of answers of devices, up to 30 days later; the answer may come after its truth',
    body: Type.Object(
      {
        labels: Type.Array(
          Type.Object(
            {
              device: Id,
              reference: Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: "the app's own number of the inference" }),
              label: Type.Number({ description: 'the index of the class, or the value' }),
              at_ms: Type.Optional(Type.Number({ minimum: 1, maximum: 8.64e15, description: 'when it was inferred, where an app gives a number again' })),
            },
            closed,
          ),
          { minItems: 1, maxItems: 10_000 },
        ),
      },
      closed,
    ),
    reply: Type.Object({ taken: Type.Integer() }),
  }),
  modelPerformance: route({
    method: 'GET',
    path: '/api/v1/models/:name/performance',
    access: 'viewer',
    on: 'model',
    summary: 'How good a model is over a time: by labels, without labels, by device, version, hardware or label of devices, and which labels would settle it',
    params: byModelName,
    query: Type.Object(
      {
        model_version: Type.Optional(Type.Integer({ minimum: 1 })),
        device: Type.Optional(Id),
        from_ms: Type.Optional(Type.Number({ description: 'when the first window ends; default: 30 days before to_ms' })),
        to_ms: Type.Optional(Type.Number({ description: 'before which the last window ends; default: now' })),
        by: Type.Optional(
          Type.String({
            pattern: '^(device|model_version|(label|hardware):.{1,100})$',
            description: 'device, model_version, a fact of machines such as hardware:machine, or a label of devices such as label:site',
          }),
        ),
      },
      closed,
    ),
    reply: Type.Object({
      model: Type.String(),
      from_ms: Time,
      to_ms: Time,
      class_names: Type.Array(Type.String()),
      ...segment,
      says: Type.Array(Type.String(), { description: 'what these numbers mean and what they cannot tell, in sentences' }),
      settled: Nullable(
        Type.Object(
          { labels: Type.Integer(), right: Type.Integer(), expected: Type.Number(), p_value: Type.Number() },
          { description: 'whether the labels agree with the estimate; a small p-value is concept drift' },
        ),
      ),
      ask: Type.Array(Type.Integer(), { description: 'samples whose labels would settle it' }),
      cuts: Type.Array(Type.String(), {
        description: 'what `by` may be here: device, model_version, and the facts and labels that the devices say of themselves',
      }),
      segments: Type.Array(Type.Object({ segment: Type.String(), name: Type.String(), ...segment })),
      unmatched: Type.Integer({ description: 'truths of these devices that no answer came for: it may still come, or was never sent' }),
      left_out: Type.Object(
        {
          answers: Type.Boolean({ description: 'whether there are more labelled answers than are read at once' }),
          segments: Type.Integer(),
          outside: Type.Integer({ description: 'windows and answers of devices beyond those that are told apart: they are in no segment, and among all' }),
          cuts: Type.Integer(),
        },
        { description: 'what is not in this answer because there is too much of it' },
      ),
    }),
  }),
};
