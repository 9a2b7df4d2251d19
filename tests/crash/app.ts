// tests/crash: the program of a device. It logs numbers around the level that the world has now. A model that says that it is broken ends it at once.
// Use: app WORLD_FILE COUNT_FILE. Before it logs, it writes how many it is about to log: what is counted is never less than what was logged.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openLog } from '@holdfast/agent/sdk';
import { brokenFile } from './broken.ts';

const [world = '', count_file = ''] = process.argv.slice(2);
const tick_ms = 100;
const logged_a_tick = 10;

const model = readFileSync(path.join(process.env['HOLDFAST_BUNDLE']!, 'model.onnx'), 'utf8');
if ((JSON.parse(model) as { broken?: boolean }).broken) {
  appendFileSync(brokenFile(count_file), `${model}\n`);
  process.exit(3);
}
const log = openLog({ inputs: ['a', 'b'], outputs: ['low', 'high'] });
const before = existsSync(count_file)
  ? readFileSync(count_file, 'utf8')
      .split('\n')
      .reduce((sum, line) => sum + Number(line), 0)
  : 0;
let reference = before;
let stopped = false;
process.on('SIGTERM', () => (stopped = true));

function tick(): void {
  if (stopped) return log.close();
  const level = Number(readFileSync(world, 'utf8'));
  appendFileSync(count_file, `${logged_a_tick}\n`);
  for (let i = 0; i < logged_a_tick; i++) {
    const [a, b] = [level + Math.random(), level - Math.random()];
    const high = a - level > 0.5;
    const image = { width: 4, height: 4, channels: 1, pixels: new Uint8Array(16).fill(reference & 255) };
    log.inference({ inputs: [a, b], outputs: high ? [0, 1] : [1, 0], predicted: high ? 1 : 0, latency_ms: 1, reference: reference++, image });
  }
  setTimeout(tick, tick_ms);
}

tick();
