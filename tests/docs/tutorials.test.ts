// Runs every tutorial as a reader would: its files are written, its shell blocks are one script, run in the repository's folder.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');
const folder = path.join(root, 'docs', 'tutorials');

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
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env: { ...env, HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  await rm(home, { recursive: true, force: true });
  return { code, said };
}

describe('the tutorials', () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.md'))) {
    it(`${name}: every block runs, in order`, { timeout: 120_000 }, async () => {
      const blocks = blocksOf(readFileSync(path.join(folder, name), 'utf8'));
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
