// tests/interop: MLflow's own Python client, the newest 2.x and the newest 3.x, unchanged, against a real server: mlflow_stories.py.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ServerProgram, root } from '../load/product.ts';
import { startDebianPostgres } from './debian-postgres.ts';
import { python } from './engines.ts';
import { pythons } from './pythons.ts';

const run = promisify(execFile);
const stories = ['fluent', 'failed_run', 'experiments', 'batches', 'search', 'artifacts', 'datasets', 'autolog', 'models', 'registry', 'prompts'];

interface Client {
  readonly name: 'mlflow2' | 'mlflow3';
  /** How it signs in: as a user with a passphrase, or with a token. */
  readonly signIn: (token: string) => Record<string, string>;
}
const passphrase = 'a long passphrase';
const clients: readonly Client[] = [
  { name: 'mlflow2', signIn: () => ({ MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: passphrase }) },
  { name: 'mlflow3', signIn: (token) => ({ MLFLOW_TRACKING_TOKEN: token }) },
];

/** The program of docs/how-to/move-from-mlflow.md as it stands there, behind data for it. */
async function pageProgram(): Promise<string> {
  const page = await readFile(path.join(root, 'docs', 'how-to', 'move-from-mlflow.md'), 'utf8');
  const [, code = ''] = /```python\n([\s\S]*?)```/.exec(page) ?? [];
  const data = 'from sklearn.datasets import load_digits\nfeatures, labels = load_digits(n_class=2, return_X_y=True)\n';
  return `${data}${code}\nassert mlflow.MlflowClient().get_model_version("digits", "1").status == "READY"\n`;
}

/** The Python SDK in a folder of its own, as pip installs it: with the entry point by which MLflow's client finds it. */
async function installSdk(program: string, folder: string): Promise<void> {
  await cp(path.join(root, 'sdk', 'python'), path.join(folder, 'source'), { recursive: true });
  const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', path.join(folder, 'sdk'), path.join(folder, 'source')];
  await run(program, install, { cwd: folder, maxBuffer: 16_777_216 });
}
const plain_run = `import mlflow
mlflow.set_experiment("hardware")
with mlflow.start_run() as run:
    pass
found = mlflow.MlflowClient().get_run(run.info.run_id).data.tags
assert int(found["hardware.cores"]) > 0 and int(found["hardware.memory_bytes"]) > 0 and found["hardware.architecture"], found
assert len(mlflow.search_runs(search_all_experiments=True, filter_string="tags.\`hardware.cores\` = '%s'" % found["hardware.cores"])) == 1
`;

for (const database of ['the embedded PostgreSQL', 'a given PostgreSQL'] as const) {
  it.for(clients)(`the client of $name works with one changed line, on ${database}`, async ({ name, signIn }, { skip }) => {
    const program = await python(name, pythons[name]);
    if (program === null) return skip('this client of MLflow cannot be had here');
    const given = database === 'a given PostgreSQL' ? await startDebianPostgres() : undefined;
    if (given === null) return skip('no other PostgreSQL can be had here');
    const place = await mkdtemp(path.join(os.tmpdir(), 'holdfast-mlflow-'));
    const server = new ServerProgram({ folder: path.join(place, 'server'), args: given ? ['--database', given.url] : [] });
    try {
      const client = await server.up();
      await client.call('userPut', { body: { name: 'ada', role: 'editor', passphrase } });
      const env = { ...process.env, ...signIn(server.token), MLFLOW_TRACKING_URI: client.server.url, MLFLOW_DISABLE_TELEMETRY: 'true', HOME: place };
      const { stdout } = await run(program, [path.join(import.meta.dirname, 'mlflow_stories.py')], { cwd: place, env, maxBuffer: 16_777_216 });
      await run(program, ['-c', await pageProgram()], { cwd: place, env });
      await installSdk(program, place);
      await run(program, ['-c', plain_run], { cwd: place, env: { ...env, PYTHONPATH: path.join(place, 'sdk') } });
      expect(stdout.split('\n').filter((line) => line.startsWith('ok '))).toEqual(stories.map((story) => `ok ${story}`));
    } finally {
      await server.stop();
      await given?.stop();
      await rm(place, { recursive: true, force: true });
    }
  });
}
