// tests/e2e: real browsers against real servers. A file has a browser and a server with its database to itself, so files run beside each other.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const files_at_once_max = 4;

export default defineConfig({
  test: {
    include: ['tests/e2e/**/*.test.ts'],
    root: new URL('../..', import.meta.url).pathname,
    maxWorkers: Math.min(availableParallelism(), files_at_once_max),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
