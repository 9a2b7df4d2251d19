// tests/interop: real processes beside real foreign programs, one story at a time.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: path.join(import.meta.dirname, '..', '..'),
    pool: 'threads',
    isolate: false,
    fileParallelism: false,
    include: ['tests/interop/**/*.test.ts'],
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
});
