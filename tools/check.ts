// npm run check: types, tests' types, lint, format, dead exports, the rules of the house, the pages made from code. Under two minutes.
import { bin, run } from './steps.ts';

run(bin('tsc'), ['-b'], { quiet: true });
run(bin('tsc'), ['-p', 'tests/tsconfig.json'], { quiet: true });
run(bin('oxlint'), ['--type-aware', '--quiet']);
run(bin('oxfmt'), ['--check'], { quiet: true });
run(bin('knip'), ['--no-progress', '--no-config-hints', '--include', 'files,exports,types,duplicates,dependencies']);
run(process.execPath, ['tools/check-house.ts']);
run(process.execPath, ['tools/docs.ts', '--check']);
