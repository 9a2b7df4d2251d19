// bench: what a newcomer waits for: a clone of the HEAD of this working tree, an empty home, npm's cache warm; then `npm run demo -- --once`, from the
// clone to the first screen (its address answers with a page), and to the end of the story. It runs the Node that the machine has, as a newcomer does.
// The floor is what `git clone` and `npm ci` alone take of it.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../tests/load/product.ts';
import { atMost, report, seen } from '../tests/load/report.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
const clone = path.join(folder, 'clone');
const home = path.join(folder, 'home');
const silence_ms_max = 600_000;

/** The pinned Node is in node_modules; a newcomer's PATH has none of it. */
function newcomer(): NodeJS.ProcessEnv {
  const setting = (name: string) => execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  const kept = Object.fromEntries(
    ['LANG', 'TZ', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
  const places = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((place) => !place.includes('node_modules') && !place.includes(`node-${process.platform}`));
  return {
    ...kept,
    PATH: places.join(path.delimiter),
    HOME: home,
    npm_config_cache: setting('cache'),
    npm_config_registry: setting('registry'),
    npm_config_prefer_offline: 'true',
  };
}

interface Times {
  readonly installed_s: number;
  readonly screen_s: number;
  readonly end_s: number;
}

async function tell(env: NodeJS.ProcessEnv, since: () => number): Promise<Times> {
  const child = spawn('npm', ['run', 'demo', '--', '--once'], { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, installed_s, screen_s] = ['', Number.NaN, Number.NaN];
  let screen: Promise<void> | null = null;
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-50_000);
    if (Number.isNaN(installed_s) && said.includes('tsc -b')) installed_s = since();
    const address = /open (http:\/\/[^\s/]+)/.exec(said)?.[1];
    if (address) screen ??= fetch(address).then((page) => void (screen_s = page.ok ? since() : Number.NaN));
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const timer = setTimeout(() => child.kill('SIGTERM'), silence_ms_max);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  await screen;
  if (code !== 0) throw new Error(`npm run demo ended with code ${code}: ${said.slice(-3000)}`);
  return { installed_s, screen_s, end_s: since() };
}

try {
  mkdirSync(home);
  const env = newcomer();
  const start = performance.now();
  const since = () => (performance.now() - start) / 1000;
  execFileSync('git', ['clone', '--quiet', root, clone]);
  const cloned_s = since();
  const times = await tell(env, since);
  const node = execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim();
  report('demo', [
    seen('git clone', cloned_s, 's', 'of the HEAD of the working tree'),
    seen('clone, npm ci and the types', times.installed_s, 's', "npm's cache is warm, the home is empty"),
    atMost('clone to the first screen', times.screen_s, 's', 180, `started by node ${node}`),
    atMost('clone to the end of the story (--once)', times.end_s, 's', 360, 'drift, alert, retraining, rollout, and a broken version that is taken back'),
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
