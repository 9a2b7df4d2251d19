// A program for tests to supervise: it logs inferences by the built SDK. Its behaviour is that of its bundle:
// `behaviour.json` in HOLDFAST_BUNDLE may hold { "crash_after": n, "shift": x, "quiet": true, "image": true }.

import { readFileSync } from 'node:fs';
import { openLog } from '../dist/sdk/index.js';

const folder = process.env.HOLDFAST_BUNDLE;
const behaviour = folder ? JSON.parse(readFileSync(`${folder}/behaviour.json`, 'utf8')) : {};
const log = openLog({ inputs: ['a', 'b'], outputs: ['no', 'yes'] });
const image = behaviour.image ? { width: 4, height: 4, channels: 1, pixels: new Uint8Array(16) } : undefined;
let n = 0;

setInterval(() => {
  for (let i = 0; i < 20 && !behaviour.quiet; i++) {
    n++;
    if (behaviour.crash_after && n > behaviour.crash_after) process.exit(3);
    const a = (n * 0.618034) % 1;
    log.inference({ inputs: [a + (behaviour.shift ?? 0), 1 - a], outputs: [1 - a, a], predicted: a > 0.5 ? 1 : 0, latency_ms: 1.5, reference: n, ...(image ? { image } : {}) });
  }
}, 10);
