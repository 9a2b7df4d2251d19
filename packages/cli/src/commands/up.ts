// holdfast up: the server in the foreground, until Ctrl-C.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { makeFolder } from '@holdfast/agent';
import { failure } from '@holdfast/base';
import type { ServerOptions } from '@holdfast/server';
import { say } from '../output.ts';
import { default_folder } from '../settings.ts';
import { verb, wholeNumber } from '../verb.ts';

interface UpOptions {
  data: string;
  port: number;
  host: string;
  database?: string;
  blobs?: string;
  artifactRoot?: string;
  auth: boolean;
  worker: boolean;
  allowPrivateWebhooks?: boolean;
  smtp?: string;
  mailFrom?: string;
  publicUrl?: string;
  pollMs?: number;
  windowInferences?: number;
}

export function addUp(program: Command): void {
  verb(program, 'up', 'start the server: API, web UI, scheduler, one local worker, and a PostgreSQL of its own', 'up --data ./holdfast-data --port 8080')
    .option('--data <dir>', 'data folder', default_folder)
    .option('--port <n>', 'port; 0 takes a free one', wholeNumber(0, 65_535), 8080)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--database <url>', 'a PostgreSQL of your own (15 or later)')
    .option('--blobs <url>', 'where files are kept: a folder, file:// or s3://bucket/prefix')
    .option('--artifact-root <uri>', 'where new experiments of MLflow keep artifacts: mlflow-artifacts:/ (here), s3://bucket/prefix or file:///folder')
    .option('--no-auth', 'everybody is an administrator; on a loopback address only')
    .option('--allow-private-webhooks', 'webhooks and channels may call addresses of your own network and of this machine')
    .option('--smtp <url>', 'how e-mail goes out: smtp://user:password@host:587 or smtps://…:465; or by the variable HOLDFAST_SMTP')
    .option('--mail-from <address>', 'who e-mail is from')
    .option('--public-url <url>', 'what links in messages begin with, where people reach this server by another address')
    .option('--no-worker', 'run no command steps here')
    .option('--poll-ms <n>', 'how often a new device syncs', wholeNumber(100))
    .option('--window-inferences <n>', 'inferences in one current window of a new device', wholeNumber(10))
    .action(up);
}

const web_folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'web', 'dist', 'ui');

async function up(options: UpOptions): Promise<void> {
  const { startServer } = await import('@holdfast/server'); // 300 ms and 60 MB that no other command needs
  const { data, port, host, database, blobs } = options;
  if (database !== undefined && !/^postgres(?:ql)?:\/\//.test(database))
    throw failure('HF-CLI-006', {
      option: '--database',
      saw: JSON.stringify(database),
      expected: 'an address such as postgres://user:password@host/name',
      command: 'up',
    });
  makeFolder(data, 0o755); // as root, PostgreSQL enters it under another name
  const server = await startServer({
    folder: path.resolve(data),
    port,
    host,
    database,
    blobs,
    artifact_root: options.artifactRoot,
    variables: process.env,
    allow_private_webhooks: options.allowPrivateWebhooks,
    mail: { smtp: options.smtp ?? process.env['HOLDFAST_SMTP'], from: options.mailFrom },
    public_url: options.publicUrl === undefined ? undefined : publicUrl(options.publicUrl),
    no_auth: !options.auth,
    worker: options.worker,
    poll_ms: options.pollMs,
    window_inferences: options.windowInferences,
    admin_token: process.env['HOLDFAST_ADMIN_TOKEN'],
    web_folder: existsSync(path.join(web_folder, 'index.html')) ? web_folder : undefined,
    log: jsonLine,
  });
  say(`server       ${server.url}`);
  say(`sign in      ${options.auth ? await server.loginLink() : server.url}${options.auth ? '   (one time, 30 minutes)' : ''}`);
  say(`add a device npx holdfast join ${await server.joinAddress()} -- COMMAND   (30 minutes, 10 devices)`);
  say(`data folder  ${path.resolve(data)}`);
  say('stop         Ctrl-C');
  await untilSignal();
  await server.stop();
}

function publicUrl(text: string): string {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw failure('HF-CLI-006', { option: '--public-url', saw: JSON.stringify(text), expected: 'an address such as https://holdfast.example', command: 'up' });
}

/** Logs are JSON lines on stderr, one an event. */
const jsonLine: ServerOptions['log'] = (level, text, fields) =>
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, text, ...fields })}\n`);

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const hear = () => {
      if (++seen > 1) process.exit(130);
      resolve();
    };
    process.on('SIGINT', hear);
    process.on('SIGTERM', hear);
  });
}
