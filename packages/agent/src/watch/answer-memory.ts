// agent/watch: what the model said lately, so that labels that come later can be held against it: by the app's number of the inference, the newest of a number. Two
// lists of bounded length: the last answers, and the last of those of which a sample was kept, for people label these days later. An answer is taken once.
const each_max = 2_000;
/** A label that names a time is of an answer of about that time: an app may count its inferences anew. Clocks are corrected, by less than this. */
const apart_ms_max = 86_400_000;

interface Answer {
  readonly predicted: number;
  readonly at_ms: number;
}
/** Number, class and time, in turn. */
export interface AnswerState {
  readonly recent: readonly number[];
  readonly kept: readonly number[];
}

export class AnswerMemory {
  readonly #recent: Map<number, Answer>;
  readonly #kept: Map<number, Answer>;

  constructor({ recent, kept }: AnswerState = { recent: [], kept: [] }) {
    this.#recent = answersIn(recent);
    this.#kept = answersIn(kept);
  }

  add(reference: number, predicted: number, at_ms: number): void {
    this.#kept.delete(reference);
    put(this.#recent, reference, { predicted, at_ms });
  }

  /** People may label it much later. */
  keep(reference: number): void {
    const answer = this.#recent.get(reference);
    if (answer) put(this.#kept, reference, answer);
  }

  forget(reference: number): void {
    this.#recent.delete(reference);
    this.#kept.delete(reference);
  }

  /** The class that was said, and forgotten with it; null where nothing is known of such an answer. `at_ms` 0: the label names no time. */
  take(reference: number, at_ms: number): number | null {
    const answer = this.#recent.get(reference) ?? this.#kept.get(reference);
    if (!answer || (at_ms > 0 && Math.abs(answer.at_ms - at_ms) > apart_ms_max)) return null;
    this.forget(reference);
    return answer.predicted;
  }

  get state(): AnswerState {
    return { recent: numbersOf(this.#recent), kept: numbersOf(this.#kept) };
  }
}

/** The oldest goes. */
function put(answers: Map<number, Answer>, reference: number, answer: Answer): void {
  answers.delete(reference);
  answers.set(reference, answer);
  if (answers.size > each_max) answers.delete(answers.keys().next().value!);
}

const numbersOf = (answers: ReadonlyMap<number, Answer>): number[] =>
  [...answers].flatMap(([reference, { predicted, at_ms }]) => [reference, predicted, at_ms]);

function answersIn(numbers: readonly number[]): Map<number, Answer> {
  const answers = new Map<number, Answer>();
  for (let i = 0; i + 2 < numbers.length; i += 3) answers.set(numbers[i]!, { predicted: numbers[i + 1]!, at_ms: numbers[i + 2]! });
  return answers;
}
