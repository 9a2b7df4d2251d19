import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import { type HeadDisk, realDisk } from './head-disk.ts';
import { sealed } from './head-sealed.ts';
import { type Head, type HeadChange, type HeadOptions, type HeadPrediction, openHead } from './index.ts';
import { makeFolder } from '../own-folder.ts';
import { LabelFile } from '../sync/label-file.ts';

const folderOf = temporaryFolders();
const day_ms = 86_400_000;

/** Opens a head that is closed when the test is over. */
function open(folder: string, more: Partial<HeadOptions> = {}): Head {
  const head = openHead({ folder: join(folder, 'head'), labels: join(folder, 'labels.jsonl'), ...more });
  onTestFinished(() => head.close());
  return head;
}

/** Numbers that are the same in each run. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const near = (label: number, next: () => number): number[] => [4 * label + next(), next(), next()];
const line = (seq: number, reference: number, label: unknown, at_ms: number | null = null) => `${JSON.stringify({ seq, reference, at_ms, label })}\n`;
const write = (folder: string, ...lines: string[]) => appendFileSync(join(folder, 'labels.jsonl'), lines.join(''));
const holdAll = { confidence_threshold: 1, outlier_threshold: 0 };
const contentOf = (head: Head, probes: readonly number[][]) => probes.map((features) => head.classify(features).probabilities);

describe('a head', () => {
  it('learns from labels of the app, classifies, and is the same when it is opened again', () => {
    const [folder, next] = [folderOf(), numbersFrom(1)];
    const head = open(folder, { classes: ['low', 'high'] });
    expect(head.classify([1, 2, 3])).toMatchObject({ label: -1, confidence: 0, probabilities: [0, 0], suspect: true });
    for (let i = 0; i < 20; i++) head.learn(near(i % 2, next), i % 2);
    const asked = head.classify([4.5, 0.5, 0.5]);
    expect(asked).toMatchObject({ label: 1, confidence: 1, probabilities: [0, 1], suspect: false });
    head.close();
    const again = open(folder, { classes: ['low', 'high'] });
    const { reference: _first, ...said } = asked;
    expect(again.classify([4.5, 0.5, 0.5])).toMatchObject(said);
    expect([again.samples, again.set_aside]).toEqual([20, []]);
  });

  it('gives each inference a number of its own, over restarts too', () => {
    const folder = folderOf();
    const seen = new Set<number>();
    for (let start = 0; start < 3; start++) {
      const head = open(folder);
      for (let i = 0; i < 5_000; i++) seen.add(head.classify([1]).reference);
      head.close();
    }
    expect(seen.size).toBe(15_000);
    expect([...seen].every((one) => Number.isInteger(one) && one >= 0 && one < 2 ** 32)).toBe(true);
  });

  it('answers also where the disk refuses, counts that, and says why', () => {
    const full = (): never => {
      throw new Error('ENOSPC: no space left on device');
    };
    const head = open(folderOf(), { quarantine: holdAll, disk: { ...realDisk, write: full, append: full } });
    const [first, second] = [head.classify([1]).reference, head.classify([1]).reference];
    expect([second, head.dropped]).toEqual([(first + 1) % 2 ** 32, 3]);
    expect(head.reason).toContain('ENOSPC');
    expect(() => head.learn([1], 0)).toThrow('ENOSPC');
    expect(head.samples).toBe(0);
  });

  it('refuses vectors, labels and settings that are none, and changes nothing', () => {
    const folder = folderOf();
    const head = open(folder, { classes: ['a', 'b'] });
    head.learn([1, 2], 0);
    const before = readFileSync(join(folder, 'head', 'head.json'));
    for (const wrong of [[], [1], [1, Number.NaN], [1, 2, 3]]) {
      expect(() => head.classify(wrong)).toThrow(/was refused: saw .*Nothing was changed/);
      expect(() => head.learn(wrong, 0)).toThrow('Nothing was changed');
    }
    for (const wrong of [-1, 2, 0.5, Number.NaN]) expect(() => head.learn([1, 2], wrong)).toThrow('expected a whole number from 0 to 1');
    expect(readFileSync(join(folder, 'head', 'head.json'))).toEqual(before);
    expect(() => openHead({ folder: folderOf(), max_sample: 5 } as HeadOptions)).toThrow('saw the setting max_sample');
    expect(() => openHead({ folder: folderOf(), quarantine: { size: 5 } as HeadOptions['quarantine'] & object })).toThrow('saw the setting quarantine.size');
    head.close();
    expect(() => open(folder, { classes: [] })).toThrow('saw number of classes 0');
    expect(() => head.classify([1, 2])).toThrow('it was closed');
  });

  it('is open in one process at a time, and knows when the other is gone', () => {
    const folder = folderOf();
    const head = open(folder);
    expect(() => open(folder)).toThrow(`Another process (pid ${process.pid}) has the head`);
    head.close();
    open(folder);
  });

  it('knows no fewer classes than it has learned', () => {
    const folder = folderOf();
    const head = open(folder);
    head.learn([1], 4);
    expect(head.classify([1]).probabilities).toEqual([0, 0, 0, 0, 1]);
    head.close();
    expect(() => open(folder, { classes: ['a', 'b'] })).toThrow('saw 2 classes, expected at least 5');
    expect(open(folder).samples).toBe(1);
  });
});

describe('labels that come later', () => {
  it('find the vector of their inference by its number, and the rest is counted', () => {
    const folder = folderOf();
    const head = open(folder, { quarantine: holdAll });
    const [a, b] = [head.classify([1, 1]).reference, head.classify([9, 9]).reference];
    write(folder, line(1, a, 0), line(4, b, 1), line(5, 17, 1), 'no label\n', '{"seq":6}\n', line(7, a, 'cat'), line(8, a, 0.5), line(9, a, 1_000));
    expect(head.takeLabels()).toEqual({ learned: 2, unknown: 1, passed_over: 5 });
    expect(head.takeLabels()).toEqual({ learned: 0, unknown: 0, passed_over: 0 });
    expect([head.samples, head.unknown, head.classify([8, 8]).label, head.classify([2, 2]).label]).toEqual([2, 1, 1, 0]);
  });

  it('are none where there is no file, and where the agent gave no path', () => {
    const head = open(folderOf());
    expect(head.takeLabels()).toEqual({ learned: 0, unknown: 0, passed_over: 0 });
  });

  it('wait for the end of their line, and go on where the file is replaced by one without its older half', () => {
    const folder = folderOf();
    const head = open(folder, { quarantine: holdAll });
    const references = [1, 2, 3, 4].map((x) => head.classify([x]).reference);
    const [first, second, third, fourth] = references.map((reference, i) => line(i + 1, reference, i)) as [string, string, string, string];
    write(folder, first, second.slice(0, 20));
    expect(head.takeLabels().learned).toBe(1);
    expect(head.takeLabels()).toMatchObject({ learned: 0, passed_over: 0 });
    write(folder, second.slice(20));
    expect(head.takeLabels().learned).toBe(1);
    writeFileSync(join(folder, 'labels.new'), second + third);
    renameSync(join(folder, 'labels.new'), join(folder, 'labels.jsonl'));
    expect(head.takeLabels()).toEqual({ learned: 1, unknown: 0, passed_over: 0 });
    write(folder, `${'x'.repeat(200_000)}\n`, fourth);
    expect(head.takeLabels()).toEqual({ learned: 1, unknown: 0, passed_over: 1 });
  });

  it('are those that the agent writes, each once, also where its file is written anew with its newer half', () => {
    const folder = folderOf();
    const file = new LabelFile(folder);
    const head = open(folder, { quarantine: { ...holdAll, max_size: 10_000 }, max_samples: 500 });
    for (const known of [0, 1_000]) head.learn([known], 0);
    let inode = 0;
    let learned = 0;
    let replaced = 0;
    const long = 500; // labels a reply, so that the file is full now and then
    for (let reply = 0; reply < 40; reply++) {
      const { reference } = head.classify([reply + 0.5]);
      const labels = Array.from({ length: long }, (_, i) => ({
        seq: long * reply + i + 1,
        reference: i === 7 ? reference : 0,
        at_ms: 1_790_000_000_000,
        label: 1,
      }));
      file.take(labels);
      replaced += Number(inode !== 0 && statSync(file.path).ino !== inode);
      inode = statSync(file.path).ino;
      const taken = head.takeLabels();
      learned += taken.learned;
      expect(taken.unknown + taken.learned).toBe(long);
    }
    expect([learned, head.samples, replaced > 0]).toEqual([40, 42, true]);
  });

  it('are numbered from 1 again where the device joined anew', () => {
    const folder = folderOf();
    const before = process.env['HOLDFAST_DEVICE'];
    const learnedOn = (device: string, seq: number, x: number): number => {
      process.env['HOLDFAST_DEVICE'] = device;
      const head = open(folder, { quarantine: holdAll });
      for (const known of head.samples === 0 ? [0, 100] : []) head.learn([known], 0);
      writeFileSync(join(folder, 'labels.jsonl'), line(seq, head.classify([x]).reference, 1));
      const { learned } = head.takeLabels();
      head.close();
      return learned;
    };
    try {
      expect([learnedOn('dev_a', 7, 1), learnedOn('dev_a', 6, 2), learnedOn('dev_b', 1, 3), learnedOn('dev_b', 1, 4)]).toEqual([1, 0, 1, 0]);
    } finally {
      if (before === undefined) delete process.env['HOLDFAST_DEVICE'];
      else process.env['HOLDFAST_DEVICE'] = before;
    }
  });

  it('replace a label that came before', () => {
    const folder = folderOf();
    const head = open(folder, { quarantine: holdAll });
    const { reference } = head.classify([1, 1]);
    write(folder, line(1, reference, 0));
    head.takeLabels();
    write(folder, line(2, reference, 1));
    expect(head.takeLabels().learned).toBe(1);
    expect([head.samples, head.classify([1, 1]).label]).toEqual([1, 1]);
  });

  it('of a number that was given twice are of the inference that is near in time, else of the newest', () => {
    const folder = folderOf();
    const start_ms = 1_790_000_000_000;
    /** As after 2^32 inferences: the number 77 once more. */
    const classifyAgain = (features: number[], at_ms: number) => {
      makeFolder(join(folder, 'head'));
      writeFileSync(join(folder, 'head', 'references.json'), sealed({ next: 77 }));
      const head = open(folder, { quarantine: holdAll, now_ms: () => at_ms });
      expect(head.classify(features).reference).toBe(77);
      head.close();
    };
    classifyAgain([1], start_ms);
    classifyAgain([50], start_ms + 3_600_000);
    const head = open(folder, { quarantine: holdAll, now_ms: () => start_ms + day_ms });
    write(folder, line(1, 77, 2, start_ms + 599_000), line(2, 77, 0));
    expect(head.takeLabels().learned).toBe(2);
    expect([head.classify([1]).label, head.classify([50]).label]).toEqual([2, 0]);
    write(folder, line(3, 77, 1, start_ms + 1_800_000));
    head.takeLabels();
    expect([head.samples, head.classify([1]).label, head.classify([50]).label]).toEqual([2, 2, 1]);
  });
});

