// holdfast drift check: two files of rows, a reference and a current one, without a server: what of the current one is distributed otherwise, or missing more often.
import path from 'node:path';
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import {
  type DriftReport,
  beyondOf,
  faultInWords,
  makeReport,
  missingShare,
  percent,
  reportHtml,
  ruleInWords,
  shareInWords,
  shortNumber,
  summaryOf,
  testInWords,
} from '@holdfast/stats';
import { writeWhole } from '../files.ts';
import { printOne, printRows, say } from '../output.ts';
import { plain } from '../plain-text.ts';
import { outputOf } from '../settings.ts';
import { anyNumber, verb } from '../verb.ts';
import { compareFiles } from './check-columns.ts';

interface CheckOptions {
  readonly columns?: string;
  readonly alpha: number;
  readonly tolerance: number;
  readonly html?: string;
  readonly failOnDrift?: boolean;
}

const manual = `
Files are CSV, JSON lines (one object a line) or Parquet, by their content; the two may differ. Each is read once, in a memory that does not grow with it.
Numbers are tested by Kolmogorov-Smirnov, words, booleans and numbers of few values by the G test, texts by their length; times are shown only. Missing
values are tested apart. What is printed, and how: docs/reference/drift-report.md.`;

export function addDriftCheck(noun: Command): void {
  const says = 'compare a file of rows with a reference: which columns drifted; works alone, without a server';
  verb(noun, 'check <reference> <current>', says, 'drift check reference.csv current.parquet --html report.html')
    .option('--columns <names>', 'these columns only, such as age,country')
    .option('--alpha <share>', 'share of checks that may name a column although nothing changed', anyNumber(1e-9, 0.5), 0.05)
    .option('--tolerance <effect>', 'the least effect that counts, 0 to 1', anyNumber(0, 1), 0.05)
    .option('--html <path>', 'write the report as one HTML file, of at most 200 KB')
    .option('--fail-on-drift', 'exit code 8 where a column drifted or cannot be compared')
    .addHelpText('after', manual)
    .action(check);
}

async function check(reference: string, current: string, options: CheckOptions, command: Command): Promise<void> {
  const report = await checkFiles(reference, current, options);
  if (options.html !== undefined) await writeWhole(options.html, reportHtml(report));
  print(report, command);
  if (options.failOnDrift && report.drifted + report.not_comparable > 0) throw failure('HF-CLI-007', { reason: summaryOf(report) });
}

export async function checkFiles(reference: string, current: string, options: CheckOptions): Promise<DriftReport> {
  const { openTable } = await import('../tables/open-table.ts'); // the reader of Parquet: 30 ms that no other command needs
  const tables = [await openTable(reference), await openTable(current)] as const;
  const names = options.columns?.split(',').map((name) => name.trim()) ?? null;
  const { reference_rows, current_rows, drafts, notes } = await compareFiles([reference, current], tables, names);
  const frame = {
    title: `Drift of ${path.basename(current)}`,
    reference: { name: path.basename(reference), rows: reference_rows },
    current: { name: path.basename(current), rows: current_rows },
    made_at_ms: Date.now(),
    period: null,
    rule: { alpha: options.alpha, distance_min: options.tolerance },
    notes,
    tables: [],
  };
  return makeReport(frame, drafts);
}

const heads = ['column', 'verdict', 'effect', 'p_adjusted', 'missing', 'beyond', 'moved_sd', 'test'];

function print(report: DriftReport, command: Command): void {
  const output = outputOf(command);
  if (output.json) return printOne({ ...report }, output);
  const rows = report.columns.map((column) => ({
    column: column.name,
    verdict: faultInWords(column),
    effect: shortNumber(column.distance),
    p_adjusted: shortNumber(column.fault === 'missing' ? column.missing_p_adjusted : column.p_adjusted),
    missing: `${percent(missingShare(column.reference))} -> ${percent(missingShare(column.current))}`,
    beyond: shareInWords(beyondOf(column)?.current ?? null),
    moved_sd: shortNumber(column.effects?.wasserstein_sd ?? null),
    test: column.fault === 'not_comparable' ? column.note : testInWords(column),
  }));
  printRows(rows, heads, output);
  for (const text of [...report.notes, summaryOf(report), ruleInWords(report.rule)]) say(plain(text));
}
