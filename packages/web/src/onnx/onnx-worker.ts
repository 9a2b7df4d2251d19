// web/onnx: reads a model apart from the page, so that no file can hold the page up.
import { readModel } from './model.ts';
import { FileFault } from './protobuf.ts';
import type { ReadAnswer } from './read-apart.ts';

/** The scope of a worker, of which the page's own types know nothing. */
const scope = globalThis as unknown as EventTarget & { readonly postMessage: (answer: ReadAnswer) => void };
const tell = scope.postMessage.bind(scope);

scope.addEventListener('message', (event) => {
  try {
    tell({ model: readModel((event as MessageEvent<Uint8Array>).data) });
  } catch (error) {
    if (!(error instanceof FileFault)) throw error; // the page hears of it by the worker's own event
    tell({ fault: error.message });
  }
});