describe('vectors that wait', () => {
  it('are those of suspect inferences, the newest ones, until they are too old', () => {
    const folder = folderOf();
    let now_ms = 1_790_000_000_000;
    const head = open(folder, { quarantine: { max_size: 10, max_age_s: 3_600 }, now_ms: () => now_ms });
    for (const x of [0, 1, 2, 20, 21, 22]) head.learn([x], Number(x > 10));
    expect([head.classify([1.2]).suspect, head.waiting]).toEqual([false, 0]);
    const references = Array.from({ length: 35 }, (_, i) => head.classify([1_000 + i]).reference);
    expect(head.waiting).toBe(10);
    expect(statSync(join(folder, 'head', 'waiting.log')).size).toBeLessThanOrEqual(20 * 24);
    write(folder, line(1, references[24]!, 1), line(2, references[25]!, 1));
    expect(head.takeLabels()).toEqual({ learned: 1, unknown: 1, passed_over: 0 });
    now_ms += 3_600_001;
    write(folder, line(3, references[34]!, 1));
    expect(head.takeLabels()).toEqual({ learned: 0, unknown: 1, passed_over: 0 });
  });

  it('are there after a cut at any byte of the last one, but for that one', () => {
    const folder = folderOf();
    const file = join(folder, 'head', 'waiting.log');
    const head = open(folder, { quarantine: holdAll });
    for (let i = 0; i < 5; i++) head.classify([i, i]);
    head.close();
    const whole = readFileSync(file);
    const size = whole.length / 5;
    for (let cut = 1; cut <= size; cut++) {
      truncateSync(file, whole.length - cut);
      const again = openHead({ folder: join(folder, 'head'), quarantine: holdAll });
      expect([again.waiting, statSync(file).size]).toEqual([4, 4 * size]);
      again.classify([7, 7]);
      expect(again.waiting).toBe(5);
      again.close();
      writeFileSync(file, whole);
    }
  });
});

