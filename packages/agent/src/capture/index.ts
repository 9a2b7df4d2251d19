// agent/capture: from the ring file to inferences.
export { InferenceSource } from './inference-source.ts';
export { ringPath } from './ring-path.ts';
export { JsonLines } from './json-lines.ts';
