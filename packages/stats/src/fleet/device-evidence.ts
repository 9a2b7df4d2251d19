// stats/fleet: the evidence of one device under one profile: a stream for each feature and one for the classes, each with what it is held for.
// Two steps a window: `merge` takes its counts in, `settle` decides, once the threshold over all devices is known (discoveries.ts).
import type { ReferenceProfile } from '../profile.ts';
import { type Moments, emptyMoments } from '../sketches/moments.ts';
import { effectOf } from './effect.ts';
import type { FaultySample } from './fault-signature.ts';
import { type HeldFault, type Hold, type HoldRule, type Look, heldAfter, hold, lookAt, notHeld } from './hold.ts';
import { type StreamLaw, classLaw, featureLaw } from './law.ts';
import { type Since, type StreamState, type StreamWindow, addToStream, againstTilts, againstUnseen, emptyStream, evidenceOf } from './stream.ts';

/** What windows are held against: the features of a profile in their order, then the classes. */
export type ProfileLaw = readonly StreamLaw[];

export const profileLaw = ({ features, classes, n, tolerance }: ReferenceProfile): ProfileLaw => [
  ...features.map((feature) => featureLaw(feature, tolerance)),
  classLaw(classes, n, tolerance),
];

export interface Stream {
  state: StreamState;
  held: Hold;
  /** Windows that began before this are not taken in: the stream was let go since. */
  anew_ms: number;
}

export interface EvidenceWindow {
  readonly from_ms: number;
  readonly to_ms: number;
  readonly inferences: number;
  readonly features: readonly { readonly name: string; readonly counts: readonly number[]; readonly moments: Readonly<Moments> }[];
  readonly classes: readonly number[];
}

/** How a stream stands after a window. */
export interface StreamReading {
  readonly name: string;
  /** log10 of the e-value: 3 is a thousand to one. */
  readonly evidence: number;
  readonly held: Readonly<Hold>;
  /** Of the counts since the onset. */
  readonly effect: number;
  readonly since: Readonly<Since>;
  /** What shows the fault best, where it is held: the window alone where it speaks for a change by itself, else all since the onset. */
  readonly sample: FaultySample | null;
}

const clear = Math.log(1000);
/** Ten to one: less is chance. */
const evidence_min = Math.log(10);

export class DeviceEvidence {
  readonly law: ProfileLaw;
  readonly streams: Stream[];
  /** What the window that was merged last says of held streams; null for others, and where it was not taken in. */
  #looks: (Look | null)[] = [];
  #parts: (StreamWindow | null)[] = [];
  #last_to_ms = 0;

  constructor(law: ProfileLaw, streams: Stream[] = law.map((one) => ({ state: emptyStream(one), held: notHeld(), anew_ms: Number.NEGATIVE_INFINITY }))) {
    this.law = law;
    this.streams = streams;
  }