describe('snapshots', () => {
  it('are as many as may be, oldest gone first, each with its note and its accuracy on later truths', () => {
    const [folder, next] = [folderOf(), numbersFrom(2)];
    const head = open(folder, { max_snapshots: 3, classes: ['a', 'b'] });
    for (let i = 0; i < 10; i++) head.learn(near(i % 2, next), i % 2);
    const ids = ['one', 'two', 'three', 'four'].map((note) => head.snapshot(note));
    head.learn(near(1, next), 1);
    head.learn(near(0, next), 1);
    expect(head.snapshots().map(({ id, note, samples, accuracy }) => ({ id, note, samples, accuracy }))).toEqual([
      { id: ids[1], note: 'two', samples: 10, accuracy: null },
      { id: ids[2], note: 'three', samples: 10, accuracy: null },
      { id: ids[3], note: 'four', samples: 10, accuracy: { right: 1, truths: 2 } },
    ]);
    expect(readdirSync(join(folder, 'head', 'snapshots')).length).toBe(3);
    head.close();
    expect(open(folder).snapshots()).toEqual(head.snapshots());
  });

  it('bring the head back as it was, and say so; one that is not there is refused', () => {
    const [folder, next] = [folderOf(), numbersFrom(3)];
    const changes: HeadChange[] = [];
    const head = open(folder, { on_change: (change) => changes.push(change), max_samples: 10 });
    const probes = Array.from({ length: 20 }, (_, i) => near(i % 2, next));
    for (let i = 0; i < 10; i++) head.learn(near(i % 2, next), i % 2);
    const [id, before] = [head.snapshot('good'), contentOf(head, probes)];
    for (let i = 0; i < 5; i++) head.learn(near(i % 2, next), 1 - (i % 2));
    expect(contentOf(head, probes)).not.toEqual(before);
    head.rollback(id);
    expect(contentOf(head, probes)).toEqual(before);
    expect(changes.slice(-2)).toEqual([
      { kind: 'condensed', gone: 1, samples: 10 },
      { kind: 'rolled_back', snapshot: id, why: 'asked', samples: 10 },
    ]);
    expect(() => head.rollback('s0000000099')).toThrow('There is no snapshot s0000000099; expected ');
  });

  it('that are torn or foreign are set aside and said, and the newest good one is the head where its own file is torn', () => {
    const [folder, next] = [folderOf(), numbersFrom(4)];
    const place = (name: string) => join(folder, 'head', name);
    const head = open(folder, { quarantine: holdAll });
    for (let i = 0; i < 10; i++) head.learn(near(i % 2, next), i % 2);
    const { reference } = head.classify([5, 5, 5]);
    const [good, torn] = [head.snapshot('good'), head.snapshot('to be torn')];
    write(folder, line(1, reference, 1));
    head.takeLabels();
    head.close();
    for (const name of [
      'head.json',
      `snapshots/${torn}.json`,
      ...readdirSync(place('snapshots'))
        .slice(2)
        .map((one) => `snapshots/${one}`),
    ])
      truncateSync(place(name), statSync(place(name)).size - 10);
    writeFileSync(place('snapshots/s9999999999.json'), '{"a":"file of somebody else"}');
    const again = open(folder, { quarantine: holdAll });
    expect([again.samples, again.snapshots().at(-1)!.id]).toEqual([10, good]);
    expect(again.set_aside).toContain(place(`snapshots/${torn}.json.bad`));
    expect(again.set_aside).toContain(place('snapshots/s9999999999.json.bad'));
    expect(existsSync(place('head.json.bad'))).toBe(true);
    // What was learned after the good snapshot is learned from the file of labels once more.
    expect([again.takeLabels().learned, again.samples]).toEqual([1, 11]);
  });
});

