// A program for measurements: it logs N inferences of 10 inputs and 3 outputs, so many a second, and then waits.
// Arguments: N, inferences a second, and the width of the gray images that it logs with them (absent: none). It says "done" on its output.

import { openLog } from '../dist/sdk/index.js';

const [total, rate, width = 0] = process.argv.slice(2).map(Number);
const names = Array.from({ length: 10 }, (_, i) => `x${i}`);
const log = openLog({ inputs: names, outputs: ['a', 'b', 'c'] });
const inputs = new Float32Array(10);
const outputs = Float32Array.of(0.7, 0.2, 0.1);
const image = width > 0 ? { image: { width, height: width, channels: 1, pixels: new Uint8Array(width * width).map((_, i) => i * 31) } } : {};
const start = performance.now();
let n = 0;

const timer = setInterval(() => {
  const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * rate));
  for (; n < due; n++) {
    for (let i = 0; i < 10; i++) inputs[i] = (n * 0.618034 * (i + 1)) % 1;
    log.inference({ inputs, outputs, predicted: 0, latency_ms: 1 + inputs[0], reference: n, ...image });
  }
  if (n < total) return;
  clearInterval(timer);
  console.log(`done ${log.logged} ${log.dropped}`);
  setInterval(() => undefined, 1000);
}, 5);
