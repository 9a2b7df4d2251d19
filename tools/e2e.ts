// npm run test:e2e: builds, then drives the UI in a headless Chromium against a real server (tests/e2e).
import { build } from './build-steps.ts';
import { bin, run } from './steps.ts';

build({ web: true });
run(bin('vitest'), ['run', '--config', 'tests/e2e/vitest.config.ts', ...process.argv.slice(2)]);
