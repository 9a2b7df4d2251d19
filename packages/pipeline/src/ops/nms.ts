// pipeline/ops: greedy non-maximum suppression, class by class, as torchvision.ops.batched_nms after a confidence filter.
// Input: rows [x1, y1, x2, y2, score] or [x1, y1, x2, y2, score, class]. A row is kept where score >= conf_thr and no better kept box of its
// class overlaps it by more than IoU_thr; rows with NaN are dropped; boxes without area overlap nothing. Output: best first.
// Complexity: O(n^2) in the rows above conf_thr, which are therefore limited to 10,000.
// Source: A. Neubeck, L. Van Gool, "Efficient Non-Maximum Suppression", ICPR 2006.
import type { Box, Tensor } from '../types.ts';
import { misuse, type PostprocOp, shapeText, withoutBatch } from './op.ts';

const boxes_max = 10_000;
const share = { type: 'number', minimum: 0, maximum: 1, description: 'a number from 0 to 1' } as const;

export const nms: PostprocOp = {
  name: 'nms',
  does: 'Keeps the boxes above conf_thr that no better box of the same class overlaps by more than IoU_thr.',
  params: {
    type: 'object',
    description: '{"IoU_thr": ..., "conf_thr": ...}, each from 0 to 1',
    properties: { IoU_thr: share, conf_thr: share },
    required: ['IoU_thr', 'conf_thr'],
    additionalProperties: false,
  },
  compile(params) {
    const { IoU_thr, conf_thr } = params as unknown as { IoU_thr: number; conf_thr: number };
    return (result) => {
      if (result.kind !== 'tensor') throw misuse('nms', `a result of kind ${result.kind}`, 'the tensor of the model: put it first');
      return { kind: 'boxes', boxes: suppress(candidates(result.tensor, conf_thr), IoU_thr) };
    };
  },
};

function candidates(tensor: Tensor, conf_thr: number): Box[] {
  const shape = tensor.values.length === 0 ? tensor.shape.slice(-2) : lastTwo(tensor.shape);
  const width = shape[1] ?? 0;
  if (shape.length !== 2 || (width !== 5 && width !== 6))
    throw misuse('nms', shapeText(tensor.shape), 'rows of 5 or 6 numbers: x1, y1, x2, y2, score[, class]');
  const boxes: Box[] = [];
  for (let at = 0; at < tensor.values.length; at += width) {
    const row = tensor.values.subarray(at, at + width);
    if (row[4]! >= conf_thr && !row.some(Number.isNaN)) boxes.push(boxOf(row));
  }
  if (boxes.length > boxes_max) throw misuse('nms', `${boxes.length} boxes above conf_thr`, `${boxes_max} at most: raise conf_thr`);
  return boxes.sort((a, b) => b.score - a.score);
}

/** The shape without a batch of one in front: [1, rows, 6] becomes [rows, 6]. */
function lastTwo(shape: readonly number[]): readonly number[] {
  const inner = withoutBatch(shape);
  return inner.length < 2 ? [1, ...inner] : inner;
}

function boxOf(row: Float32Array): Box {
  return { x1: row[0]!, y1: row[1]!, x2: row[2]!, y2: row[3]!, score: row[4]!, class: row.length === 6 ? row[5]! : -1 };
}

function suppress(sorted: readonly Box[], IoU_thr: number): Box[] {
  const kept: Box[] = [];
  for (const box of sorted) if (!kept.some((better) => better.class === box.class && overlap(better, box) > IoU_thr)) kept.push(box);
  return kept;
}

/** Intersection over union. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (area(a) + area(b) - both);
}

function area(box: Box): number {
  return (box.x2 - box.x1) * (box.y2 - box.y1);
}
