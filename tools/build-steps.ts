// What a build is; `test` and `demo` begin with it.
import { bin, run } from './steps.ts';

export function build(options: { web: boolean }): void {
  run(bin('tsc'), ['-b'], { quiet: true });
  run(process.execPath, ['packages/agent/bundle.mjs'], { quiet: true });
  if (options.web) run(bin('vite'), ['build', 'packages/web', '--logLevel', 'warn'], { quiet: true });
}
