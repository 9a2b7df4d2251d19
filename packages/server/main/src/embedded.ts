// Keeps the embedded PostgreSQL running: where it ends by itself it is started again, at the same address, and the pool finds it there.
import { failure } from '@holdfast/base';
import { type EmbeddedPostgres, startEmbedded } from '@holdfast/postgres';
import path from 'node:path';

const again_ms = 1_000;

export interface KeptPostgres {
  readonly connection: EmbeddedPostgres['connection'];
  stop(): Promise<void>;
}

export async function keepPostgres(folder: string, on_error: (error: Error) => void): Promise<KeptPostgres> {
  let stopping = false;
  let timer: NodeJS.Timeout | null = null;
  const start = () => startEmbedded({ folder, on_exit });
  let running = await start();
  let starting: Promise<void> = Promise.resolve();

  function on_exit(reason: string): void {
    if (stopping) return;
    on_error(failure('HF-PG-009', { reason, file: path.join(folder, 'postgres.log') }));
    timer = setTimeout(() => void (starting = restart()), again_ms);
  }

  async function restart(): Promise<void> {
    try {
      running = await start();
    } catch (error) {
      on_error(error as Error);
      if (!stopping) timer = setTimeout(() => void (starting = restart()), again_ms);
    }
  }

  return {
    connection: running.connection,
    stop: async () => {
      stopping = true;
      if (timer) clearTimeout(timer);
      await starting;
      await running.stop();
    },
  };
}
