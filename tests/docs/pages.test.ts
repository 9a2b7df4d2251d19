// Runs every tutorial and how-to page as a reader would: its files are written, its shell blocks are one script, run in the repository's folder.
import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
const pages = globSync('docs/{tutorials,how-to}/*.md', { cwd: root }).toSorted();

interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly code: string;
}

const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/^```(\w+)(?: file=(\S+))?\n(.*?)^```/gms)].map(([, language = '', file, code = '']) => ({ language, file, code }));

/** Runs a script with an empty home; resolves with its code and all that it said. */
async function runScript(script: string): Promise<{ code: number | null; said: string }> {
  const home = await mkdtemp(path.join(tmpdir(), 'holdfast-reader-'));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HOLDFAST|npm)_/.test(name)));
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: root,
    env: { ...env, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  onTestFinished(() => endGroup(child.pid!)); // also where the time of the test is over
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  await rm(home, { recursive: true, force: true });
  return { code, said };
}

/** What the script started and, where it failed half-way, did not stop. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // nothing of it runs any more
  }
}

describe('the tutorials and how-to pages', () => {
  for (const page of pages.filter((file) => blocksOf(readFileSync(path.join(root, file), 'utf8')).length > 0)) {
    it(`${page}: every block runs, in order`, { timeout: 120_000 }, async () => {
      const blocks = blocksOf(readFileSync(path.join(root, page), 'utf8'));
      for (const { file, code } of blocks.filter((block) => block.file !== undefined)) {
        await mkdir(path.dirname(path.join(root, file!)), { recursive: true });
        await writeFile(path.join(root, file!), code);
      }
      const { code, said } = await runScript(
        blocks
          .filter((block) => block.language === 'sh')
          .map((block) => block.code)
          .join('\n'),
      );
      expect(code, said).toBe(0);
    });
  }
});
