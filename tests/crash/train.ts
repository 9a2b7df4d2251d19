// tests/crash: the training step: learns the level that the world has now, in time enough to be killed in. The same level gives the same bytes.
// Use, by the train contract: train WORLD_FILE
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildProfile } from '@holdfast/stats';

const level = Number(readFileSync(process.argv[2]!, 'utf8'));
for (let part = 1; part <= 8; part++) {
  await sleep(400);
  console.log(`level ${level}: part ${part} of 8`);
}
/** The golden ratio's multiples are spread evenly (Weyl 1916): the reference of a uniform value without chance in it. */
const shares = Array.from({ length: 2000 }, (_, n) => [((n + 1) * 0.618_033_988_75) % 1, ((n + 1) * 0.414_213_562_37) % 1] as const);
const profile = buildProfile({
  names: ['input.a', 'input.b'],
  values: shares.map(([a, b]) => Float64Array.of(level + a, level - b)),
  predicted: shares.map(([a]) => (a > 0.5 ? 1 : 0)),
  class_names: ['low', 'high'],
});
const output = (name: string) => process.env[`HOLDFAST_OUTPUT_${name}`]!;
writeFileSync(output('MODEL'), JSON.stringify({ level }));
writeFileSync(output('PROFILE'), JSON.stringify(profile));
