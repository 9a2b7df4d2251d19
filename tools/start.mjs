// Starts every `npm run` command on a fresh clone: installs what the lock file says, then goes on with the Node that is pinned.
// Plain JavaScript for Node 20, since that is all that a newcomer has.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [command = '', ...args] = process.argv.slice(2);

function stop(status, signal) {
  process.exit(status ?? 128 + (constants.signals[signal] ?? 0));
}

/** True where npm's own record of what it installed has every package of the lock file; npm writes it when it is done. */
function installed() {
  const packages = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  try {
    const there = packages('node_modules/.package-lock.json');
    return Object.entries(packages('package-lock.json')).every(([at, wanted]) => !at.startsWith('node_modules/') || wanted.optional || there[at]?.version === wanted.version);
  } catch {
    return false; // no record: never installed, or cut short
  }
}

function install() {
  if (installed()) return;
  console.error('Installing the packages of the lock file (once).');
  // Not `npm ci`: it refuses a lock file without the optional binaries of other platforms, and a registry need not have all of them.
  const done = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) stop(done.status ?? 1, done.signal);
}

/** The pinned Node, or this one where the platform has no pinned one and this one is new enough. */
function node() {
  try {
    const packed = createRequire(path.join(root, 'package.json')).resolve(`node-${process.platform}-${process.arch}/package.json`);
    return path.join(path.dirname(packed), 'bin', 'node');
  } catch {
    const [major, minor] = process.versions.node.split('.').map(Number);
    if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
    console.error(`This platform (${process.platform} ${process.arch}) has no pinned Node here; run this with Node 22.18 or later (this is ${process.versions.node}).`);
    process.exit(1);
  }
}

install();
const program = node();
const bin = path.join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: [path.dirname(program), bin, process.env.PATH].join(path.delimiter) };
const child = spawn(program, [path.join(root, 'tools', `${command}.ts`), ...args], { cwd: root, stdio: 'inherit', env });
process.on('SIGINT', () => {}); // the terminal sends it to the child too, which says when it is done
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', stop);
