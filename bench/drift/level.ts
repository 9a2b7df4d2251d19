// bench drift: false alarms beside the level that is stated: between 0.5 and 1.2 times it, but for two standard errors of the simulation. Too few are as wrong
// as too many: a test that is silent finds nothing either.
import { level } from '../../packages/stats/cases/null-rate.ts';
import type { BenchRow } from '../../tests/load/report.ts';

export const [share_min, share_max] = [0.5, 1.2] as const;

/** `share` of `runs` that alarmed. */
export function nearLevel(what: string, share: number, runs: number, note: string): BenchRow {
  const value = share / level;
  const error = 2 * Math.sqrt((1 - level) / (level * runs));
  const [is_silent, is_loud] = [value < share_min - error, value > share_max + error];
  const said = `${is_silent ? 'below 0.5; ' : ''}0.5 to 1.2; ${note}; ${runs} runs, 2 s.e. ${error.toFixed(2)}`;
  return { what, value, unit: 'x level', bar: share_max, ok: !is_silent && !is_loud, note: said };
}

/** Chris Doty-Humphrey's sfc32 (PractRand): 128 bits of state, where 32 are too few for two million draws a run. Numbers in (0, 1). */
export function longUniforms(from: number): () => number {
  let [a, b, c, count] = [0, from, 0, 1];
  const next = () => {
    const out = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    return ((out >>> 0) + 0.5) / 4_294_967_296;
  };
  for (let i = 0; i < 20; i++) next();
  return next;
}
