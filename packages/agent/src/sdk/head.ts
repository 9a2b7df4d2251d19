// agent/sdk: the head of one app: a small classifier on the app's own features that learns from true labels on the device, can be undone, and survives power
// cuts. The label up to which it has learned stands in the same atomic write as its samples: each label is learned exactly once, whenever the power goes.
import { join } from 'node:path';
import { failure } from '@holdfast/base';
import { Knn, type KnnSample, type Prediction, isLabel, knn_limits, learnTruth, newTrial, headRight, readFeatures, sampleOf } from '@holdfast/stats';
import { type FolderLock, lockFolder } from '../folder-lock.ts';
import { makeFolder } from '../own-folder.ts';
import { LabelFile, type ReceivedLabel } from './head-labels.ts';
import { type HeadChange, type HeadOptions, type HeadSettings, readHeadOptions } from './head-options.ts';
import { References } from './head-references.ts';
import { readSealed, sealed, setAside } from './head-sealed.ts';
import { type SnapshotFacts, Snapshots } from './head-snapshots.ts';
import { type Accuracy, type HeadState, empty_state, readState, recordOfState, stateOfSnapshot, stateOn } from './head-state.ts';
import { WaitingVectors } from './head-waiting.ts';

export interface HeadPrediction extends Prediction {
  /** The number of this inference, for `log.inference({ reference })`: a label that comes later names it. */
  readonly reference: number;
}

export interface HeadSnapshot extends SnapshotFacts {
  /** Of the truths that came later, while the head was held against it; null where none came. */
  readonly accuracy: Accuracy | null;
}

export interface TakenLabels {
  readonly learned: number;
  /** Labels whose vector is gone. */
  readonly unknown: number;
  /** Lines that were no labels, or of no class. */
  readonly passed_over: number;
}

export interface Head {
  classify(features: ArrayLike<number>): HeadPrediction;
  learn(features: ArrayLike<number>, label: number): void;
  /** Learns the labels that the agent has received since the last time. Cheap where there are none. */
  takeLabels(): TakenLabels;
  /** Keeps the head as it is now; its id. What is learned from now on is held against it. */
  snapshot(note?: string): string;
  /** Oldest first. */
  snapshots(): HeadSnapshot[];
  rollback(id: string): void;
  close(): void;
  readonly samples: number;
  /** Vectors that wait for a label. */
  readonly waiting: number;
  /** Labels so far whose vector was gone. */
  readonly unknown: number;
  /** What the disk refused while an answer was given (a vector that was to wait, numbers to be reserved), and why the last time. */
  readonly dropped: number;
  readonly reason: string | null;
  /** Files that were torn or of somebody else, where they stand now. */
  readonly set_aside: readonly string[];
}

const batch_max = 500;
const apart_ms_max = 600_000;

