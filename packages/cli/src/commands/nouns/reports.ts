// report: drift over a time, of the fleet or of a part of it, for people, as JSON, or as one HTML file; and schedules of reports.
import { type Command, InvalidArgumentError } from 'commander';
import type { ReportView } from '@holdfast/protocol/rest';
import {
  type ReportBook,
  beyondOf,
  bookHtml,
  faultInWords,
  featureInWords,
  missingShare,
  percent,
  shareInWords,
  shortNumber,
  summaryOf,
} from '@holdfast/stats';
import { writeWhole } from '../../files.ts';
import { printDone, printOne, printRows, say, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { verb, wholeNumber } from '../../verb.ts';

interface SubjectOptions {
  readonly model?: string;
  readonly modelVersion?: number;
  readonly project?: string;
  readonly device?: string;
  readonly group?: string;
  readonly hardware?: string;
}
interface ShowOptions extends SubjectOptions {
  readonly last?: number;
  readonly html?: string;
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000 };

/** `7d` or `12h` in milliseconds. */
function duration(text: string): number {
  const match = /^(\d{1,4})([hd])$/.exec(text);
  const ms = match ? Number(match[1]) * units[match[2]!]! : 0;
  if (ms >= units['h']! && ms <= 366 * units['d']!) return ms;
  throw new InvalidArgumentError('hours or days, such as 12h or 7d, up to 366d');
}

const withSubject = (command: Command): Command =>
  command
    .option('--model <name>', 'of this model')
    .option('--model-version <n>', 'of this version of the model', wholeNumber(1, 2_147_483_647))
    .option('--project <name>', 'of the models of this project')
    .option('--device <name>', 'of this device')
    .option('--group <name>', 'of the devices of this group')
    .option('--hardware <fact>', 'of the machines that say this of themselves, such as architecture=arm64');

const subjectOf = ({ model, modelVersion, project, device, group, hardware }: SubjectOptions) => ({
  model,
  model_version: modelVersion,
  project,
  device,
  group,
  hardware,
});

export function addReports(program: Command): void {
  const noun = program.command('report').description('reports: drift over a time, of the fleet or of a part of it');
  withSubject(verb(noun, 'show', 'the report of the last 7 days', 'report show --group north --last 30d --html north.html'))
    .option('--last <time>', 'up to now, such as 12h or 30d', duration)
    .option('--html <path>', 'write it as one HTML file, of at most 200 KB')
    .action(show);
  verb(noun, 'ls', 'schedules of reports', 'report ls').action(async (_o: object, command: Command) => {
    const { schedules } = await clientOf(command).call('reportList', {});
    const rows = schedules.map((s) => ({ ...s, about: Object.entries(s.subject).map(([key, value]) => `${key} ${value}`), next: time(s.next_ms) }));
    printRows(rows, ['name', 'about', 'every_ms', 'keep', 'next'], outputOf(command));
  });
  verb(noun, 'kept', 'the reports that schedules made, newest first', 'report kept').action(async (_o: object, command: Command) => {
    const { kept } = await clientOf(command).call('reportList', {});
    printRows(
      kept.map((row) => ({ ...row, made: time(row.made_ms) })),
      ['id', 'schedule', 'made', 'drifted'],
      outputOf(command),
    );
  });
  verb(noun, 'open <id>', 'a report that a schedule made', 'report open 12 --html weekly.html')
    .option('--html <path>', 'write it as one HTML file')
    .action(async (id: string, { html }: { html?: string }, command: Command) => {
      const report = await clientOf(command).call('reportKept', { params: { id: Number(id) }, query: {} });
      await print(report, html, command);
    });
  withSubject(verb(noun, 'set <name>', 'make a report again and again', 'report set weekly --model parts --every 7d'))
    .requiredOption('--every <time>', 'such as 1d or 7d', duration)
    .option('--keep <n>', 'how many of its reports are kept', wholeNumber(1, 100))
    .action(async (name: string, options: SubjectOptions & { every: number; keep?: number }, command: Command) => {
      const given = Object.entries({ ...subjectOf(options), every_ms: options.every, keep: options.keep }).filter(([, value]) => value !== undefined);
      printOne(await clientOf(command).call('reportPut', { params: { name }, body: Object.fromEntries(given) as { every_ms: number } }), outputOf(command));
    });
  verb(noun, 'rm <name>', 'remove a schedule, with its reports', 'report rm weekly').action(async (name: string, _o: object, command: Command) => {
    await clientOf(command).call('reportDelete', { params: { name } });
    printDone(`removed ${name}`, { name, removed: true }, outputOf(command));
  });
}

async function show({ last, html, ...subject }: ShowOptions, command: Command): Promise<void> {
  const to_ms = Date.now();
  const period = last === undefined ? {} : { from_ms: to_ms - last, to_ms };
  await print(await clientOf(command).call('reportShow', { query: { ...subjectOf(subject), ...period } }), html, command);
}

async function print(report: ReportView, html: string | undefined, command: Command): Promise<void> {
  if (html !== undefined) await writeWhole(html, bookHtml(report as ReportBook));
  const output = outputOf(command);
  if (output.json) return printOne({ ...report }, output);
  const rows = report.parts.flatMap((part) =>
    part.columns.map((column) => ({
      part: part.title,
      feature: featureInWords(column.name),
      verdict: faultInWords(column),
      effect: shortNumber(column.distance),
      p_adjusted: shortNumber(column.fault === 'missing' ? column.missing_p_adjusted : column.p_adjusted),
      missing: `${percent(missingShare(column.reference))} -> ${percent(missingShare(column.current))}`,
      beyond: shareInWords(beyondOf(column)?.current ?? null),
      moved_sd: shortNumber(column.effects?.wasserstein_sd ?? null),
    })),
  );
  printRows(rows, ['part', 'feature', 'verdict', 'effect', 'p_adjusted', 'missing', 'beyond', 'moved_sd'], output);
  for (const text of [...report.notes, ...report.parts.map((part) => `${part.title}: ${summaryOf(part)}`)]) say(text);
}
