// pipeline: text to Pipeline. Every complaint is HF-PIPE-001 with the line, what was seen and what was expected.
// An op without its parameters, and parameters without their op, are complaints: both are most often a slip of the pen.
import { check, type Schema } from './json/check.ts';
import { describe, type JsonNode, type JsonValue, problem, toValue } from './json/node.ts';
import { parseJson } from './json/parse.ts';
import { postproc_ops, preproc_ops } from './ops/index.ts';
import type { Layout } from './ops/op.ts';
import { pipelineSchema } from './schema.ts';
import type { Pipeline, Stage } from './types.ts';

type Ops = readonly { readonly name: string; readonly params?: Schema; readonly check?: (params: JsonValue) => string | null }[];

export function parsePipeline(text: string): Pipeline {
  const root = parseJson(text);
  check(root, pipelineSchema, '');
  checkStage(member(root, 'preproc')!, 'preproc', preproc_ops);
  checkOrder(member(member(root, 'preproc')!, 'pipeline')!);
  checkStage(member(root, 'postproc')!, 'postproc', postproc_ops);
  const document = toValue(root) as unknown as Pipeline;
  return {
    dataset: { name: document.dataset.name, path: document.dataset.path ?? {} },
    model: { name: document.model.name, hyperparams: document.model.hyperparams ?? {} },
    preproc: stageOf(document.preproc),
    postproc: stageOf(document.postproc),
  };
}

function stageOf(stage: Stage): Stage {
  return { pipeline: stage.pipeline, params: stage.params ?? {} };
}

function member(node: JsonNode, key: string): JsonNode | undefined {
  return node.kind === 'object' ? node.members.get(key)?.node : undefined;
}

function checkStage(stage: JsonNode, where: string, ops: Ops): void {
  const list = member(stage, 'pipeline')!;
  const params = member(stage, 'params');
  const used = new Map(list.kind === 'list' ? list.items.map((item) => [toValue(item) as string, item.line]) : []);
  for (const op of ops) {
    const line = used.get(op.name);
    const given = params && member(params, op.name);
    if (given && line === undefined)
      throw problem(given.line, `${where}.params.${op.name}: saw parameters, expected none: ${where}.pipeline does not use ${op.name}`);
    if (line === undefined || !op.params) continue;
    if (!given) throw problem(line, `${where}: saw no params.${op.name}, expected ${op.params.description}`);
    const expected = op.check?.(toValue(given));
    if (expected) throw problem(given.line, `${where}.params.${op.name}: saw ${describeValue(given)}, expected ${expected}`);
  }
}

/** Each op of preproc gets the layout that it needs: images come as HWC, and hwctochw turns them. */
function checkOrder(list: JsonNode): void {
  let layout: Layout = 'HWC';
  for (const item of list.kind === 'list' ? list.items : []) {
    const op = preproc_ops.find(({ name }) => name === toValue(item))!;
    if (op.needs !== 'any' && op.needs !== layout)
      throw problem(item.line, `preproc.pipeline: saw ${op.name} where the image is ${layout}, expected ${op.needs}: put it before hwctochw, and only once`);
    layout = op.leaves ?? layout;
  }
}

function describeValue(node: JsonNode): string {
  const text = JSON.stringify(toValue(node));
  return text.length > 80 ? describe(node) : text;
}
