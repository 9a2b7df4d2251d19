// What several tests of the agent need: temporary folders that go away, and waiting for something to become true.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

/** Makes folders that are removed after each test. To be called once, at the top of a test file. */
export function temporaryFolders(): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
    made.push(folder);
    return folder;
  };
}

/** Resolves when the condition holds; fails with what it saw last where it does not in time. */
export async function until<T>(what: string, look: () => T, limit_ms = 8_000): Promise<NonNullable<T>> {
  const end = performance.now() + limit_ms;
  for (;;) {
    const value = look();
    if (value) return value as NonNullable<T>;
    if (performance.now() > end) throw new Error(`waited ${limit_ms} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
