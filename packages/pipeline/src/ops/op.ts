// pipeline/ops: what an op is. One file an op; an op is pure, and fails with HF-PIPE-002 where a shape does not fit.
import { failure, type HoldfastError } from '@holdfast/base';
import type { Schema } from '../json/check.ts';
import type { JsonValue } from '../json/node.ts';
import type { Result, Tensor } from '../types.ts';

export type Layout = 'HWC' | 'CHW';

interface Op {
  readonly name: string;
  /** What it does, in one sentence: the reference page is checked against it. */
  readonly does: string;
  /** Shape of its parameters; absent where it takes none. */
  readonly params?: Schema;
  /** What the schema cannot say: returns what was expected instead, or null. The value has the shape of `params`. */
  readonly check?: (params: JsonValue) => string | null;
}

export interface PreprocOp extends Op {
  /** The layout that it needs. */
  readonly needs: Layout | 'any';
  /** The layout that it leaves, where it changes it. */
  readonly leaves?: Layout;
  compile(params: JsonValue): (tensor: Tensor, layout: Layout) => Tensor;
}

export interface PostprocOp extends Op {
  compile(params: JsonValue): (result: Result) => Result;
}

/** The error of an op that got what it cannot take. */
export function misuse(op: string, saw: string, expected: string): HoldfastError {
  return failure('HF-PIPE-002', { op, saw, expected });
}

/** Height, width and channels of a tensor in the given layout. */
export function sizes(tensor: Tensor, layout: Layout): { height: number; width: number; channels: number } {
  const [a, b, c] = tensor.shape as [number, number, number];
  return layout === 'HWC' ? { height: a, width: b, channels: c } : { channels: a, height: b, width: c };
}

/** `shape` without its leading ones (the batch of one that models give), but with at least one dimension. */
export function withoutBatch(shape: readonly number[]): readonly number[] {
  const first = shape.findIndex((size, i) => size !== 1 || i === shape.length - 1);
  return shape.slice(Math.max(0, first));
}

export function shapeText(shape: readonly number[]): string {
  return `a tensor of shape [${shape.join(', ')}]`;
}

/** The scores of a result that is a vector: a tensor of one dimension, or what an earlier op kept. */
export function scoresOf(op: string, result: Result): Float32Array {
  if (result.kind === 'class' || result.kind === 'ranking') return result.scores;
  if (result.kind === 'boxes') throw misuse(op, `${result.boxes.length} boxes`, 'a vector of scores');
  if (withoutBatch(result.tensor.shape).length !== 1) throw misuse(op, shapeText(result.tensor.shape), 'a vector of scores: shape [classes], or [1, classes]');
  return result.tensor.values;
}
