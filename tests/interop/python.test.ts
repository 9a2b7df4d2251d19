// tests/interop: Python beside the product: the quick start of sdk/python/README.md as it stands there, and examples/digits/train.py as a workflow step.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Client } from '@holdfast/client';
import { buildProfile } from '@holdfast/stats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ringPath } from '../../packages/agent/dist/capture/index.js';
import { ServerProgram, agent_file, command_line, joinAddress, root } from '../load/product.ts';
import { Program, runOnce } from '../load/program.ts';
import { python } from './engines.ts';
import { pythons } from './pythons.ts';

const run = promisify(execFile);
const digits = path.join(root, 'examples', 'digits');
let folder = '';
let server: ServerProgram;
let client: Client;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-interop-'));
  server = new ServerProgram({ folder: path.join(folder, 'server'), args: ['--poll-ms', '500', '--window-inferences', '50'] });
  client = await server.up();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function upload(bytes: Uint8Array): Promise<{ sha256: string; size_bytes: number }> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await client.raw('PUT', `/api/v1/blobs/${sha256}`, { bytes });
  return { sha256, size_bytes: bytes.length };
}

async function until<T>(limit_s: number, look: () => Promise<T | undefined>): Promise<T> {
  const end_ms = performance.now() + limit_s * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end_ms) throw new Error(`nothing came in ${limit_s} s`);
    await sleep(500);
  }
}

/** Built from a copy, since setuptools leaves its work in the folder that it builds. */
async function sdkVenv(): Promise<string | null> {
  const copy = path.join(folder, 'sdk-python');
  await cp(path.join(root, 'sdk', 'python'), copy, { recursive: true });
  return python('sklearn', [copy, 'scikit-learn']);
}

/** The program of the README: its only block of Python. */
async function quickStart(): Promise<string> {
  const blocks = [...(await readFile(path.join(root, 'sdk', 'python', 'README.md'), 'utf8')).matchAll(/```python\n([\s\S]*?)```/g)];
  expect(blocks).toHaveLength(1);
  return blocks[0]![1]!;
}

/** A reference of the same flowers, so that the windows of the program are compared with something. */
async function irisBundle(program: string): Promise<number> {
  const script =
    'import json, sklearn.datasets as d; i = d.load_iris(); print(json.dumps({"names": i.feature_names, "rows": i.data.tolist(), "labels": i.target.tolist()}))';
  const iris = JSON.parse((await run(program, ['-c', script])).stdout) as { names: string[]; rows: number[][]; labels: number[] };
  const names = iris.names.map((name) => `input.${name}`);
  const profile = buildProfile({
    names,
    values: iris.rows.map((row) => Float64Array.from(row)),
    predicted: iris.labels,
    class_names: ['setosa', 'versicolor', 'virginica'],
  });
  const json = (value: unknown) => upload(Buffer.from(JSON.stringify(value)));
  const pipeline = await json({ dataset: { name: 'iris' }, model: { name: 'iris' }, preproc: { pipeline: [] }, postproc: { pipeline: ['argmax'] } });
  const { version } = await client.call('modelRegister', {
    params: { name: 'iris' },
    body: { digest: (await upload(Buffer.from('a logistic regression'))).sha256 },
  });
  await client.call('bundleBuild', { params: { name: 'iris', version }, body: { pipeline: pipeline.sha256, profile: (await json(profile)).sha256 } });
  return version;
}

