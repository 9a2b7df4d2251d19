// pipeline/ops: the list of all ops, by stage. A new op is one line here.
import { argmax } from './argmax.ts';
import { crop } from './crop.ts';
import { grayscale } from './grayscale.ts';
import { hwctochw } from './hwctochw.ts';
import { nms } from './nms.ts';
import { normalize } from './normalize.ts';
import type { PostprocOp, PreprocOp } from './op.ts';
import { resize } from './resize.ts';
import { scale } from './scale.ts';
import { softmax } from './softmax.ts';
import { topk } from './topk.ts';

export const preproc_ops: readonly PreprocOp[] = [resize, crop, grayscale, hwctochw, scale, normalize];
export const postproc_ops: readonly PostprocOp[] = [softmax, argmax, topk, nms];
