// tests/interop: the contract suites once more, on Debian's PostgreSQL and, where HOLDFAST_TEST_S3 names one, on a real S3 server.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: path.join(import.meta.dirname, '..', '..'),
    pool: 'threads',
    isolate: false,
    maxWorkers: 1,
    include: ['tests/contract/**/*.test.ts'],
    globalSetup: ['tests/interop/debian-postgres-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
