import { describe, expect, it } from 'vitest';
import { lean_marker, withoutLean } from './lean.ts';

describe('the lean environment', () => {
  it('is taken away again for the program, but not what the user had set', () => {
    expect(withoutLean({ A: '1', UV_THREADPOOL_SIZE: '1', MALLOC_ARENA_MAX: '8', [lean_marker]: 'UV_THREADPOOL_SIZE' })).toEqual({
      A: '1',
      MALLOC_ARENA_MAX: '8',
    });
    expect(withoutLean({ A: '1', UV_THREADPOOL_SIZE: '4' })).toEqual({ A: '1', UV_THREADPOOL_SIZE: '4' });
  });
});
