// agent: a folder with its parents, or a sentence that says why not.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder } from './own-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-folder-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a folder', () => {
  it('is made with its parents for its owner alone, and left as it is where it is there', () => {
    for (let time = 0; time < 2; time++) makeFolder(join(folder, 'a', 'b'));
    expect(statSync(join(folder, 'a', 'b')).mode & 0o777).toBe(0o700);
  });

  it('that cannot be is refused with its name: a file, below a file, where no folder may be', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const place of [file, join(file, 'below'), '/proc/none'])
      expect(() => makeFolder(place)).toThrow(expect.objectContaining({ code: 'HF-CLI-009', message: expect.stringContaining(place) as string }) as Error);
  });
});