describe('a folder of version 1', () => {
  it('is opened by every later version, and answers as it did', () => {
    const kept = new URL('../../golden/head/', import.meta.url);
    const expected = JSON.parse(readFileSync(new URL('expected.json', kept), 'utf8')) as {
      samples: number;
      waiting: number;
      snapshots: string[];
      asked: (HeadPrediction & { features: number[] })[];
    };
    const folder = folderOf();
    cpSync(kept, join(folder, 'head'), { recursive: true });
    const head = open(folder, { classes: ['a', 'b'], quarantine: holdAll, now_ms: () => 1_790_000_000_000 });
    expect([head.samples, head.waiting, head.set_aside, head.snapshots().map(({ id }) => id)]).toEqual([
      expected.samples,
      expected.waiting,
      [],
      expected.snapshots,
    ]);
    for (const { features, label, probabilities, reference } of expected.asked) {
      const saw = head.classify(features);
      expect([saw.label, saw.reference]).toEqual([label, reference]);
      saw.probabilities.forEach((share, i) => expect(Math.abs(share - probabilities[i]!)).toBeLessThan(1e-12));
    }
  });
});

describe('a head that learned harm', () => {
  it('goes back by itself, says why, and stays as it was where labels are honest', () => {
    const [folder, next] = [folderOf(), numbersFrom(5)];
    const changes: HeadChange[] = [];
    const head = open(folder, { classes: ['a', 'b', 'c'], on_change: (change) => changes.push(change) });
    const learn = (count: number, labelOf: (label: number) => number) => {
      for (let i = 0; i < count; i++) head.learn(near(i % 3, next), labelOf(i % 3));
    };
    learn(200, (label) => label);
    expect(changes.filter(({ kind }) => kind === 'rolled_back')).toEqual([]);
    learn(100, () => Math.floor(3 * next()));
    const back = changes.find(({ kind }) => kind === 'rolled_back');
    expect(back).toMatchObject({ why: 'unlearnable' });
    head.rollback(back?.kind === 'rolled_back' ? back.snapshot : '');
    expect([0, 1, 2].map((label) => head.classify([4 * label + 0.5, 0.5, 0.5]).label)).toEqual([0, 1, 2]);
  });
});

