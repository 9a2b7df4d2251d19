// web/onnx: has a model read by a worker of its own, which ends with it, or after a while.
import type { OnnxModel } from './model.ts';

export type ReadAnswer = { readonly model: OnnxModel } | { readonly fault: string };

const read_ms_max = 20_000;

export function readApart(bytes: Uint8Array<ArrayBuffer>): Promise<ReadAnswer> {
  const worker = new Worker(new URL('./onnx-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<ReadAnswer>((resolve) => {
    const timer = setTimeout(() => resolve({ fault: `It was not read within ${read_ms_max / 1000} s.` }), read_ms_max);
    worker.addEventListener('message', ({ data }: MessageEvent<ReadAnswer>) => {
      clearTimeout(timer);
      resolve(data);
    });
    worker.addEventListener('error', (event) => {
      clearTimeout(timer);
      resolve({ fault: `Its reader ended: ${event.message || 'it could not be loaded'}.` });
    });
    worker.postMessage(bytes, [bytes.buffer]);
  }).finally(() => worker.terminate());
}
