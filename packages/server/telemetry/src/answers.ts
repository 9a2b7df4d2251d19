// Telemetry: what a model said, joined with the truths that came later, by device and the app's own number. The join is made when somebody asks, so that it does
// not matter which came first, or twice. A number that an app gives again stands for the answer nearest to the time that the truth names; where it names none, for
// the last one before the truth came.
import type { Db } from '@holdfast/postgres';
import { type Predictions, decodePredictions } from '@holdfast/protocol';
import { type ToldTruth, chunksOf, kept_ms, truthsSince } from './answer-table.ts';

export interface AnswerFilter {
  readonly model: string;
  readonly model_version?: number | undefined;
  readonly devices?: readonly string[] | undefined;
  /** Inferred from, up to but not to. */
  readonly from_ms: number;
  readonly to_ms: number;
}

export interface JoinedAnswer {
  readonly device: string;
  readonly reference: number;
  readonly model_version: number;
  readonly at_ms: number;
  /** -1 where the model gives no class. */
  readonly predicted: number;
  /** NaN where it is not known. */
  readonly confidence: number;
  readonly scores: ArrayLike<number>;
  readonly label: number;
}
export interface JoinedAnswers {
  readonly answers: readonly JoinedAnswer[];
  /** Truths of these devices without an answer of any model: it may still come, or was never sent. */
  readonly unmatched: number;
}

const chunks_a_device = 5_000;
/** The clock of a device may be ahead of ours by so much. */
const ahead_ms = 3_600_000;

export async function joinAnswers(db: Db, filter: AnswerFilter, limit: number): Promise<JoinedAnswers> {
  const truths = (await truthsSince(db, filter.from_ms, filter.devices, limit)).filter((truth) => truth.inferred_ms === 0 || truth.inferred_ms < filter.to_ms);
  const answers: JoinedAnswer[] = [];
  let unmatched = 0;
  for (const [device, told] of Map.groupBy(truths, (truth) => truth.device)) {
    const found = await answersOf(db, device, told, filter);
    unmatched += told.length - found.length;
    answers.push(...found.filter((one) => one.is_asked).map(({ is_asked: _is_asked, ...answer }) => answer));
  }
  return { answers, unmatched };
}

type Found = JoinedAnswer & { readonly is_asked: boolean };

/** Of each truth the answer that it is of; `is_asked` where that is one of the filter. */
async function answersOf(db: Db, device: string, told: readonly ToldTruth[], filter: AnswerFilter): Promise<Found[]> {
  const wanted = Map.groupBy(told, (truth) => truth.reference);
  const best = new Map<ToldTruth, { readonly found: Found; readonly apart_ms: number }>();
  for (const chunk of await chunksOf(db, device, filter.from_ms - kept_ms, filter.to_ms, chunks_a_device)) {
    const of = decodePredictions(chunk.body);
    if (!of) continue; // it was read when it came: nothing else is stored
    for (let i = 0; i < of.references.length; i++) {
      const at_ms = of.first_ms + of.offsets_ms[i]!;
      for (const truth of wanted.get(of.references[i]!) ?? []) {
        const apart_ms = Math.abs((truth.inferred_ms || truth.came_ms) - at_ms);
        const is_possible = at_ms <= truth.came_ms + ahead_ms && truth.came_ms - at_ms <= kept_ms;
        if (is_possible && apart_ms < (best.get(truth)?.apart_ms ?? Number.POSITIVE_INFINITY))
          best.set(truth, { apart_ms, found: { ...answerAt(of, i, device, at_ms, truth.label), is_asked: isAsked(chunk, at_ms, filter) } });
      }
    }
  }
  return [...best.values()].map(({ found }) => found);
}

const isAsked = (of: { model: string; model_version: number }, at_ms: number, { model, model_version, from_ms, to_ms }: AnswerFilter): boolean =>
  of.model === model && (model_version === undefined || of.model_version === model_version) && at_ms >= from_ms && at_ms < to_ms;

function answerAt(of: Predictions, i: number, device: string, at_ms: number, label: number): JoinedAnswer {
  return {
    device,
    reference: of.references[i]!,
    model_version: of.model_version,
    at_ms,
    predicted: of.predicted[i]!,
    confidence: of.confidence[i]!,
    scores: of.scores.subarray(i * of.scores_each, (i + 1) * of.scores_each),
    label,
  };
}
