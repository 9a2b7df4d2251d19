// npm test: builds, runs every test that needs nothing but Node, and closes with one line of counts.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './build-steps.ts';
import { bin, root } from './steps.ts';

build({ web: true });
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-test-'));
const report = path.join(folder, 'report.json');
const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)];
const done = spawnSync(bin('vitest'), args, { cwd: root, stdio: 'inherit' });
const counts = JSON.parse(readFileSync(report, 'utf8')) as {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  success: boolean;
};
rmSync(folder, { recursive: true });
console.log(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests + counts.numTodoTests} skipped`);
process.exit(done.status === 0 && counts.success ? 0 : 1);
