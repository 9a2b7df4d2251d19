import { describe, expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';
import { lean_marker, withoutLean } from './lean.ts';

const lean = new URL('../dist/lean.js', import.meta.url).href;

/** What a process says of itself that became lean where a runtime cannot start itself again. */
function leanWithoutExecve(env: Record<string, string>): unknown {
  const script = `delete process.execve; const { becomeLean, withoutLean } = await import(${JSON.stringify(lean)}); becomeLean();
    const { getHeapSpaceStatistics } = await import('node:v8');
    for (let i = 0, kept = []; i < 3e5; i++) kept[i % 3e4] = { i, text: 'x' + i };
    const young_bytes = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
    console.log(JSON.stringify({ young_bytes, threads: process.env.UV_THREADPOOL_SIZE, given_on: withoutLean(process.env).UV_THREADPOOL_SIZE ?? null }));`;
  const { NODE_OPTIONS: _options, UV_THREADPOOL_SIZE: _threads, [lean_marker]: _marker, ...rest } = process.env;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: { ...rest, ...env } }).toString());
}

describe('a runtime that cannot start itself again', () => {
  it('keeps the young generation small all the same, and a thread pool of one that the program does not get', () => {
    const { young_bytes, ...rest } = leanWithoutExecve({}) as { young_bytes: number };
    expect(young_bytes).toBeLessThanOrEqual(2 * 1_048_576);
    expect(rest).toEqual({ threads: '1', given_on: null });
    expect(leanWithoutExecve({ UV_THREADPOOL_SIZE: '4' })).toMatchObject({ threads: '4', given_on: '4' });
  });
});

describe('what has piled up', () => {
  it('is collected where the runtime lets us, once it is a MiB', () => {
    const script = `const { collectWhatPiledUp } = await import(${JSON.stringify(lean)});
      const collect = globalThis.gc; let calls = 0; globalThis.gc = () => { calls++; collect(); };
      const kept = []; const said = []; const call = () => (collectWhatPiledUp(), said.push(calls));
      call(); call(); for (let i = 0; i < 3e3; i++) kept.push(new Uint8Array(1000)); kept.length = 0; call(); call();
      console.log(JSON.stringify(said));`;
    const out = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', script]).toString();
    expect(JSON.parse(out)).toEqual([1, 1, 2, 2]);
  });
});

describe('the lean environment', () => {
  it('is taken away again for the program, but not what the user had set', () => {
    expect(withoutLean({ A: '1', UV_THREADPOOL_SIZE: '1', MALLOC_ARENA_MAX: '8', [lean_marker]: 'UV_THREADPOOL_SIZE' })).toEqual({
      A: '1',
      MALLOC_ARENA_MAX: '8',
    });
    expect(withoutLean({ A: '1', UV_THREADPOOL_SIZE: '4' })).toEqual({ A: '1', UV_THREADPOOL_SIZE: '4' });
  });
});
