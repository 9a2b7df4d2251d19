// tests/load: a port for a server that is started again and must come back on its own.
import net from 'node:net';

/** Below the ports that systems give to whoever asks for any, and to connections: nobody takes it while its server is away. */
const first = 20_000;
const count = 12_000;
const tries_max = 100;

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < tries_max; tries++) {
    const port = first + Math.floor(Math.random() * count);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${first} to ${first + count} was free in ${tries_max} tries`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
