// Telemetry: what a model said, joined with the truths that came later, by device and the app's own number. The join is made when somebody asks, so that it does
// not matter which came first, or twice. A number that an app gives again stands for the answer nearest to the time that the truth names; where it names none, for
// the last one before the truth came.
import type { Db } from '@holdfast/postgres';
import { decodeReferences, decodeSaid } from '@holdfast/protocol';
import { type ChunkHead, type SaidAt, type ToldTruth, chunkHeads, kept_ms, saidAt, truthsSince } from './answer-table.ts';

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
  /** Older truths, or older chunks, were not looked at: there are too many. */
  readonly is_cut: boolean;
}

/** Of one question: about a second of reading. The devices share them. */
const chunks_max = 10_000;
const chunks_a_page = 200;
const answers_a_page = 2_000;
/** The clock of a device may be ahead of ours by so much. */
const ahead_ms = 3_600_000;

export async function joinAnswers(db: Db, filter: AnswerFilter, limit: number): Promise<JoinedAnswers> {
  const came = await truthsSince(db, filter.from_ms, filter.devices, limit);
  const truths = came.filter((truth) => truth.inferred_ms === 0 || truth.inferred_ms < filter.to_ms);
  const answers: JoinedAnswer[] = [];
  const devices = Map.groupBy(truths, (truth) => truth.device);
  let [unmatched, is_cut, chunks_left, devices_left] = [0, came.length >= limit, chunks_max, devices.size];
  for (const [device, told] of devices) {
    const found = await nearestOf(db, device, told, Math.ceil(chunks_left / devices_left--));
    chunks_left -= found.chunks;
    is_cut ||= found.is_cut;
    unmatched += told.length - found.places.size;
    answers.push(
      ...(await readAnswers(
        db,
        device,
        newestTold(found.places).filter(([, place]) => isAsked(place, filter)),
      )),
    );
  }
  return { answers, unmatched, is_cut };
}

/** Where the answer of a truth is. */
interface Place {
  readonly chunk: ChunkHead;
  readonly at_ms: number;
  readonly apart_ms: number;
  readonly said: SaidAt;
}

/** Of each truth the answer that it is of. What cannot be nearer than what is found is not read. */
async function nearestOf(db: Db, device: string, told: readonly ToldTruth[], chunks_most: number) {
  const came = told.map((truth) => truth.came_ms);
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const span = { from_ms: least(came) - kept_ms, to_ms: ahead_ms - least(came.map((at_ms) => -at_ms)) };
  const wanted = Map.groupBy(told, (truth) => truth.reference);
  const places = new Map<ToldTruth, Place>();
  const isNearest = (truth: ToldTruth, last_ms: number) => targetOf(truth) - last_ms >= (places.get(truth)?.apart_ms ?? Number.POSITIVE_INFINITY);
  let [chunks, after]: [number, ChunkHead | undefined] = [0, undefined];
  for (;;) {
    const limit = Math.min(chunks_a_page, chunks_most - chunks);
    if (limit === 0) return { places, chunks, is_cut: true };
    const heads: ChunkHead[] = await chunkHeads(db, device, span, after, limit);
    for (const head of heads) look(head, wanted, places);
    chunks += heads.length;
    const last = heads.at(-1);
    if (heads.length < limit || !last || told.every((truth) => isNearest(truth, last.last_ms))) return { places, chunks, is_cut: false };
    after = last;
  }
}

const targetOf = (truth: ToldTruth): number => truth.inferred_ms || truth.came_ms;

function look(chunk: ChunkHead, wanted: ReadonlyMap<number, ToldTruth[]>, places: Map<ToldTruth, Place>): void {
  const of = decodeReferences(chunk.head);
  if (!of) return; // it was read when it came: nothing else is stored
  for (const [i, reference] of of.references.entries()) {
    const at_ms = of.first_ms + of.offsets_ms[i]!;
    for (const truth of wanted.get(reference) ?? []) {
      const apart_ms = Math.abs(targetOf(truth) - at_ms);
      const is_possible = at_ms <= truth.came_ms + ahead_ms && truth.came_ms - at_ms <= kept_ms;
      if (!is_possible || apart_ms >= (places.get(truth)?.apart_ms ?? Number.POSITIVE_INFINITY)) continue;
      const [{ boot, seq }, { begin, scores_each }] = [chunk, of];
      const scores_bytes = 4 * scores_each;
      const said = { boot, seq, predicted: 1 + begin.predicted + 2 * i, confidence: 1 + begin.confidence + 4 * i, scores: 1 + begin.scores + scores_bytes * i };
      places.set(truth, { chunk, at_ms, apart_ms, said: { ...said, scores_bytes } });
    }
  }
}

/** An answer counts once, whether its truth was told with its time or without: by the last word. */
function newestTold(places: ReadonlyMap<ToldTruth, Place>): (readonly [ToldTruth, Place])[] {
  const oldest_first = [...places].toSorted(([a], [b]) => a.came_ms - b.came_ms);
  return [...new Map(oldest_first.map((one) => [`${one[0].reference} ${Math.round(one[1].at_ms)}`, one])).values()];
}

const isAsked = ({ chunk: of, at_ms }: Place, { model, model_version, from_ms, to_ms }: AnswerFilter): boolean =>
  of.model === model && (model_version === undefined || of.model_version === model_version) && at_ms >= from_ms && at_ms < to_ms;

async function readAnswers(db: Db, device: string, found: readonly (readonly [ToldTruth, Place])[]): Promise<JoinedAnswer[]> {
  const answers: JoinedAnswer[] = [];
  for (let from = 0; from < found.length; from += answers_a_page) {
    const page = found.slice(from, from + answers_a_page);
    const said = await saidAt(db, device, page.map(([, place]) => place.said)); // prettier-ignore
    for (const [i, [{ reference, label }, { chunk, at_ms }]] of page.entries())
      if (said[i]) answers.push({ device, reference, model_version: chunk.model_version, at_ms, ...decodeSaid(said[i]), label });
  }
  return answers;
}