describe('the quick start of the Python SDK, with scikit-learn', () => {
  it('runs as it stands in the README under a real agent: its inferences arrive as points and as windows with a verdict', async (context) => {
    const program = await sdkVenv();
    if (!program) return context.skip('Python with scikit-learn cannot be had here');
    const app = path.join(folder, 'app.py');
    await writeFile(app, await quickStart());
    const device = path.join(folder, 'device');
    await runOnce('join', [agent_file, 'join', await joinAddress(client, 1), '--data', device, '--name', 'py']);
    const version = await irisBundle(program);
    await client.call('rolloutCreate', {
      body: {
        model: 'iris',
        version,
        waves: ['100%'],
        watch_ms: 0,
        probation: { inferences_min: 1, seconds_min: 1, seconds_max: 120, crashes_max: 5, suspect_windows_max: 100 },
      },
    });
    const agent = new Program({
      name: 'agent',
      args: [command_line, 'agent', '--data', device, '--wait-for-bundle', '--', program, app],
      log: path.join(folder, 'agent.log'),
    });
    agent.start();
    try {
      const { id } = (await client.call('deviceList', {})).devices[0]!;
      const timeline = await until(120, async () => {
        const seen = await client.call('deviceTimeline', { params: { id }, query: { from_ms: Date.now() - 600_000, to_ms: Date.now() } });
        const rate = seen.series.find((s) => s.metric === 'inferences_per_s');
        const arrived = seen.drift.length >= 4 && seen.drift.every((f) => f.at_ms.length >= 3) && rate?.max.some((value) => (value ?? 0) > 0);
        return arrived ? seen : undefined;
      });
      expect(timeline.drift.map((f) => f.feature)).toEqual(expect.arrayContaining(['input.sepal length (cm)', 'input.petal width (cm)']));
      await expect.poll(() => agent.said, { timeout: 20_000 }).toContain('150 logged, 0 dropped');
    } finally {
      await agent.stop();
      for (const end of ['', '.json', '.cursor']) await rm(ringPath(device) + end, { force: true });
    }
  });
});

describe('examples/digits/train.py', () => {
  it('is a training step like the other one: its model is evaluated by the same command and registered', async (context) => {
    const program = await python('numpy', pythons.numpy);
    if (!program) return context.skip('Python with numpy and onnx cannot be had here');
    const parts = path.join(folder, 'digits');
    await run(process.execPath, [path.join(digits, 'dist', 'prepare.js'), parts, '--train', '3000', '--heldout', '500']);
    for (const part of ['train', 'heldout']) {
      const files = await Promise.all(
        ['images.idx', 'labels.idx'].map(async (file) => ({ path: file, ...(await upload(await readFile(path.join(parts, part, file)))) })),
      );
      await client.call('datasetCommit', { params: { name: part }, body: { files } });
    }
    const evaluate = path.join(digits, 'dist', 'evaluate.js');
    const steps = [
      {
        name: 'train',
        kind: 'command' as const,
        argv: [program, path.join(digits, 'train.py')],
        inputs: { dataset: 'dataset:train' },
        outputs: { model: 'model.onnx' },
      },
      {
        name: 'evaluate',
        kind: 'command' as const,
        needs: ['train'],
        argv: [process.execPath, evaluate],
        inputs: { model: 'step:train/model', dataset: 'dataset:heldout' },
        outputs: { metrics: 'metrics.json', profile: 'profile.json' },
      },
      {
        name: 'register',
        kind: 'register' as const,
        needs: ['evaluate'],
        with: { model: 'digits', file: 'step:train/model', metrics: 'step:evaluate/metrics' },
      },
    ];
    await client.call('workflowPut', { params: { name: 'python' }, body: { steps } });
    const { id } = await client.call('executionStart', { params: { name: 'python' }, body: { params: { epochs: '3' } } });
    const ended = await until(180, async () => {
      const execution = await client.call('executionShow', { params: { id } });
      return execution.state === 'running' ? undefined : execution;
    });
    expect(ended.steps.map((s) => [s.name, s.state, s.error])).toEqual([
      ['train', 'succeeded', null],
      ['evaluate', 'succeeded', null],
      ['register', 'succeeded', null],
    ]);
    const version = (await client.call('modelShow', { params: { name: 'digits' } })).versions[0]!;
    expect(version.metrics['candidate.clean'], JSON.stringify(version.metrics)).toBeGreaterThan(0.85);
  });
});
