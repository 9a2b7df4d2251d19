// agent/golden: writes head/: the folder of a head as version 1 has it, and what it answers. Every later version, and the Python SDK, must open it.
// Run it only where the layout changes on purpose: node packages/agent/golden/make-head.ts
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHead } from '../dist/sdk/index.js';

const kept = join(import.meta.dirname, 'head');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-golden-'));
const labels = join(folder, 'labels.jsonl');
const head = openHead({ folder, labels, classes: ['a', 'b'], quarantine: { confidence_threshold: 1 }, now_ms: () => 1_790_000_000_000 });
const row = (i: number): number[] => [(i % 2) * 2 + Math.sin(i), Math.cos(3 * i), i / 7];
for (let i = 0; i < 12; i++) head.learn(row(i), i % 2);
const waiting = [0.9, 1, 1.1].map((x) => head.classify([x, 0, 1]).reference);
head.snapshot('ohne Gewähr');
writeFileSync(labels, `${JSON.stringify({ seq: 3, reference: waiting[1], at_ms: null, label: 1 })}\n`);
head.takeLabels();
const snapshots = head.snapshots().map(({ id }) => id);
const expected = { samples: head.samples, waiting: head.waiting, snapshots };
head.close();
const files = ['head.json', 'waiting.log', 'references.json', ...snapshots.map((id) => `snapshots/${id}.json`)];
rmSync(kept, { recursive: true, force: true });
for (const file of files) cpSync(join(folder, file), join(kept, file));

const again = openHead({ folder, classes: ['a', 'b'] });
const asked = [15, 16, 17, 18].map((i) => {
  const features = Array.from(Float32Array.from(row(i)));
  const { label, probabilities, reference } = again.classify(features);
  return { features, label, probabilities, reference };
});
again.close();
writeFileSync(join(kept, 'expected.json'), `${JSON.stringify({ ...expected, files, asked })}\n`);
console.log(readFileSync(join(kept, 'expected.json'), 'utf8'));
rmSync(folder, { recursive: true });