class PowerCut extends Error {}

/** A disk without power from the n-th write on: that one is not done, done in part, or done; nothing later is. Nothing is synced: the machine itself stays on. */
class CutDisk implements HeadDisk {
  writes = 0;
  removed = 0;
  readonly #at: number;
  readonly #how: 'before' | 'torn' | 'after';

  constructor(at: number, how: 'before' | 'torn' | 'after') {
    this.#at = at;
    this.#how = how;
  }

  #cut(whole: () => void, part: () => void): void {
    this.writes++;
    if (this.writes < this.#at) return whole();
    if (this.writes === this.#at && this.#how === 'torn') part();
    if (this.writes === this.#at && this.#how === 'after') whole();
    throw new PowerCut('the device has no power');
  }

  write(path: string, content: string | Uint8Array): void {
    const whole = () => {
      writeFileSync(`${path}.new`, content);
      renameSync(`${path}.new`, path);
    };
    this.#cut(whole, () => writeFileSync(`${path}.new`, content.slice(0, content.length / 2)));
  }

  remove(path: string): void {
    this.#cut(
      () => {
        this.removed++;
        rmSync(path);
      },
      () => undefined,
    );
  }

  append(fd: number, bytes: Uint8Array, at: number): void {
    this.#cut(
      () => realDisk.append(fd, bytes, at),
      () => realDisk.append(fd, bytes.slice(0, bytes.length / 2), at),
    );
  }

