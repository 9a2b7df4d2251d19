// stats/fleet: what becomes of a stream that was found to have changed: it is held, once, until it looks like the reference again.
//
//   none --found--> suspect --windows_to_open windows in a row that look changed--> confirmed
//   suspect, confirmed --windows_to_resolve windows in a row that look like the reference, with evidence for it--> none, and the evidence begins anew
//
// A window looks changed where its counts are likelier under the shares since the onset than under the nearest reference, or speak for some other change
// by themselves, and the effect matters; else it looks like the reference. To be let go, the windows of a row must together be 1,000 times likelier under the
// reference, or leave no change since the onset, for want of an effect that matters or of evidence (of few values, chance alone makes an effect): so a small change, of which each window tells little, is not let go by chance. A window that comes
// late, behind a later one, moves nothing here.
import { foldNews } from '../categories.ts';
import { sumOf } from '../reading.ts';
import type { Share } from '../tests/fisher.ts';
import { effectOf } from './effect.ts';
import type { StreamLaw } from './law.ts';
import { againstTilts, againstUnseen, type Since, type StreamWindow } from './stream.ts';

export type Stage = 'none' | 'suspect' | 'confirmed';
export type HeldFault = 'distribution' | 'missing';

export interface Hold {
  stage: Stage;
  fault: HeldFault;
  /** The onset, as it was known when the change was found. */
  since_ms: number;
  /** Windows in a row, up to the last one, that look changed, and that look like the reference. */
  changed: number;
  clean: number;
  /** log of how much likelier the clean ones are under the reference. */
  back: number;
}

export interface HoldRule {
  /** A smaller change does not matter, whatever the evidence. */
  readonly distance_min: number;
  readonly windows_to_open: number;
  readonly windows_to_resolve: number;
}

export const notHeld = (): Hold => ({ stage: 'none', fault: 'distribution', since_ms: 0, changed: 0, clean: 0, back: 0 });

const back_min = Math.log(1000);
const other_change = Math.log(10);

/** The stream was found to have changed, with this window. */
export function hold(fault: HeldFault, since_ms: number, rule: HoldRule): Hold {
  return { stage: rule.windows_to_open <= 1 ? 'confirmed' : 'suspect', fault, since_ms, changed: 1, clean: 0, back: 0 };
}

/** What a window says to the question of what the stream is held for. */
export interface Look {
  /** log of how much likelier it is under the shares since the onset than under the nearest reference; null where nothing is known since. */
  readonly likelier: number | null;
  /** The effect of the window alone, where it speaks for some change by itself; else 0. */
  readonly other: number;
}

/** A held stream after a window; `look` is from before the window was taken in; `matters` where effect and evidence since the onset, with it, still say so. */
export function heldAfter(held: Hold, { likelier, other }: Look, matters: boolean, rule: HoldRule): Hold {
  if ((likelier !== null && likelier >= 0 && matters) || other > rule.distance_min) {
    const changed = held.changed + 1;
    return { ...held, changed, clean: 0, back: 0, stage: changed >= rule.windows_to_open ? 'confirmed' : held.stage };
  }
  const after = { ...held, changed: 0, clean: held.clean + 1, back: Math.fround(held.back - (likelier ?? 0)) };
  return after.clean >= rule.windows_to_resolve && (after.back >= back_min || !matters) ? notHeld() : after;
}

export function lookAt(law: StreamLaw, since: Since, window: StreamWindow): Look {
  const seen = sumOf(window.counts);
  const missing = missingLikelihood(law, since, window.inferences - seen, seen);
  const values = law.kind === 'values' ? Math.max(againstTilts(law, window.counts), againstUnseen(law, window.counts)) : 0;
  const alone = effectOf(law, { inferences: window.inferences, missing: window.inferences - seen, counts: window.counts });
  const other = Math.max(values > other_change ? alone.values : 0, missing > other_change ? alone.missing : 0);
  const likelier = () => valuesLikelihood(law, since, window.counts) + missing + unseenLikelihood(law, since, window.counts);
  return { likelier: since.windows === 0 ? null : likelier(), other };
}

function valuesLikelihood({ references, bins, block, is_words }: StreamLaw, since: Since, given: readonly number[]): number {
  if (references.length === 0) return 0;
  const [counts, window] = is_words ? [foldNews(since.counts), foldNews(given)] : [since.counts, given];
  const total = sumOf(counts) + bins / 2;
  const against = references.map(({ log_share }) => {
    let sum = 0;
    for (let bin = 0; bin < bins; bin++) if (window[bin]! > 0) sum += window[bin]! * (Math.log((counts[bin]! + 0.5) / total) - log_share[bin]!);
    return sum / block;
  });
  return Math.min(...against);
}

const missingLikelihood = ({ missing_share, block }: StreamLaw, since: Since, hits: number, seen: number): number =>
  shareLikelihood(missing_share, { hits: since.missing, n: since.inferences }, { hits, n: hits + seen }) / block;

const unseenLikelihood = ({ unseen_share, block }: StreamLaw, since: Since, counts: readonly number[]): number =>
  shareLikelihood(unseen_share, { hits: since.counts.at(-1)!, n: sumOf(since.counts) }, { hits: counts.at(-1)!, n: sumOf(counts) }) / block;

/** log of how much likelier the hits of a window are under the share since the onset than under the greatest that is no drift. */
function shareLikelihood(limit: number | null, since: Share, window: Share): number {
  if (limit === null) return 0;
  const { hits, n } = since.n === 0 ? window : since;
  const share = (hits + 0.5) / (n + 1);
  if (share <= limit) return 0;
  return window.hits * Math.log(share / limit) + (window.n - window.hits) * Math.log((1 - share) / (1 - limit));
}
