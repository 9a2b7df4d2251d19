// The rules of the house that no other tool knows: where SQL may stand, who writes a table, which imports go where, and what no file may hold.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './steps.ts';

interface Source {
  readonly file: string;
  readonly text: string;
}
type Found = readonly string[];

/** Rooms that run on device, server and browser alike. */
const pure = ['packages/base/', 'packages/protocol/', 'packages/stats/', 'packages/pipeline/', 'packages/client/'];
const text_bytes_max = 2_000_000;

function trackedSources(): Source[] {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, maxBuffer: 64_000_000 }).toString().split('\0');
  const kept = files.filter((file) => file !== '' && existsSync(path.join(root, file)) && statSync(path.join(root, file)).size < text_bytes_max);
  return kept.map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
}

const isCode = ({ file }: Source): boolean => /\.tsx?$/.test(file);
const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.startsWith('tests/') || file.includes('/test/') || file.endsWith('/testing.ts');
const importsOf = ({ text }: Source): string[] =>
  [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)';|^import '([^']+)';|\bimport\('([^']+)'\)/gm)].map((m) => m[1] ?? m[2] ?? m[3]!);

/** SQL stands in *-table.ts and migrations.ts; the engine of the database speaks it by trade. */
function sqlElsewhere(sources: readonly Source[]): Found {
  const rooms = sources.filter((s) => isCode(s) && s.file.startsWith('packages/server/') && !isTest(s.file));
  return rooms
    .filter(
      ({ file, text }) =>
        !/-table\.ts$|\/migrations\.ts$/.test(file) &&
        /\bsql`|\.(?:selectFrom|insertInto|updateTable|deleteFrom)\(|\bimport [^;]*\bsql\b[^;]*'@holdfast\/postgres'/.test(text),
    )
    .map(({ file }) => `${file}: SQL outside of a *-table.ts`);
}

/** A table is written by the one room that makes it. */
function foreignWrites(sources: readonly Source[]): Found {
  const roomOf = (file: string) => file.split('/').slice(0, 3).join('/');
  const owners = new Map<string, string>();
  for (const { file, text } of sources)
    if (file.endsWith('/migrations.ts')) for (const m of text.matchAll(/create table (\w+)/g)) owners.set(m[1]!, roomOf(file));
  const writes = /\b(?:insert into|update|delete from)\s+(\w+)\b|\.(?:insertInto|updateTable|deleteFrom)\('(\w+)'\)/g;
  return sources
    .filter(({ file }) => file.startsWith('packages/server/') && file.endsWith('-table.ts'))
    .flatMap(({ file, text }) =>
      [...text.matchAll(writes)]
        .map((m) => m[1] ?? m[2]!)
        .filter((table) => owners.has(table) && owners.get(table) !== roomOf(file))
        .map((table) => `${file}: writes ${table}, a table of ${owners.get(table)}`),
    );
}

const packageOf = (file: string): string => file.slice(0, Math.max(file.indexOf('/src/'), 0));

/** Between rooms only the names of packages; within a room relative paths that stay inside. */
function deepImports(sources: readonly Source[]): Found {
  return sources
    .filter((s) => isCode(s) && s.file.startsWith('packages/') && !isTest(s.file))
    .flatMap((source) =>
      importsOf(source).flatMap((from) => {
        if (from.startsWith('.'))
          return path.join(path.dirname(source.file), from).startsWith(packageOf(source.file)) ? [] : [`${source.file}: imports ${from} of another room`];
        return /^@holdfast\/[^/]+\/(?:src|dist)\b/.test(from) ? [`${source.file}: deep import ${from}`] : [];
      }),
    );
}

function impureImports(sources: readonly Source[]): Found {
  const rooms = sources.filter((s) => isCode(s) && !isTest(s.file) && pure.some((room) => s.file.startsWith(`${room}src/`)));
  return rooms.flatMap((source) =>
    importsOf(source)
      .filter((from) => from.startsWith('node:'))
      .map((from) => `${source.file}: a pure room imports ${from}`),
  );
}

/** Circles of imports between files of a room, type imports too: a circle says that two files are one noun, or three. */
function cycles(sources: readonly Source[]): Found {
  const code = new Map(sources.filter(isCode).map((s) => [s.file, s]));
  const edges = (file: string) =>
    importsOf(code.get(file)!)
      .filter((from) => from.startsWith('.'))
      .map((from) => path.join(path.dirname(file), from))
      .filter((to) => code.has(to));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) found.push(`a circle: ${[...trail.slice(trail.indexOf(file)), file].join(' -> ')}`);
    if (done.has(file) || trail.includes(file)) return;
    for (const to of edges(file)) visit(to, [...trail, file]);
    done.add(file);
  };
  for (const file of code.keys()) visit(file, []);
  return found;
}

/** Paths of somebody's machine, and hosts of registries, which are somebody's too. */
function machineNames(sources: readonly Source[]): Found {
  const forbidden = [/\/(?:home|Users)\/[a-z]/, /"resolved": "https?:/, /\bregistry=https?:/];
  return sources
    .filter(({ file }) => file !== 'tools/check-house.ts')
    .flatMap(({ file, text }) => forbidden.filter((pattern) => pattern.test(text)).map((pattern) => `${file}: holds ${pattern.exec(text)![0]}`));
}

function headless(sources: readonly Source[]): Found {
  return sources
    .filter((s) => isCode(s) && !isTest(s.file) && !s.text.startsWith('//') && !s.text.startsWith('#!') && !s.text.startsWith('/*'))
    .map(({ file }) => `${file}: does not open with a comment that says what it promises`);
}

const sources = trackedSources();
const found = [sqlElsewhere, foreignWrites, deepImports, impureImports, cycles, machineNames, headless].flatMap((check) => check(sources));
for (const one of found) console.error(one);
if (found.length > 0) process.exit(1);
console.error(`check-house: ${sources.filter(isCode).length} files are as the house asks`);
