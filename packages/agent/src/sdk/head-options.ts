// agent/sdk: what an app may say when it opens a head, and what holds where it says nothing. Checked once, before anything is touched.
import { failure } from '@holdfast/base';
import { type KnnSettings, checkBetween, checkWhole, knn_limits, readKnnSettings } from '@holdfast/stats';
import { type HeadDisk, realDisk } from './head-disk.ts';

/** Vectors of suspect inferences are kept, so that a label that comes days later finds its vector. */
export interface Quarantine {
  /** Vectors that are kept; the oldest go first. */
  readonly max_size?: number;
  readonly max_age_s?: number;
  /** Suspect is a prediction with less confidence than this. */
  readonly confidence_threshold?: number;
  /** Suspect is a prediction with more novelty than this. */
  readonly outlier_threshold?: number;
}

export type HeadChange =
  | { readonly kind: 'learned'; readonly labels: number; readonly samples: number }
  | { readonly kind: 'condensed'; readonly gone: number; readonly samples: number }
  | { readonly kind: 'rolled_back'; readonly snapshot: string; readonly why: 'worse' | 'unlearnable' | 'asked'; readonly samples: number };

export interface HeadOptions extends Partial<Omit<KnnSettings, 'confidence_threshold' | 'outlier_threshold'>> {
  /** Where the head lives: one folder for one feature extractor. */
  readonly folder: string;
  /** Names of the classes, as openLog gets them as outputs. Default: as many classes as labels have named so far. */
  readonly classes?: readonly string[];
  readonly quarantine?: Quarantine;
  readonly max_snapshots?: number;
  /** The file of labels; default is what the agent gives in HOLDFAST_LABELS. */
  readonly labels?: string;
  readonly on_change?: (change: HeadChange) => void;
  readonly now_ms?: () => number;
  readonly disk?: HeadDisk;
}

export interface HeadSettings {
  readonly folder: string;
  readonly knn: KnnSettings;
  /** 0: not said. */
  readonly classes: number;
  readonly quarantine: { readonly max_size: number; readonly max_age_ms: number } | null;
  readonly max_snapshots: number;
  readonly labels: string | null;
  /** The device whose labels these are: they are numbered for each device. */
  readonly device: string | null;
  readonly on_change: (change: HeadChange) => void;
  readonly now_ms: () => number;
  readonly disk: HeadDisk;
}

const day_s = 86_400;
export const head_defaults = { max_snapshots: 10, max_size: 1_000, max_age_s: 30 * day_s } as const;
const limits = { snapshots_max: 100, size_max: 10_000, age_s_max: 366 * day_s } as const;
const known = 'folder classes quarantine max_snapshots labels on_change now_ms disk k distance_metric max_samples weight_by_distance'.split(' ');
const known_of_quarantine = 'max_size max_age_s confidence_threshold outlier_threshold'.split(' ');

export function readHeadOptions(given: HeadOptions): HeadSettings {
  refuseUnknown(given, known, '');
  refuseUnknown(given.quarantine ?? {}, known_of_quarantine, 'quarantine.');
  if (typeof given.folder !== 'string' || given.folder === '') throw failure('HF-HEAD-001', { saw: `folder ${String(given.folder)}`, expected: 'a path' });
  const classes = given.classes?.length ?? 0;
  checkWhole('number of classes', classes, given.classes ? 1 : 0, knn_limits.classes_max);
  const max_snapshots = given.max_snapshots ?? head_defaults.max_snapshots;
  checkWhole('max_snapshots', max_snapshots, 2, limits.snapshots_max);
  return {
    folder: given.folder,
    knn: readKnnSettings({ ...given, ...given.quarantine }),
    classes,
    quarantine: given.quarantine ? readQuarantine(given.quarantine) : null,
    max_snapshots,
    labels: given.labels ?? (process.env['HOLDFAST_LABELS'] || null),
    device: process.env['HOLDFAST_DEVICE'] || null,
    on_change: given.on_change ?? (() => undefined),
    now_ms: given.now_ms ?? Date.now,
    disk: given.disk ?? realDisk,
  };
}

function readQuarantine({ max_size = head_defaults.max_size, max_age_s = head_defaults.max_age_s }: Quarantine) {
  checkWhole('quarantine.max_size', max_size, 1, limits.size_max);
  checkBetween('quarantine.max_age_s', max_age_s, 1, limits.age_s_max);
  return { max_size, max_age_ms: 1_000 * max_age_s };
}

function refuseUnknown(given: object, names: readonly string[], before: string): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw failure('HF-HEAD-001', { saw: `the setting ${before}${unknown}`, expected: `one of ${names.join(', ')}` });
}