/** Opens the head of a folder. Exactly one process may have one open. Fails with HF-HEAD-001 and HF-HEAD-005. */
export function openHead(options: HeadOptions): Head {
  const settings = readHeadOptions(options);
  makeFolder(settings.folder);
  const lock = lockFolder(settings.folder, 'head.lock', (pid, folder) => failure('HF-HEAD-005', { pid, folder }));
  try {
    return new FolderHead(settings, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** What is being learned, until it is stored. */
interface Draft {
  state: HeadState;
  knn: Knn;
  held: Knn | null;
  readonly changes: HeadChange[];
  learned: number;
  gone: number;
}

class FolderHead implements Head {
  readonly #settings: HeadSettings;
  readonly #lock: FolderLock;
  readonly #path: string;
  readonly #snapshots: Snapshots;
  readonly #references: References;
  readonly #labels: LabelFile;
  readonly #waiting: WaitingVectors | null;
  #state: HeadState;
  #knn: Knn;
  #held: Knn | null;
  #open = true;
  dropped = 0;
  reason: string | null = null;
  readonly set_aside: string[] = [];

  constructor(settings: HeadSettings, lock: FolderLock) {
    const { folder, disk, quarantine } = settings;
    this.#settings = settings;
    this.#lock = lock;
    this.#path = join(folder, 'head.json');
    this.#snapshots = new Snapshots(folder, disk, settings.max_snapshots);
    this.set_aside.push(...this.#snapshots.set_aside);
    this.#state = stateOn(settings.device, this.#readState());
    this.#held = this.#heldOf(this.#state);
    this.#knn = new Knn(settings.knn, this.#state.samples).under(settings.knn).knn;
    this.#checkClasses();
    this.#references = new References(join(folder, 'references.json'), disk, settings.now_ms(), (error) => this.#drop(error));
    this.#labels = new LabelFile(settings.labels);
    this.#waiting = quarantine && new WaitingVectors(join(folder, 'waiting.log'), quarantine, disk);
  }

  /** A file that cannot be believed is set aside, and the newest good snapshot is the head. */
  #readState(): HeadState {
    const value = readSealed(this.#path);
    const state = readState(value);
    if (state) return state.held === null || this.#snapshots.has(state.held) ? state : { ...state, held: null, due: false };
    if (value !== undefined) this.set_aside.push(setAside(this.#path));
    const newest = this.#snapshots.newest();
    return newest ? stateOfSnapshot(newest) : empty_state;
  }

  #heldOf({ held }: HeadState): Knn | null {
    return held === null ? null : new Knn(this.#settings.knn, this.#snapshots.load(held).samples).under(this.#settings.knn).knn;
  }

  #checkClasses(): void {
    const most = this.#classesOf(this.#state);
    const { classes } = this.#settings;
    if (classes > 0 && classes < most) throw failure('HF-HEAD-001', { saw: `${classes} classes`, expected: `at least ${most}, as the head has learned` });
  }

  #classesOf({ samples }: HeadState): number {
    return samples.reduce((most, { label }) => Math.max(most, label + 1), 0);
  }

  get #classes(): number {
    return this.#settings.classes || this.#classesOf({ ...this.#state, samples: [...this.#state.samples, ...(this.#held?.samples ?? [])] });
  }

  get samples(): number {
    return this.#knn.samples.length;
  }

  get waiting(): number {
    return this.#waiting?.size ?? 0;
  }

  get unknown(): number {
    return this.#state.unknown;
  }

  classify(features: ArrayLike<number>): HeadPrediction {
    this.#mustBeOpen();
    const vector = readFeatures(features, this.#state.features);
    const prediction = this.#knn.predict(vector, this.#classes);
    const reference = this.#references.next();
    if (prediction.suspect) this.#keep(reference, vector);
    return { ...prediction, reference };
  }

  /** The answer of the head does not depend on the disk: what cannot be kept is counted. */
  #keep(reference: number, features: Float32Array): void {
    try {
      this.#waiting?.append(reference, this.#settings.now_ms(), features);
    } catch (error) {
      this.#drop(error as Error);
    }
  }

  #drop({ message }: Error): void {
    this.dropped++;
    this.reason = message;
  }

  learn(features: ArrayLike<number>, label: number): void {
    this.#mustBeOpen();
    const vector = readFeatures(features, this.#state.features);
    const classes = this.#settings.classes || knn_limits.classes_max;
    if (!isLabel(label, classes)) throw failure('HF-HEAD-003', { saw: String(label), expected: `a whole number from 0 to ${classes - 1}` });
    const draft = this.#draft();
    if (this.#state.held === null || this.#state.due) this.#beforeBatch(draft);
    this.#learnInto(draft, sampleOf(vector, label, null, this.#settings.now_ms()));
    this.#store(draft, {});
  }

  takeLabels(): TakenLabels {
    this.#mustBeOpen();
    let taken = { learned: 0, unknown: 0, passed_over: 0 };
    try {
      for (;;) {
        const { labels, passed_over } = this.#labels.read(this.#state.seq, batch_max);
        taken.passed_over += passed_over;
        if (labels.length === 0) return taken;
        const { learned, unknown, refused } = this.#takeBatch(labels);
        taken = { learned: taken.learned + learned, unknown: taken.unknown + unknown, passed_over: taken.passed_over + refused };
      }
    } catch (error) {
      this.#labels.close(); // What was not stored is read again the next time.
      throw error;
    }
  }

  #takeBatch(labels: readonly ReceivedLabel[]): { learned: number; unknown: number; refused: number } {
    const draft = this.#draft();
    const counts = { learned: 0, unknown: 0, refused: 0 };
    for (const label of labels) {
      if (!isLabel(label.label, this.#settings.classes || knn_limits.classes_max)) {
        counts.refused++;
        continue;
      }
      const sample = this.#sampleFor(label, draft);
      if (!sample) {
        counts.unknown++;
        continue;
      }
      if (counts.learned++ === 0) this.#beforeBatch(draft);
      this.#learnInto(draft, sample);
    }
    this.#store(draft, { seq: labels[labels.length - 1]!.seq, unknown: this.#state.unknown + counts.unknown });
    return counts;
  }

  /** The vector of the inference: the one nearest in time where the label says a time and one is near, else the newest. */
  #sampleFor({ reference, at_ms, label }: ReceivedLabel, { knn, state }: Draft): KnnSample | null {
    const waiting = (this.#waiting?.find(reference, this.#settings.now_ms()) ?? []).map((one) => ({
      at_ms: one.at_ms,
      get: () => this.#waiting!.featuresOf(one),
    }));
    const learned = knn.samples.filter((one) => one.reference === reference).map((one) => ({ at_ms: one.at_ms, get: () => one.features }));
    const found = choose([...learned, ...waiting], at_ms);
    const features = found?.get();
    const fits = features && (state.features === 0 || features.length === state.features);
    return found && fits ? sampleOf(features, label, reference, found.at_ms) : null;
  }

  #draft(): Draft {
    return { state: this.#state, knn: this.#knn, held: this.#held, changes: [], learned: 0, gone: 0 };
  }

  /** An empty head is not worth a snapshot. Made once more after a kill, it is the same one. */
  #beforeBatch(draft: Draft): void {
    const { state, knn } = draft;
    if (knn.samples.length === 0) return;
    const id = this.#saveSnapshot(knn, 'before labels were learned');
    if (state.held === null || state.due) this.#holdAgainst(draft, id, knn);
  }

  #saveSnapshot(knn: Knn, note: string): string {
    const { features, seq, generation, held } = this.#state;
    return this.#snapshots.save({ at_ms: this.#settings.now_ms(), note, generation, seq, features, samples: knn.samples }, held);
  }

  #holdAgainst(draft: Draft, held: string, knn: Knn): void {
    const before = draft.state.due ? headRight(draft.state.trial) : draft.state.trial.right_before;
    draft.held = knn;
    draft.state = { ...draft.state, held, due: false, trial: newTrial(before) };
  }

  #learnInto(draft: Draft, sample: KnnSample): void {
    const classes = Math.max(this.#settings.classes, sample.label + 1, this.#classesOf({ ...draft.state, samples: draft.knn.samples }), this.#classes);
    const lesson = learnTruth({ knn: draft.knn, held: draft.held, trial: draft.state.trial }, sample, classes);
    draft.learned++;
    draft.gone += lesson.condensed;
    draft.knn = lesson.knn;
    const { verdict, trial, snapshot_right } = lesson;
    const undone = verdict === 'worse' || verdict === 'unlearnable';
    const accuracy = snapshot_right === null ? draft.state.accuracy : counted(draft.state.accuracy, draft.state.held!, snapshot_right);
    draft.state = { ...draft.state, features: sample.features.length, trial, accuracy, due: !undone && (draft.state.due || verdict === 'stood') };
    if (undone) draft.changes.push({ kind: 'rolled_back', snapshot: draft.state.held!, why: verdict, samples: lesson.knn.samples.length });
  }

  /** One write; the head in memory is another only when it is done. */
  #store(draft: Draft, change: Partial<HeadState>): void {
    const accuracy = Object.fromEntries(Object.entries(draft.state.accuracy).filter(([id]) => this.#snapshots.has(id)));
    const state = { ...draft.state, ...change, accuracy, samples: draft.knn.samples, generation: this.#state.generation + 1 };
    this.#settings.disk.write(this.#path, sealed(recordOfState(state)));
    [this.#state, this.#knn, this.#held] = [state, draft.knn, draft.held];
    const samples = this.samples;
    if (draft.learned > 0) this.#settings.on_change({ kind: 'learned', labels: draft.learned, samples });
    if (draft.gone > 0) this.#settings.on_change({ kind: 'condensed', gone: draft.gone, samples });
    for (const one of draft.changes) this.#settings.on_change(one);
  }

  snapshot(note = ''): string {
    this.#mustBeOpen();
    const id = this.#saveSnapshot(this.#knn, note);
    const draft = this.#draft();
    this.#holdAgainst(draft, id, this.#knn);
    this.#store(draft, {});
    return id;
  }

  snapshots(): HeadSnapshot[] {
    return this.#snapshots.all.map((one) => ({ ...one, accuracy: this.#state.accuracy[one.id] ?? null }));
  }

  rollback(id: string): void {
    this.#mustBeOpen();
    const { samples, features } = this.#snapshots.load(id);
    const knn = new Knn(this.#settings.knn, samples).under(this.#settings.knn).knn;
    const draft = { ...this.#draft(), knn, held: knn };
    draft.state = { ...draft.state, features, held: id, due: false, trial: newTrial(draft.state.trial.right_before) };
    draft.changes.push({ kind: 'rolled_back', snapshot: id, why: 'asked', samples: knn.samples.length });
    this.#store(draft, {});
  }

  #mustBeOpen(): void {
    if (!this.#open) throw failure('HF-HEAD-006', { folder: this.#settings.folder, reason: 'it was closed' });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#labels.close();
    try {
      this.#waiting?.close();
    } finally {
      this.#lock.release();
    }
  }
}

function choose<T extends { readonly at_ms: number }>(candidates: readonly T[], at_ms: number | null): T | null {
  const newest = candidates.reduce<T | null>((best, one) => (best && best.at_ms > one.at_ms ? best : one), null);
  if (at_ms === null) return newest;
  const apart = (one: T) => Math.abs(one.at_ms - at_ms);
  const nearest = candidates.reduce<T | null>((best, one) => (best && apart(best) < apart(one) ? best : one), null);
  return nearest && apart(nearest) <= apart_ms_max ? nearest : newest;
}

function counted(all: Readonly<Record<string, Accuracy>>, id: string, is_right: boolean): Record<string, Accuracy> {
  const before = all[id] ?? { right: 0, truths: 0 };
  return { ...all, [id]: { right: before.right + Number(is_right), truths: before.truths + 1 } };
}
