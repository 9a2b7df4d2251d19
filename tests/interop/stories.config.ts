// tests/interop: real processes beside real foreign programs, two stories at a time: each waits for others as long as it works.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: path.join(import.meta.dirname, '..', '..'),
    pool: 'threads',
    isolate: false,
    maxWorkers: 2,
    include: ['tests/interop/**/*.test.ts'],
    globalSetup: ['tests/interop/stories-setup.ts'],
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
});
