#!/usr/bin/env node
// Starts the command line on the Node that the repository pins, whichever Node is in the path.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const main = path.join(here, '..', 'dist', 'main.js');

/** The pinned Node's program, or null where the platform has none. */
function pinnedNode() {
  try {
    const packed = createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`);
    return path.join(path.dirname(packed), 'bin', 'node');
  } catch {
    return null; // not a platform with a pinned Node: the Node that runs this is used
  }
}

if (!existsSync(main)) {
  console.error('holdfast is not built yet. Run: npm run build');
  process.exit(1);
}
const [major, minor] = process.versions.node.split('.').map(Number);
const pinned = pinnedNode();
if (major > 22 || (major === 22 && minor >= 18) || pinned === null) await import(main);
else {
  const child = spawn(pinned, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
