// pipeline: the pipeline JSON and its pre- and post-processing ops. Pure: the same code on device, in training and on the server.
export type { JsonValue } from './json/node.ts';
export type { Box, Image, Pipeline, Ranked, Result, Stage, Tensor } from './types.ts';
export { parsePipeline } from './parse.ts';
export { pipelineSchema } from './schema.ts';
export { compilePostproc, compilePreproc } from './compile.ts';
export { postproc_ops, preproc_ops } from './ops/index.ts';
