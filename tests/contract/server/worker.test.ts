// contract/server: the worker over the real process engine, and the server's rooms behind it.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { failure, systemClock } from '@holdfast/base';
import type { StepDefinition } from '@holdfast/protocol/rest';
import { type WorkSource, Worker, fileBytes } from '@holdfast/workflows';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type House, openHouse, tester } from './support.ts';

let house: House;
let name: string;
let tests = 0;
let workers: Worker[] = [];
let told: string[] = [];
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());
beforeEach(() => {
  name = `flow${++tests}`;
  workers = [];
  told = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
});

/** The rooms as a work source; leases as short as a test needs. */
function source(change: Partial<WorkSource> = {}): WorkSource {
  const { workflows, registry } = house.rooms;
  return {
    claim: async (worker) => {
      const step = await workflows.claim(worker);
      return step && { ...step, lease_ms: 600 };
    },
    renew: (key) => workflows.renew(key),
    log: (key, first, lines) => workflows.log(key, first, lines),
    complete: (key, ending) => workflows.complete(key, ending),
    readBlob: (digest) => registry.blobs.read(digest),
    writeBlob: async (file) => (await registry.blobs.put(fileBytes(file))).digest,
    ...change,
  };
}

async function work(change: Partial<WorkSource> = {}, folder?: string): Promise<{ worker: Worker; folder: string }> {
  const at = folder ?? (await mkdtemp(path.join(house.folder, 'work-')));
  const worker = new Worker({
    name: `w${workers.length}`,
    source: source(change),
    folder: at,
    clock: systemClock,
    poll_ms: 20,
    hardware: async () => ({ processor: 'Cortex "A76"', cores: '4' }),
    on_error: (error) => void told.push(error.message),
  });
  workers.push(worker);
  return { worker, folder: at };
}

const script = (code: string, more: Partial<StepDefinition> = {}): StepDefinition => ({
  name: 'train',
  kind: 'command',
  argv: [process.execPath, '--input-type=module', '-e', code],
  ...more,
});
async function start(steps: StepDefinition[], params: Record<string, string> = {}): Promise<string> {
  await house.rooms.workflows.executions.define(name, steps, tester);
  return house.rooms.workflows.executions.start({ workflow: name, cause: 'test', params, by: tester });
}
const stepOf = async (id: string, step = 'train') => (await house.rooms.workflows.executions.execution(id)).steps.find((s) => s.name === step)!;
const until = (id: string, ...states: string[]) =>
  expect.poll(async () => (await stepOf(id)).state, { timeout: 15_000, interval: 25 }).toSatisfy((state: string) => states.includes(state));
const logOf = async (id: string, step = 'train') => (await house.rooms.workflows.executions.log(id, step, 0, 10_000)).map((l) => l.text);

