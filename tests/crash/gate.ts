// tests/crash: the gate, by the train contract. It refuses a model of another world, and a data set without the samples that were collected.
// Use: gate WORLD_FILE
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const world = Number(readFileSync(process.argv[2]!, 'utf8'));
const { level } = JSON.parse(readFileSync(process.env['HOLDFAST_INPUT_MODEL']!, 'utf8')) as { level: number };
const files = readdirSync(process.env['HOLDFAST_INPUT_DATASET']!, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
await sleep(300);
if (level !== world) throw new Error(`the model knows level ${level}, the world has ${world}`);
const collected = files.filter((file) => file.name === 'labels.idx').length;
if (world > 0 && collected === 0) throw new Error('nothing was collected');
writeFileSync(process.env['HOLDFAST_OUTPUT_METRICS']!, JSON.stringify({ level, collected }));
