// npm run test:crash -- [--kills N] [--seed S]: the closed loop on the built product, under a killer.
import path from 'node:path';
import { build } from './build-steps.ts';
import { root, run } from './steps.ts';

build({ web: false });
run(process.execPath, [path.join(root, 'tests', 'crash', 'main.ts'), ...process.argv.slice(2)]);
