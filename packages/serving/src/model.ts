// serving: an ONNX model with one input of floats, run by onnxruntime with one thread (devices have other work; two threads make latency uneven).
// A batch of one is added where the model has one dimension more than the tensor. Only the first output is read.
import { stat } from 'node:fs/promises';
import { failure } from '@holdfast/base';
import type { Tensor } from '@holdfast/pipeline';
import type { InferenceSession } from 'onnxruntime-node';

export const model_limits = { size_bytes_max: 2_147_483_648 } as const;

export interface Model {
  readonly input: string;
  /** Sizes of the input; null where any size is taken. */
  readonly input_shape: readonly (number | null)[];
  readonly output: string;
  /** Fails with HF-MODEL-002 where the shape does not fit. */
  run(tensor: Tensor): Promise<Tensor>;
  close(): Promise<void>;
}

/** Opens a model from a file or from its bytes. Fails with HF-MODEL-001. */
export async function openModel(source: string | Uint8Array): Promise<Model> {
  await checkSize(source);
  const ort = await import('onnxruntime-node');
  const session = await startSession(ort.InferenceSession, source);
  const [input, output] = [session.inputMetadata[0], session.outputNames[0]];
  if (session.inputMetadata.length !== 1 || !input?.isTensor || input.type !== 'float32' || output === undefined) {
    await session.release();
    throw failure('HF-MODEL-001', { reason: `it has the inputs ${session.inputNames.join(', ') || 'none'}, expected one tensor of float32` });
  }
  const input_shape = input.shape.map((size) => (typeof size === 'number' && size > 0 ? size : null));
  const run = async (tensor: Tensor): Promise<Tensor> => {
    const dims = fit(tensor, input_shape);
    const answer = (await session.run({ [input.name]: new ort.Tensor('float32', tensor.values, dims) }))[output]!;
    if (answer.type !== 'float32') throw failure('HF-MODEL-001', { reason: `its output ${output} is ${answer.type}, expected float32` });
    return { shape: answer.dims, values: answer.data as Float32Array };
  };
  return { input: input.name, input_shape, output, run, close: () => session.release() };
}

async function startSession(sessions: typeof InferenceSession, source: string | Uint8Array): Promise<InferenceSession> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3 } as const;
  try {
    return await (typeof source === 'string' ? sessions.create(source, options) : sessions.create(source, options));
  } catch (error) {
    throw failure('HF-MODEL-001', { reason: (error as Error).message }, error);
  }
}

async function checkSize(source: string | Uint8Array): Promise<void> {
  const size_bytes = typeof source === 'string' ? await fileSize(source) : source.length;
  if (size_bytes > model_limits.size_bytes_max) {
    throw failure('HF-MODEL-001', { reason: `it has ${size_bytes} bytes, the limit is ${model_limits.size_bytes_max}` });
  }
}

async function fileSize(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw failure('HF-MODEL-001', { reason: (error as Error).message }, error);
  }
}

/** The dimensions to run with: those of the tensor, or with a batch of one in front. */
function fit(tensor: Tensor, expected: readonly (number | null)[]): number[] {
  const dims = tensor.shape.length === expected.length - 1 ? [1, ...tensor.shape] : [...tensor.shape];
  const fits = dims.length === expected.length && dims.every((size, i) => expected[i] === null || expected[i] === size);
  if (fits && tensor.values.length === dims.reduce((product, size) => product * size, 1)) return dims;
  throw failure('HF-MODEL-002', {
    saw: `a tensor of shape [${tensor.shape.join(', ')}] with ${tensor.values.length} values`,
    expected: `shape [${expected.map((size) => size ?? 'any').join(', ')}]`,
  });
}
