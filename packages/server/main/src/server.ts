// The server: `holdfast up` as a function. Opens the engines, makes the rooms, starts movers, worker and HTTP; stops in the other order.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError, failure, systemClock } from '@holdfast/base';
import { openBlobs } from '@holdfast/blobs';
import { type Rooms, makeApp } from '@holdfast/faces';
import { type Database, migrate, openDatabase, serverActor } from '@holdfast/postgres';
import type { MailOptions } from '@holdfast/webhooks';
import { Worker, machineFacts } from '@holdfast/workflows';
import { keepPostgres } from './embedded.ts';
import { leaveAddress } from './local-address.ts';
import { localWork } from './local-work.ts';
import { type Movers, startMovers } from './movers.ts';
import { mlflowSettings } from './mlflow-settings.ts';
import { makeRooms, migrations } from './rooms.ts';
import { WakeHub } from './wake.ts';

export interface ServerOptions {
  /** The data folder: database, blobs, work. */
  readonly folder: string;
  readonly port: number;
  readonly host: string;
  /** A PostgreSQL of the user's own, as a URL; absent: an embedded one in the data folder. */
  readonly database?: string | undefined;
  /** Folder, file:// or s3:// address of the blobs; absent: a folder in the data folder. */
  readonly blobs?: string | undefined;
  /** Where new experiments of MLflow keep their artifacts: `mlflow-artifacts:/` (with the blobs; the default), `s3://…` or `file:///…`. */
  readonly artifact_root?: string | undefined;
  /** The variables of MLflow's server that are honoured; see mlflow-settings.ts. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** Webhooks may call addresses that are not on the internet: of the own network, of this machine. */
  readonly allow_private_webhooks?: boolean | undefined;
  /** How e-mail goes out: `smtp://user:password@host:587`, and who it is from. */
  readonly mail?: MailOptions | undefined;
  /** What links in messages begin with; absent: the address that this server listens on. */
  readonly public_url?: string | undefined;
  readonly no_auth?: boolean | undefined;
  readonly admin_token?: string | undefined;
  readonly web_folder?: string | undefined;
  readonly poll_ms?: number | undefined;
  readonly window_inferences?: number | undefined;
  /** False: this process runs no command steps; `holdfast worker` does. */
  readonly worker?: boolean | undefined;
  readonly log: (level: 'info' | 'error', text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

export interface RunningServer {
  readonly url: string;
  readonly rooms: Rooms;
  /** A one-time login link, good for 30 minutes. */
  loginLink(): Promise<string>;
  /** An address for a few devices to join at, good for 30 minutes. */
  joinAddress(): Promise<string>;
  stop(): Promise<void>;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  if (options.no_auth && !loopback.has(options.host)) throw failure('HF-ACCESS-010', { host: options.host });
  await mkdir(options.folder, { recursive: true });
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const opened = await openEngines(options, undo);
    return { ...(await openHouse(options, opened, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openEngines(options: ServerOptions, undo: (() => Promise<unknown>)[]) {
  const on_error = (error: Error) => options.log('error', error.message, { code: error instanceof HoldfastError ? error.code : undefined });
  const blobs = await openBlobs(options.blobs ?? path.join(options.folder, 'blobs')); // first: a wrong address leaves no database behind
  const embedded = options.database === undefined ? await keepPostgres(options.folder, on_error) : null;
  if (embedded) undo.push(() => embedded.stop());
  const database = await openDatabase({ connection: embedded?.connection ?? { connectionString: options.database }, on_error });
  undo.push(() => database.close());
  const applied = await migrate(database, migrations);
  if (applied.length > 0) options.log('info', `database migrated: ${applied.join(', ')}`);
  return { database, blobs, on_error };
}

async function openHouse(
  options: ServerOptions,
  opened: { database: Database; blobs: Awaited<ReturnType<typeof openBlobs>>; on_error: (error: Error) => void },
  undo: (() => Promise<unknown>)[],
) {
  const { database, blobs, on_error } = opened;
  const wakes = new WakeHub();
  await wakes.listen(database);
  undo.push(() => wakes.close());
  let address = `${options.host}:${options.port}`;
  const rooms = await makeRooms({
    db: database.db,
    blobs,
    admin_token: options.admin_token,
    poll_ms: options.poll_ms ?? 30_000,
    window_inferences: options.window_inferences ?? 500,
    artifact_root: options.artifact_root,
    allow_private_webhooks: options.allow_private_webhooks,
    mail: options.mail,
    link_base: () => options.public_url ?? `http://${address}`,
    on_error,
  });
  const movers: Movers = startMovers(rooms, wakes, (name, error) => options.log('error', `${name}: ${error.message}`));
  undo.push(() => movers.stop());
  if (options.worker ?? true) undo.push(startWorker(options, rooms, wakes, on_error));
  const app = await makeApp({
    rooms,
    wakes,
    mlflow: mlflowSettings(options.variables ?? {}),
    no_auth: options.no_auth ?? false,
    web_folder: options.web_folder,
    public_address: () => address,
    on_error,
  });
  undo.push(() => app.close());
  undo.push(() => rooms.webhooks.deliveries.stop()); // first: a request that waits for a call or a mail would hold the close
  address = (await listen(app, options)).replace(/^http:\/\//, '');
  const url = `http://${address}`;
  undo.push(await leaveAddress(options.folder, url, rooms.access));
  const joinAddress = async () => {
    const token = { name: 'printed at the start', labels: {}, uses_max: 10, expires_in_ms: 30 * 60_000 };
    const { secret } = await rooms.fleet.makeJoinToken(token, serverActor());
    return `hf://${address}/${secret}`;
  };
  return { url, rooms, joinAddress, loginLink: async () => `${url}/login#${(await rooms.access.makeLink(serverActor())).secret}` };
}

function startWorker(options: ServerOptions, rooms: Rooms, wakes: WakeHub, on_error: (error: Error) => void): () => Promise<void> {
  const worker = new Worker({
    name: `local-${process.pid}`,
    source: localWork(rooms),
    folder: path.join(options.folder, 'work'),
    clock: systemClock,
    hardware: machineFacts,
    on_error,
  });
  wakes.subscribe((topic) => {
    if (topic === 'executions') worker.wake();
  });
  return () => worker.stop();
}

async function listen(app: Awaited<ReturnType<typeof makeApp>>, { host, port }: ServerOptions): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') throw failure('HF-CLI-005', { port, host }, cause);
    throw failure(
      'HF-CLI-006',
      {
        option: '--host and --port',
        saw: `${host}:${port}`,
        expected: `an address of this machine that may be listened on (${(cause as Error).message})`,
        command: 'up',
      },
      cause,
    );
  }
}
