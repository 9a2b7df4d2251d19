// cli/test: one command in this process: what it printed, and its exit code. Standard output and the environment are the ports that are taken.
import { vi } from 'vitest';
import { runCommandLine } from '../src/program.ts';

export interface Done {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Done> {
  const out = { stdout: '', stderr: '' };
  const heard = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      out[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
      return true;
    }),
  );
  const kept = process.env;
  process.env = { ...Object.fromEntries(Object.entries(kept).filter(([name]) => !name.startsWith('HOLDFAST_'))), ...env };
  try {
    return { code: await runCommandLine(args), ...out };
  } finally {
    process.env = kept;
    for (const spy of heard) spy.mockRestore();
  }
}
