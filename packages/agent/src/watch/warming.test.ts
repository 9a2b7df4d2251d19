import { type Dirent, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { categoryCode, pairName, parseProfile } from '@holdfast/stats';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import { EvidenceFile } from './evidence-file.ts';
import { WarmUpFile } from './warm-up-file.ts';
import type { WatchedBundle } from './watched-bundle.ts';
import { type ClosedWindow, Watcher } from './watcher.ts';
import { WindowFile } from './window-file.ts';

const folderOf = temporaryFolders();
const bundle: WatchedBundle = { bundle: 'd'.repeat(64), model: 'm', model_version: 1, warms_up: true, watched: null };
const names = { inputs: ['a', 'b', 'colour'], outputs: [], categories: ['colour'] };
const rows = 400;
const save_every = 60;

/** Two numbers that move together, and a word. */
const share = (n: number): number => (n * 0.618034) % 1;
const other = (a: number): number => (a * 1_234.5) % 1;
const colour = (n: number): string => (n % 4 === 0 ? 'blue' : 'red');
const inputs = (n: number): number[] => [share(n), 0.7 * share(n) + 0.3 * other(share(n)), categoryCode(colour(n))];

/** An agent's watcher on a folder; each inference takes ten minutes over `save_every`. */
function start(folder: string) {
  const [closed, profiles, lines]: [ClosedWindow[], string[], string[]] = [[], [], []];
  let now_ms = 0;
  const files = { file: new WindowFile(folder), evidence: new EvidenceFile(folder), warm_up: new WarmUpFile(folder) };
  const told = {
    on_profile: (text: string) => profiles.push(text),
    on_window: (one: ClosedWindow) => closed.push(one),
    on_line: (text: string) => lines.push(text),
  };
  const watcher = new Watcher({ ...files, ...told, now_ms: () => now_ms, lost: () => 0 });
  watcher.warm_up_inferences = rows;
  watcher.window_inferences = 100;
  watcher.use(bundle, null); // the app is not there yet
  watcher.use(bundle, names);
  const feed = (from: number, to: number, of: (n: number) => number[] = inputs) => {
    for (let n = from; n < to; n++) {
      now_ms += 600_000 / save_every;
      watcher.take({ wall_ms: 0, latency_ms: 1, reference: n, predicted: 0, inputs: of(n), outputs: [] });
    }
  };
  return { watcher, closed, profiles, lines, feed };
}
const filesOf = (folder: string): string[] => readdirSync(folder, { withFileTypes: true }).map((one: Dirent) => one.name).toSorted(); // prettier-ignore
const state_file = 'warming.bin';

describe('a warm-up on the device', () => {
  it('learns words as words and pairs as pairs, and is judged by them', () => {
    const { closed, profiles, feed } = start(folderOf());
    feed(0, rows);
    const profile = parseProfile(profiles[0]!);
    const pair = pairName(['input.a', 'input.b']);
    expect(profile.features.map(({ name }) => name)).toEqual(['input.a', 'input.b', 'input.colour', pair]);
    expect(profile.features[2]!.categories!.codes).toEqual([categoryCode('red'), categoryCode('blue')]);
    expect(profile.tolerance).toBeCloseTo(2 / Math.sqrt(rows / 2));
    feed(0, 400);
    expect(closed.map(({ summary }) => summary.suspects)).toEqual([[], [], [], []]);
    feed(0, 300, (n) => [inputs(n)[0]!, inputs(n)[1]!, n % 2 === 0 ? categoryCode('mauve') : inputs(n)[2]!]);
    expect(closed.at(-1)!.summary).toMatchObject({ suspects: ['input.colour'], profile_source: 'warm_up' });
    expect(closed.at(-1)!.summary.features[2]).toMatchObject({ new_category: 50 });
    feed(0, 300);
    feed(0, 300, (n) => [inputs(n)[0]!, 0.7 * (1 - share(n)) + 0.3 * other(share(n)), inputs(n)[2]!]);
    expect(closed.at(-1)!.summary.suspects).toEqual([pair]);
  });

  it('goes on after a kill from what was written last, every ten minutes, and makes the profile that it would have made', () => {
    const whole = start(folderOf());
    whole.feed(0, rows);
    for (const killed_at of [90, 200, 385]) {
      const folder = folderOf();
      start(folder).feed(0, killed_at); // and no word more
      const again = start(folder);
      const written = save_every * Math.floor(killed_at / save_every);
      again.feed(written, rows);
      expect([again.profiles, again.lines]).toEqual([whole.profiles, []]);
      expect(filesOf(folder)).not.toContain(state_file);
    }
  });

  it('loses nothing at an end in order, nor where the app starts again, and writes nothing where nothing came', () => {
    const whole = start(folderOf());
    whole.feed(0, rows);
    const folder = folderOf();
    const first = start(folder);
    first.feed(0, 33);
    first.watcher.use(bundle, { ...names });
    first.feed(33, 77);
    first.watcher.save();
    const bytes = readFileSync(join(folder, state_file));
    first.watcher.save();
    expect(readFileSync(join(folder, state_file)).equals(bytes)).toBe(true);
    const again = start(folder);
    again.watcher.save();
    again.feed(77, rows);
    expect(again.profiles).toEqual(whole.profiles);
  });

  it.each([
    ['torn', (path: string) => truncateSync(path, 700)],
    ['of a few bytes', (path: string) => truncateSync(path, 5)],
    ['foreign', (path: string) => writeFileSync(path, 'hello')],
    [
      'of one byte that is another',
      (path: string) =>
        writeFileSync(
          path,
          readFileSync(path).map((byte, i) => (i === 300 ? byte ^ 1 : byte)),
        ),
    ],
  ])('sets a file aside that is %s, says so, and begins anew', (_how, damage) => {
    const folder = folderOf();
    const first = start(folder);
    first.feed(0, 130);
    first.watcher.save();
    damage(join(folder, state_file));
    const again = start(folder);
    again.feed(0, rows);
    expect(again.lines).toEqual([expect.stringMatching(/^the warm-up so far was set aside: /)]);
    expect([again.profiles.length, filesOf(folder).filter((name) => name.startsWith('warming'))]).toEqual([1, ['warming.bin.set-aside']]);
  });

  it('passes over what is of another bundle, of other names or of other columns', () => {
    const folder = folderOf();
    const first = start(folder);
    first.feed(0, 300);
    first.watcher.save();
    for (const use of [
      ({ watcher }: ReturnType<typeof start>) => watcher.use({ ...bundle, bundle: 'e'.repeat(64) }, names),
      ({ watcher }: ReturnType<typeof start>) => watcher.use(bundle, { inputs: ['a', 'b', 'colour'], outputs: [] }),
    ]) {
      const other_one = start(folder);
      use(other_one);
      other_one.feed(300, rows);
      expect([other_one.profiles, other_one.lines]).toEqual([[], []]);
    }
  });
});
