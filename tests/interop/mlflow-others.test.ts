// tests/interop: MLflow's other clients, unchanged, against a real server: Java, the command line, and R.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServerProgram, root } from '../load/product.ts';
import { debianR, javaStories, mlflowOfR, python } from './engines.ts';
import { pythons } from './pythons.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
const client3 = () => python('mlflow3', pythons.mlflow3);

let place: string;
let server: ServerProgram;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  place = await mkdtemp(path.join(os.tmpdir(), 'holdfast-mlflow-others-'));
  server = new ServerProgram({ folder: path.join(place, 'server') });
  const client = await server.up();
  env = { ...process.env, MLFLOW_TRACKING_URI: client.server.url, MLFLOW_TRACKING_TOKEN: server.token, MLFLOW_DISABLE_TELEMETRY: 'true', HOME: place };
});
afterAll(async () => {
  await server.stop();
  await rm(place, { recursive: true, force: true });
});
const withClient = (program: string | null) => (program === null ? env : { ...env, PATH: `${path.dirname(program)}${path.delimiter}${process.env.PATH}` });

it('the Java client tracks, searches, pages, and reads the registry', async ({ skip }) => {
  const classes = await javaStories();
  if (classes === null) return skip('Java or its client of MLflow cannot be had here');
  const program = await client3(); // it calls the command line for files
  const stories = ['experiments', 'fluent', 'batches', 'pages', 'refusals', 'registry', ...(program === null ? [] : ['artifacts'])];
  const { stdout } = await run('java', ['-cp', classes, 'Stories', env.MLFLOW_TRACKING_URI!, server.token, ...stories], {
    env: withClient(program),
    cwd: place,
  });
  expect(stdout.trim().split('\n')).toEqual(stories.map((story) => `ok ${story}`));
});

it('the command line makes experiments, lists runs, and moves files, one of 2 GB among them', async ({ skip }) => {
  const program = await client3();
  if (program === null) return skip('the command line of MLflow cannot be had here');
  const mlflow = async (...args: string[]) => (await run(path.join(path.dirname(program), 'mlflow'), args, { env, cwd: place, maxBuffer: 16_777_216 })).stdout;
  await mlflow('experiments', 'create', '--experiment-name', 'by command');
  expect(await mlflow('experiments', 'search')).toContain('by command');
  const make = 'import mlflow; mlflow.set_experiment("by command"); run = mlflow.start_run(); mlflow.end_run(); print(run.info.run_id, run.info.experiment_id)';
  const [run_id = '', experiment = ''] = (await run(program, ['-c', make], { env, cwd: place })).stdout.trim().split(/\s+/).slice(-2); // behind what the client says by itself
  expect(await mlflow('runs', 'list', '--experiment-id', experiment)).toContain(run_id);
  expect(JSON.parse(await mlflow('runs', 'describe', '--run-id', run_id))).toMatchObject({ info: { status: 'FINISHED' } });

  const large = path.join(place, 'large.bin');
  await writeFile(large, 'the first bytes');
  await truncate(large, 2_147_483_649); // beyond what 32 bits count
  await mlflow('artifacts', 'log-artifact', '--run-id', run_id, '--local-file', large, '--artifact-path', 'files');
  expect(await mlflow('artifacts', 'list', '--run-id', run_id, '--artifact-path', 'files')).toContain('large.bin');
  const said = await mlflow('artifacts', 'download', '--run-id', run_id, '--artifact-path', 'files/large.bin', '--dst-path', path.join(place, 'back'));
  const found = said.trim().split('\n').at(-1)!;
  expect((await stat(found)).size).toBe(2_147_483_649);
  expect(await digestOf(found)).toBe(await digestOf(large));
});

it('requests in the shape of the package for R are understood', async ({ skip }) => {
  const program = await debianR();
  if (program === null) return skip('R cannot be had here');
  const { stdout } = await run(program, [path.join(here, 'r_client.R')], { env, cwd: place });
  expect(stdout).toContain('ok r');
});

it('the page on R works as it stands: with httr alone, and with the package where it can be had', async ({ skip }) => {
  const program = await debianR();
  if (program === null) return skip('R cannot be had here');
  const page = await readFile(path.join(root, 'docs', 'how-to', 'log-from-r.md'), 'utf8');
  const [withPackage = '', ...withHttr] = [...page.matchAll(/```r\n([\s\S]*?)```/g)].map((found) => found[1]!);
  await run(program, ['-e', withHttr.join('\n')], { env, cwd: place });
  if ((await mlflowOfR()) === null) return skip("MLflow's package for R cannot be had here: httr alone was tried");
  await run(program, ['-e', withPackage], { env, cwd: place });
});

async function digestOf(file: string): Promise<string> {
  const { stdout } = await run('sha256sum', [file]);
  return stdout.split(' ')[0]!;
}
