import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { openDetector } from '@holdfast/stats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NumberLines, readNumber } from './number-lines.ts';
import { watch } from './stream.ts';

const main = path.resolve(import.meta.dirname, '..', '..', 'dist', 'main.js');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-stream-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The whole command, as a shell starts it. */
async function run(args: readonly string[], input: string): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [main, 'drift', 'stream', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.on('error', () => undefined); // a command that refuses its arguments reads nothing
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, err };
}

const step = (n: number, before: number, after: number): string =>
  Array.from({ length: n }, (_, i) => (i < n / 2 ? before : after) + ((i * 37) % 11) / 50).join('\n');

describe('holdfast drift stream', () => {
  it('prints a line of JSON for each firing, at the index among the numbers', async () => {
    const { code, out, err } = await run(['page-hinkley', '--set', 'threshold=5', '--set', 'mode=up'], step(400, 0, 1));
    const first = JSON.parse(out.split('\n')[0]!) as { index: number; kind: string };
    expect([code, err, first.kind]).toEqual([0, '', 'drift']);
    expect(first.index).toBeGreaterThanOrEqual(200);
    expect(first.index).toBeLessThan(220);
  });

  it('names a line that is no number, and goes on', async () => {
    const { code, out, err } = await run(['cusum', '--set', 'warm_start=3'], '1\n2\nabc\n3\n\n1e400x\n-Infinity\n99\n');
    expect(code).toBe(0);
    expect(err).toBe(
      ['line 3: "abc" is no number', 'line 5: "" is no number', 'line 6: "1e400x" is no number', ''].join('\n') +
        '1 values were not finite and not read, 0 were beyond 1e100 and read as that\n',
    );
    expect(out).toBe('{"index":4,"kind":"drift"}\n');
  });

  it('reads the reference of the e-detector from a file', async () => {
    const file = path.join(folder, 'good.txt');
    await writeFile(file, step(2000, 0, 0));
    expect((await run(['e-detector', '--set', `reference=${file}`], step(40, 3, 3))).out).toMatch(/"kind":"drift"/);
    expect((await run(['e-detector', '--set', `reference=${file}`], step(500, 0, 0))).out).toBe('');
    await writeFile(file, '1\n2\nx\n');
    expect(await run(['e-detector', '--set', `reference=${file}`], '')).toMatchObject({ code: 2, err: expect.stringContaining('"x" on line 3') as string });
    await writeFile(file, '1\n2\n');
    expect(await run(['e-detector', '--set', `reference=${file}`], '')).toMatchObject({ code: 2, err: expect.stringContaining('HF-STAT-023') as string });
  });

  it('suggests what was meant by a name, a parameter or a value', async () => {
    const wrong = [
      [['adwim'], 'did you mean "adwin"'],
      [['adwin', '--set', 'clok=1'], 'did you mean "clock"'],
      [['adwin', '--set', 'clock=often'], 'expected a whole number from 1 to 1000000000'],
      [['page-hinkley', '--set', 'mode=upp'], 'did you mean "up"'],
      [['hddm-a', '--set', 'two_sided_test=maybe'], 'expected true or false'],
      [['kswin', '--set', 'stat_size=80'], 'expected a window_size of at least twice the stat_size'],
    ] as const;
    for (const [args, said] of wrong) expect(await run(args, '1\n')).toMatchObject({ code: 2, out: '', err: expect.stringContaining(said) as string });
  });
});

describe('a long stream', () => {
  it('is watched in bounded memory, a line without an end too', async () => {
    const digits = '1'.repeat(65_536);
    const endless = Readable.from(
      (function* () {
        for (let i = 0; i < 2000; i++) yield digits;
        yield '\n7\n';
      })(),
    );
    const [out, err] = [new PassThrough(), new PassThrough()];
    const detector = openDetector('adwin');
    const before = process.memoryUsage().heapUsed;
    await watch(detector, endless, { out, err });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64_000_000); // of 131 MB that went through
    err.end();
    expect(await text(err)).toMatch(/^line 1: "1{60}" is no number\n$/);
    expect(detector.read).toBe(1);
  });

  it('is cut where chunks end anywhere', () => {
    const lines = new NumberLines();
    const found = ['1', '.5\n', '2\r\n-', '3e', '2\n4'].flatMap((piece) => lines.push(piece)).concat(lines.end());
    expect(found.map(({ line, value }) => [line, value])).toEqual([
      [1, 1.5],
      [2, 2],
      [3, -300],
      [4, 4],
    ]);
  });

  it('takes numbers in the usual forms only', () => {
    expect(['1', ' -2.5 ', '+3', '.5', '5.', '1e3', '1E-3'].map(readNumber)).toEqual([1, -2.5, 3, 0.5, 5, 1000, 0.001]);
    expect(['NaN', 'inf', '-Infinity'].map(readNumber)).toEqual([Number.NaN, Infinity, -Infinity]);
    expect(['', '0x10', '1,5', '1_000', 'one', '1 2', '--1'].map(readNumber)).toEqual([null, null, null, null, null, null, null]);
  });
});
