// bench drift, part report: one check in a process of its own, so that its memory can be told: reads both files alone, then checks them and writes the HTML.
import { writeFileSync } from 'node:fs';
import { reportHtml } from '@holdfast/stats';
import { checkFiles } from '../../packages/cli/src/drift/check.ts';
import { openTable } from '../../packages/cli/src/tables/open-table.ts';
import type { ReadAs } from '../../packages/cli/src/tables/table.ts';

/** What is started with the paths of reference, current and HTML. */
export const child = import.meta.filename;

const as: Readonly<Record<string, ReadAs>> = { number: 'number', word: 'word', text: 'length', time: 'time', empty: 'word' };

/** The floor: every cell of both files is read, and nothing is counted. */
async function readAlone(files: readonly string[]): Promise<number> {
  const start = performance.now();
  for (const file of files) {
    const table = await openTable(file);
    const wanted = table.columns.flatMap(({ name, kind }) => (kind in as ? [{ name, as: as[kind]! }] : []));
    await table.read(wanted, () => undefined);
  }
  return performance.now() - start;
}

async function check(reference: string, current: string, html: string): Promise<{ ms: number; columns: number }> {
  const start = performance.now();
  const report = await checkFiles(reference, current, { alpha: 0.05, tolerance: 0.05 });
  writeFileSync(html, reportHtml(report));
  return { ms: performance.now() - start, columns: report.columns.length };
}

async function main([reference = '', current = '', html = '']: readonly string[]): Promise<void> {
  const files = [reference, current];
  const read_ms = Math.min(await readAlone(files), await readAlone(files));
  const [first, second] = [await check(reference, current, html), await check(reference, current, html)];
  const resident_mb = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ read_ms, check_ms: Math.min(first.ms, second.ms), columns: first.columns, resident_mb }));
}

if (process.argv[1] === child) await main(process.argv.slice(2));
