// holdfast import mlflow, holdfast export mlflow: a whole store of MLflow to this server, and from it.
import { statSync } from 'node:fs';
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { Copy } from '../mlflow/copy.ts';
import { type Address, MlflowRefusal, MlflowRest } from '../mlflow/rest.ts';
import { RestStore } from '../mlflow/rest-store.ts';
import type { Store } from '../mlflow/store.ts';
import { Target } from '../mlflow/target.ts';
import { printOne, say } from '../output.ts';
import { clientOf, outputOf } from '../settings.ts';
import { verb } from '../verb.ts';

export function addMlflow(program: Command): void {
  const into = program.command('import').description('bring what other platforms hold to this server');
  verb(into, 'mlflow', 'copy a store of MLflow here; given again, it goes on where it was', 'import mlflow --from http://127.0.0.1:5000')
    .requiredOption('--from <store>', 'the address of an MLflow server, its SQLite file, or a folder mlruns')
    .option('--artifacts <dir>', 'where that server keeps the artifacts that it passes on, for a SQLite file or a folder')
    .action(async ({ from, artifacts }: { from: string; artifacts?: string }, command: Command) => {
      await copy(await storeAt(from, artifacts), new Target(new MlflowRest(ours(command))), command);
    });
  const out = program.command('export').description('give what this server holds to other platforms');
  verb(out, 'mlflow', 'copy experiments, runs and models to an MLflow server; given again, it goes on', 'export mlflow --to http://127.0.0.1:5000')
    .requiredOption('--to <url>', 'the address of an MLflow server')
    .action(async ({ to }: { to: string }, command: Command) => {
      if (!isUrl(to)) throw failure('HF-CLI-006', { option: '--to', saw: to, expected: 'an address such as http://127.0.0.1:5000', command: 'export mlflow' });
      await copy(new RestStore(new MlflowRest(ours(command))), new Target(new MlflowRest(theirs(to))), command);
    });
}

const isUrl = (text: string): boolean => /^https?:\/\//.test(text);

function ours(command: Command): Address {
  const { url, token } = clientOf(command).server;
  return { url, authorization: token && `Bearer ${token}` };
}

/** Signs in as MLflow's own clients do, by the same variables. */
function theirs(url: string): Address {
  const { MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password, MLFLOW_TRACKING_TOKEN: token } = process.env;
  if (user && password) return { url, authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  return { url, authorization: token && `Bearer ${token}` };
}

/** The readers of files are loaded where there is a file: no other command pays for SQLite and YAML. */
async function storeAt(from: string, artifacts: string | undefined): Promise<Store> {
  if (isUrl(from)) return new RestStore(new MlflowRest(theirs(from)));
  const place = from.replace(/^(?:sqlite:\/\/\/|file:\/\/)/, '');
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found)
    throw failure('HF-CLI-006', { option: '--from', saw: from, expected: 'an address, a SQLite file or a folder that is there', command: 'import mlflow' });
  if (found.isDirectory()) return new (await import('../mlflow/folder-store.ts')).FolderStore(place, artifacts);
  return new (await import('../mlflow/sqlite-store.ts')).SqliteStore(place, artifacts);
}

async function copy(store: Store, target: Target, command: Command): Promise<void> {
  const copying = new Copy(store, target, say);
  try {
    await copying.all();
  } catch (error) {
    if (error instanceof MlflowRefusal) throw failure('HF-CLI-013', { status: error.status, code: error.error_code, message: error.message }, error);
    throw error;
  } finally {
    store.close();
  }
  printOne({ ...copying.counts, not_copied: copying.problem_count }, outputOf(command));
  for (const problem of copying.problems) say(problem);
  if (copying.problem_count > 0) throw failure('HF-CLI-014', { count: copying.problem_count });
}