describe('a command step', () => {
  it('finds its inputs, params and secrets-free environment, and leaves outputs, lines, metrics and progress', async () => {
    const put = async (text: string) => {
      const { digest, size_bytes } = await house.rooms.registry.blobs.put(Buffer.from(text));
      return { sha256: digest, size_bytes };
    };
    await house.rooms.datasets.commit(
      name,
      [
        { path: 'a.txt', ...(await put('alpha')) },
        { path: 'deep/b.txt', ...(await put('beta')) },
      ],
      { by: tester, note: '' },
    );
    const code = `
      import { readFileSync, writeFileSync } from 'node:fs';
      const env = process.env, params = JSON.parse(readFileSync(env.HOLDFAST_PARAMS_FILE, 'utf8'));
      const text = readFileSync(env.HOLDFAST_INPUT_DATA + '/a.txt', 'utf8') + readFileSync(env.HOLDFAST_INPUT_DATA + '/deep/b.txt', 'utf8');
      console.log([text, JSON.stringify(params), env.HOLDFAST_INPUT_BASE, env.HOLDFAST_SEED, env.HOLDFAST_STEP, env.HOLDFAST_ATTEMPT, env.EXTRA, env.HOLDFAST_ADMIN_TOKEN ?? 'no token'].join('|'));
      console.log('::metric name=loss value=0.5 step=1\\n::progress 0.5');
      console.error('on stderr');
      writeFileSync(env.HOLDFAST_OUTPUT_MODEL, text.toUpperCase() + process.argv.at(-1));`;
    process.env['HOLDFAST_ADMIN_TOKEN'] = 'secret';
    const step = script(code, { inputs: { data: `dataset:${name}`, base: 'model:none@champion' }, outputs: { model: 'model.onnx' }, env: { EXTRA: 'x${lr}' } });
    const id = await start([{ ...step, argv: [...step.argv!, '--', '--lr=${lr}'] }], { lr: '0.1', seed: '7' });
    const { folder } = await work();
    await until(id, 'succeeded', 'failed');
    delete process.env['HOLDFAST_ADMIN_TOKEN'];
    const done = await stepOf(id);
    expect(done).toMatchObject({ state: 'succeeded', progress: 1, attempt: 1 });
    expect((await buffer(await house.rooms.registry.blobs.read(done.outputs['model']!))).toString()).toBe('ALPHABETA--lr=0.1');
    const lines = await logOf(id);
    expect(lines).toContain('alphabeta|{"lr":"0.1","seed":"7"}||7|train|1|x0.1|no token');
    expect(lines).toContain('on stderr');
    const [run] = (await house.rooms.tracking.runViews({ experiment: 'step train' }, 100, null)).filter((r) => r.tags['holdfast.execution'] === id);
    expect(run!.state).toBe('finished');
    expect(run!.metrics).toEqual({ loss: { last: 0.5, step: 1, points: 1 } });
    expect(run!.tags).toMatchObject({ 'hardware.processor': "Cortex 'A76'", 'hardware.cores': '4' });
    expect(await readdir(folder)).toEqual([]);
    expect(told).toEqual([]);
  });

  it('keeps every line in order and once, where the server is not always there', async () => {
    let calls = 0;
    const flaky: WorkSource['log'] = async (key, first, lines) => {
      await house.rooms.workflows.log(key, first, lines);
      if (calls++ % 2 === 0) throw failure('HF-CLI-003', { url: 'http://127.0.0.1', reason: 'the answer was lost' });
    };
    const id = await start([script(`for (let i = 0; i < 2000; i++) console.log('line ' + i);`)]);
    await work({ log: flaky });
    await until(id, 'succeeded', 'failed');
    expect(await logOf(id)).toEqual(Array.from({ length: 2_000 }, (_, i) => `line ${i}`));
  });

  it('is ended once where the answer to its end is lost', async () => {
    let calls = 0;
    const id = await start([script('')]);
    await work({
      complete: async (key, ending) => {
        await house.rooms.workflows.complete(key, ending);
        if (calls++ === 0) throw failure('HF-CLI-003', { url: 'http://127.0.0.1', reason: 'the answer was lost' });
      },
    });
    await until(id, 'succeeded', 'failed');
    await expect.poll(() => calls).toBe(2);
    expect(await stepOf(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
  });

  it.each([
    ['a command that fails', script('process.exit(3)'), 'exit code 3'],
    [
      'an output that it did not write',
      script('', { outputs: { model: 'model.onnx' } }),
      'the command ended well but wrote no file for its output "model" (HOLDFAST_OUTPUT_MODEL)',
    ],
    ['its time limit', script('setInterval(() => {}, 1000)', { timeout_ms: 200 }), 'ended after its time limit of 200 ms'],
    ['a program that is not there', { name: 'train', kind: 'command', argv: ['/no/such/program'] } satisfies StepDefinition, 'exit code 127'],
    ['a signal', script(`process.kill(process.pid, 'SIGKILL')`), 'ended by signal SIGKILL'],
  ] as const)('fails with %s', async (_, step, error) => {
    const id = await start([step as StepDefinition]);
    await work();
    await until(id, 'failed', 'succeeded');
    expect((await stepOf(id)).error).toContain(error);
  });

  it('does not start where the server names an output outside of its folder', async () => {
    const id = await start([script('', { attempts_max: 1 })]);
    const { claim } = source();
    await work({
      claim: async (worker) => {
        const step = await claim(worker);
        return step && { ...step, definition: { ...step.definition, outputs: { model: '../../model.onnx' } } };
      },
    });
    await until(id, 'failed', 'succeeded');
    expect((await stepOf(id)).error).toContain('could not prepare the inputs');
  });

  it('asks for another try with exit code 75', async () => {
    const id = await start([script('process.exit(75)')]);
    await work();
    await until(id, 'delayed', 'failed');
    expect(await stepOf(id)).toMatchObject({ state: 'delayed', attempt: 1, error: 'exit code 75' });
    await house.rooms.workflows.executions.cancel(id, tester);
  });

  it('is ended, with all that it started, when its execution is cancelled', async () => {
    const pid_file = path.join(house.folder, `${name}.pid`);
    const id = await start([
      script(`import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(pid_file)}, String(process.pid)); setInterval(() => {}, 1000);`),
    ]);
    await work();
    await expect.poll(() => existsSync(pid_file), { timeout: 10_000 }).toBe(true);
    const pid = Number(await readFile(pid_file, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    await house.rooms.workflows.executions.cancel(id, tester);
    await expect.poll(() => isAlive(pid), { timeout: 10_000, interval: 25 }).toBe(false);
    expect(await stepOf(id)).toMatchObject({ state: 'cancelled' });
  });

  it('is ended by a worker that cannot renew, before its lease is over', async () => {
    const pid_file = path.join(house.folder, `${name}.pid`);
    const id = await start([
      script(`import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(pid_file)}, String(process.pid)); setInterval(() => {}, 1000);`),
    ]);
    const gone = () => Promise.reject(failure('HF-CLI-003', { url: 'http://127.0.0.1', reason: 'no route' }));
    const since = Date.now();
    await work({ renew: gone, log: gone, complete: gone });
    await expect.poll(() => existsSync(pid_file), { timeout: 10_000 }).toBe(true);
    const pid = Number(await readFile(pid_file, 'utf8'));
    await expect.poll(() => isAlive(pid), { timeout: 10_000, interval: 10 }).toBe(false);
    expect(Date.now() - since).toBeLessThan(30_000); // the server's lease
    await house.rooms.workflows.executions.cancel(id, tester);
  });

  it('goes back for another try when its lease could not be renewed in time, and the server is there again', async () => {
    const id = await start([script('setInterval(() => {}, 1000)')]);
    await work({ renew: () => Promise.reject(failure('HF-CLI-003', { url: 'http://127.0.0.1', reason: 'no route' })) });
    await until(id, 'delayed', 'failed');
    expect(await stepOf(id)).toMatchObject({ state: 'delayed', attempt: 1 });
    await house.rooms.workflows.executions.cancel(id, tester);
  });

  it('goes back for another try when its worker is stopped, also while its inputs are fetched', async () => {
    const id = await start([script('setInterval(() => {}, 1000)')]);
    const { worker } = await work();
    await until(id, 'running');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await worker.stop();
    expect(await stepOf(id)).toMatchObject({ state: 'delayed', attempt: 1 });
    await house.rooms.workflows.executions.cancel(id, tester);
  });
});

describe('a worker', () => {
  it('sweeps the folders that a kill left behind, and nothing else', async () => {
    const folder = await mkdtemp(path.join(house.folder, 'work-'));
    await mkdir(path.join(folder, 'step-left', 'in'), { recursive: true });
    await writeFile(path.join(folder, 'step-left', 'in', 'x'), 'x');
    await writeFile(path.join(folder, 'kept'), 'x');
    await work({}, folder);
    await expect.poll(() => readdir(folder)).toEqual(['kept']);
  });

  it('goes on after an error of its server', async () => {
    let calls = 0;
    const id = await start([script('')]);
    await work({ claim: async (worker) => (calls++ === 0 ? Promise.reject(failure('HF-CLI-003', { url: 'u', reason: 'down' })) : source().claim(worker)) });
    await until(id, 'succeeded');
    expect(told).toEqual(['The server at u does not answer: down.']);
  });

  it('shares the steps of a fan with others, each step run once', async () => {
    const file = path.join(house.folder, `${name}.runs`);
    const steps = Array.from({ length: 6 }, (_, i) => ({
      ...script(`import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(file)}, 's${i}\\n');`),
      name: `s${i}`,
    }));
    const id = await start(steps);
    const claim: WorkSource['claim'] = (worker) => house.rooms.workflows.claim(worker); // with the lease of the server: none is lost to a busy machine
    await Promise.all([work({ claim }), work({ claim }), work({ claim })]);
    await expect.poll(async () => (await house.rooms.workflows.executions.execution(id)).state, { timeout: 15_000 }).toBe('succeeded');
    expect((await readFile(file, 'utf8')).trim().split('\n').toSorted()).toEqual(steps.map((s) => s.name));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // ESRCH: it has ended
  }
}
