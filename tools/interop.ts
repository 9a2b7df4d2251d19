// npm run test:interop: the product beside engines and clients of others. Installs what it needs; what cannot be had is skipped and said.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from './build-steps.ts';
import { bin, root } from './steps.ts';
import { startS3 } from '../tests/interop/s3-server.ts';
import getEngines from '../tests/interop/stories-setup.ts';

build({ web: false });
const vitest = (config: string, env: Record<string, string> = {}): boolean => {
  const args = ['run', '--config', path.join(root, 'tests', 'interop', config), ...process.argv.slice(2)];
  return spawnSync(bin('vitest'), args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;
};
await getEngines();
const s3 = await startS3();
console.log(`The contract suites, on PostgreSQL${s3 ? ' and on an S3 server' : ''}`);
const contracts = vitest('contract.config.ts', s3 ? { ...s3.env, HOLDFAST_TEST_S3: s3.url } : {});
await s3?.stop();
console.log('Stories beside programs of others');
const stories = vitest('stories.config.ts');
console.log('The tests of the Python SDK, held to the golden bytes');
const python = spawnSync('python3', ['-m', 'unittest', 'discover', '-s', 'sdk/python/tests'], { cwd: root, stdio: 'inherit' }).status === 0;
process.exit(contracts && stories && python ? 0 : 1);