  sync(): void {
    if (this.writes >= this.#at) throw new PowerCut('the device has no power');
  }
}

describe('a power cut', () => {
  const rounds = 8;
  const options = { classes: ['a', 'b', 'c'], quarantine: holdAll, max_samples: 30, max_snapshots: 3, k: 3, now_ms: () => 1_790_000_000_000 };

  /** A device that takes labels in rounds, some of them wrong; where it has no power, it comes up again. What its folder holds in the end. */
  function run(seed: number, disk: CutDisk): Record<string, string> {
    const [folder, next] = [folderOf(), numbersFrom(seed)];
    const prepared = open(folder, { ...options, disk: new CutDisk(Number.POSITIVE_INFINITY, 'after') });
    const told = Array.from({ length: 15 * rounds }, (_, i) => ({ reference: prepared.classify(near(i % 3, next)).reference, label: i % 3 }));
    prepared.close();
    for (let round = 0; round < rounds; round++) {
      const part = told.slice(15 * round, 15 * (round + 1));
      const label = (one: number) => (round > 5 ? Math.floor(3 * next()) : one);
      write(folder, ...part.map((one, i) => line(15 * round + i + 1, next() < 0.1 ? 0 : one.reference, label(one.label))));
      if (!session(folder, disk)) session(folder, new CutDisk(Number.POSITIVE_INFINITY, 'after'));
    }
    const names = readdirSync(join(folder, 'head'), { recursive: true }).map(String).sort();
    const files = names.filter((name) => name.endsWith('.json') && name !== 'references.json');
    return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, 'head', name), 'utf8')]));
  }

  /** False where the power was cut. */
  function session(folder: string, disk: HeadDisk): boolean {
    let head: Head | null = null;
    try {
      head = openHead({ folder: join(folder, 'head'), labels: join(folder, 'labels.jsonl'), ...options, disk });
      head.takeLabels();
      head.close();
      return true;
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      try {
        head?.close(); // gives the lock free, as the end of a process does
      } catch (later) {
        if (!(later instanceof PowerCut)) throw later;
      }
      return false;
    }
  }

  it('at any write leaves the head that it would have been without', { timeout: 60_000 }, () => {
    const whole = new CutDisk(Number.POSITIVE_INFINITY, 'after');
    const expected = run(7, whole);
    expect([Object.keys(expected).length, whole.removed > 0]).toEqual([4, true]);
    for (let at = 1; at <= whole.writes; at++)
      for (const how of ['before', 'torn', 'after'] as const) expect([at, how, run(7, new CutDisk(at, how))]).toEqual([at, how, expected]);
  });

  it('at a write of any story leaves the head that it would have been without', { timeout: 60_000 }, () => {
    const stories = fc.record({ seed: fc.nat(), at: fc.integer({ min: 1, max: 30 }), how: fc.constantFrom('before', 'torn', 'after') });
    const holds = ({ seed, at, how }: { seed: number; at: number; how: 'before' | 'torn' | 'after' }) => {
      expect(run(seed, new CutDisk(at, how))).toEqual(run(seed, new CutDisk(Number.POSITIVE_INFINITY, 'after')));
    };
    fc.assert(fc.property(stories, holds), { numRuns: 10 });
  });
});

describe('a kill -9', () => {
  const sdk = new URL('../../dist/sdk/index.js', import.meta.url).href;
  const settings = { quarantine: { ...holdAll, max_size: 5_000 }, max_samples: 500, classes: ['a', 'b', 'c'] };

  /** Starts a process with a head; killed after so many lines, or (0) left to end by itself. What it said. */
  async function runChild(folder: string, script: string, kill_after: number): Promise<string[]> {
    const source = `const { openHead } = await import(${JSON.stringify(sdk)}); const { writeSync } = await import('node:fs');
      const say = (text) => writeSync(1, text + '\\n');
      const head = openHead({ folder: ${JSON.stringify(join(folder, 'head'))}, labels: ${JSON.stringify(join(folder, 'labels.jsonl'))}, ...${JSON.stringify(settings)} });
      ${script}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (kill_after > 0 && said.split('\n').length > kill_after) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('close', resolve));
    return said.split('\n').slice(0, -1);
  }

  it('loses no vector that was given a number, and learns each label once', { timeout: 60_000 }, async () => {
    const folder = folderOf();
    const said: string[] = [];
    for (const after of [1, 40, 100])
      said.push(...(await runChild(folder, 'for (let i = 0; ; i++) say(`${head.classify([100 * (i % 3), i % 7]).reference} ${i % 3}`);', after)));
    const given = said.map((one) => one.split(' ').map(Number) as [reference: number, label: number]);
    expect(new Set(given.map(([reference]) => reference)).size).toBe(given.length);
    const most = given.slice(0, 300);
    let told = 0;
    for (const after of [1, 2, 3, 1, 2, 0]) {
      const part = after === 0 ? most.slice(told) : most.slice(told, told + 20);
      write(folder, ...part.map(([reference, label], i) => line(told + i + 1, reference, label)));
      told += part.length;
      // Says a line before and after each step, so that it is killed in the middle of one.
      const take = after === 0 ? 'say(head.takeLabels().unknown); head.close();' : 'for (;;) { say("a"); head.takeLabels(); head.snapshot("b"); say("c"); }';
      await runChild(folder, take, after);
    }
    const head = open(folder, settings);
    expect([head.samples, head.unknown, head.set_aside]).toEqual([most.length, 0, []]);
    expect(most.length).toBeGreaterThan(140);
  });
});
