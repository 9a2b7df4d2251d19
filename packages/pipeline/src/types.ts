// pipeline: what goes in, what comes out, and the document between.
import type { JsonValue } from './json/node.ts';

/** An image as a camera gives it. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** 1 (gray) or 3 (RGB). */
  readonly channels: number;
  /** Rows, then columns, then channels; 0 to 255. */
  readonly pixels: Uint8Array;
}

/** Numbers in row-major order. In preprocessing: height, width, channels until `hwctochw`, then channels, height, width. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Stage {
  /** Names of ops, in the order in which they run. */
  readonly pipeline: readonly string[];
  /** Parameters by the name of the op. */
  readonly params: Readonly<Record<string, JsonValue>>;
}

export interface Pipeline {
  readonly dataset: { readonly name: string; readonly path: Readonly<Record<string, string>> };
  readonly model: { readonly name: string; readonly hyperparams: Readonly<Record<string, JsonValue>> };
  readonly preproc: Stage;
  readonly postproc: Stage;
}

/** A class and its score. */
export interface Ranked {
  readonly index: number;
  readonly score: number;
}

/** Corners in the unit of the model's output; `class` is -1 where the model gives none. */
export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly score: number;
  readonly class: number;
}

/** What postprocessing makes of the model's output; `kind` says which op ran last. */
export type Result =
  | { readonly kind: 'tensor'; readonly tensor: Tensor }
  | { readonly kind: 'class'; readonly index: number; readonly score: number; readonly scores: Float32Array }
  | { readonly kind: 'ranking'; readonly classes: readonly Ranked[]; readonly scores: Float32Array }
  | { readonly kind: 'boxes'; readonly boxes: readonly Box[] };
