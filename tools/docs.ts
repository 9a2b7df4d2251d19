// Writes the pages that are made from the code: docs/reference/errors.md from the error catalogue, mlflow.md from the description of MLflow's routes,
// hardware.md from the words for a machine.
// With --check it only compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CatalogueEntry, catalogue } from '@holdfast/base';
import { hardwarePage } from './hardware-page.ts';
import { mlflowPage } from './mlflow-page.ts';

const area_names: Readonly<Record<string, string>> = {
  REQ: 'Requests',
  ACCESS: 'Access',
  FLEET: 'Fleet',
  REG: 'Registry and names',
  DATA: 'Datasets',
  TRACK: 'Tracking',
  SYNC: 'Sync',
  ALERT: 'Alerts',
  FLOW: 'Workflows',
  ROLL: 'Rollouts',
  PG: 'PostgreSQL',
  BLOB: 'Blobs',
  DISK: 'Disk',
  JRN: 'Journal',
  PIPE: 'Pipelines',
  MODEL: 'Models',
  STAT: 'Statistics',
  BUNDLE: 'Bundles',
  AGENT: 'Agent',
  INSTALL: 'Installs on a device',
  CLI: 'Command line',
  MLF: 'The protocol of MLflow',
};

const areaOf = (code: string): string => code.split('-')[1]!;
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The page of every error, as Markdown. */
export function errorsPage(): string {
  const entries = Object.entries(catalogue) as [string, CatalogueEntry][];
  const areas = Map.groupBy(entries, ([code]) => areaOf(code));
  const tables = [...areas].map(([area, rows]) => `## ${area_names[area] ?? area}\n\n${tableOf(rows)}`);
  return `${head}\n${tables.join('\n\n')}\n`;
}

const head = `# Errors

Every error has a code, one sentence that says what was seen and what was expected, and the next thing to do. \`holdfast explain CODE\` prints the same.
Words in braces are filled in. *Exit* is the exit code of a command that ends with the error; *again* says that the same request may succeed later.
This page is written by \`tools/docs.ts\` from the catalogue in \`packages/base/src/errors\`.
`;

function tableOf(rows: readonly (readonly [string, CatalogueEntry])[]): string {
  const lines = rows.map(
    ([code, e]) =>
      `| <a id="${code.toLowerCase()}"></a>\`${code}\` | ${cell(e.says)} | ${cell(e.hint)} | ${e.status} | ${e.exit} | ${e.retryable ? 'yes' : ''} |`,
  );
  return ['| Code | It says | What to do | HTTP | Exit | Again |', '|---|---|---|---|---|---|', ...lines].join('\n');
}

const reference = path.join(import.meta.dirname, '..', 'docs', 'reference');
export const errors_file = path.join(reference, 'errors.md');
const pages: Readonly<Record<string, () => string>> = {
  [errors_file]: errorsPage,
  [path.join(reference, 'mlflow.md')]: mlflowPage,
  [path.join(reference, 'hardware.md')]: hardwarePage,
};

/** False where the page was another. */
function isCurrent(file: string, page: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8') === page;
}

if (process.argv[1] === import.meta.filename) {
  const old = Object.entries(pages).filter(([file, page]) => !isCurrent(file, page()));
  if (process.argv.includes('--check') && old.length > 0) {
    console.error(`${old.map(([file]) => path.basename(file)).join(', ')}: not what the code says: run node tools/docs.ts`);
    process.exit(1);
  }
  for (const [file, page] of old) writeFileSync(file, page());
}
