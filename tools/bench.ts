// npm run bench -- NAME: one benchmark of bench/, on the built product.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from './build-steps.ts';
import { root, run } from './steps.ts';

const [name = '', ...args] = process.argv.slice(2);
const file = path.join(root, 'bench', `${name}.ts`);
if (!existsSync(file)) {
  const known = readdirSync(path.join(root, 'bench'))
    .filter((f) => f.endsWith('.ts'))
    .map((f) => f.slice(0, -3));
  console.error(`bench: saw ${JSON.stringify(name)}, expected one of ${known.join(', ')}`);
  process.exit(2);
}
build({ web: false });
run(process.execPath, ['--expose-gc', file, ...args]);