  /** Takes a window in; `in_order` where none that came before it is later. */
  merge(window: EvidenceWindow, in_order: boolean): void {
    const by_name = new Map(window.features.map((feature) => [feature.name, feature]));
    this.#last_to_ms = window.to_ms;
    this.#parts = this.streams.map((stream, i) => (window.from_ms < stream.anew_ms ? null : partOf(this.law[i]!, window, by_name)));
    this.#looks = this.streams.map((stream, i) => {
      const part = this.#parts[i];
      if (!part) return null;
      const look = stream.held.stage !== 'none' && in_order ? lookAt(this.law[i]!, stream.state.since, part) : null;
      addToStream(stream.state, this.law[i]!, part);
      return look;
    });
  }

  /** log e of each stream. */
  logE(): Float32Array {
    return Float32Array.from(this.streams, ({ state }) => evidenceOf(state).stream);
  }

  /** True where a stream that is not held has at least so much evidence. */
  reaches(log_e: number): boolean {
    return this.streams.some(({ state, held }) => held.stage === 'none' && evidenceOf(state).stream >= log_e);
  }

  /** Holds what reaches the evidence that is needed of it with an effect that matters, and lets go what looks like the reference again. */
  settle(needed: (stream: string) => number, rule: HoldRule): StreamReading[] {
    return this.streams.map((stream, i) => {
      const law = this.law[i]!;
      const look = this.#looks[i];
      if (stream.held.stage === 'none') this.#find(stream, law, needed(law.name), rule);
      else if (look) this.#step(stream, law, look, rule);
      const { state, held } = stream;
      const effect = held.stage === 'none' ? 0 : effectOf(law, state.since)[held.fault === 'missing' ? 'missing' : 'values'];
      const sample = held.stage === 'none' ? null : sampleOf(law, state.since, this.#parts[i] ?? null);
      return { name: law.name, evidence: evidenceOf(state).stream / Math.LN10, held, effect, since: state.since, sample };
    });
  }

  #find(stream: Stream, law: StreamLaw, log_e: number, rule: HoldRule): void {
    const fault = faultOf(stream.state, law, log_e, rule.distance_min);
    if (fault) stream.held = hold(fault, stream.state.since.from_ms ?? this.#last_to_ms, rule);
  }

  #step(stream: Stream, law: StreamLaw, look: Look, rule: HoldRule): void {
    const effect = effectOf(law, stream.state.since);
    const matters = Math.max(effect.values, effect.missing) > rule.distance_min && evidenceOf(stream.state).stream > evidence_min;
    stream.held = heldAfter(stream.held, look, matters, rule);
    if (stream.held.stage !== 'none') return;
    stream.state = emptyStream(law);
    stream.anew_ms = this.#last_to_ms;
  }

  /** The evidence begins anew, for a later time or on another profile; what is held stays so until its windows look like the reference. */
  anew(law: ProfileLaw): DeviceEvidence {
    const held = new Map(this.streams.map((stream, i) => [this.law[i]!.name, stream]));
    return new DeviceEvidence(
      law,
      law.map((one) => ({
        state: emptyStream(one),
        held: held.get(one.name)?.held ?? notHeld(),
        anew_ms: held.get(one.name)?.anew_ms ?? Number.NEGATIVE_INFINITY,
      })),
    );
  }
}

/** What the window has of a stream; null where it cannot be compared. A feature that it lacks is missing in all its inferences. */
function partOf(law: StreamLaw, window: EvidenceWindow, by_name: ReadonlyMap<string, EvidenceWindow['features'][number]>): StreamWindow | null {
  const { from_ms, inferences } = window;
  const feature = by_name.get(law.name);
  const counts = law.kind === 'classes' ? window.classes : (feature?.counts ?? Array.from({ length: law.bins }, () => 0));
  const seen = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length !== law.bins || !(seen <= inferences)) return null;
  if (law.kind === 'classes' && seen === 0) return null; // an app need not log a class
  return { from_ms, inferences, counts, moments: (law.kind === 'values' && feature?.moments) || emptyMoments() };
}

function sampleOf(law: StreamLaw, since: Since, part: StreamWindow | null): FaultySample {
  return part && law.kind === 'values' && Math.max(againstTilts(law, part.counts), againstUnseen(law, part.counts)) > clear ? part : since;
}

/** Of two things that may be wrong, the one with the stronger effect among those with the evidence and an effect that matters. */
function faultOf(state: StreamState, law: StreamLaw, log_e: number, distance_min: number): HeldFault | null {
  const evidence = evidenceOf(state);
  if (!(evidence.stream >= log_e)) return null;
  const effect = effectOf(law, state.since);
  const needed = log_e - Math.LN2; // of two that reach a sum together, the greater has half of it
  const holds = { values: evidence.values >= needed && effect.values > distance_min, missing: evidence.missing >= needed && effect.missing > distance_min };
  if (holds.missing && !(holds.values && effect.values > effect.missing)) return 'missing';
  return holds.values ? 'distribution' : null;
}
