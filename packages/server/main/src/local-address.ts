// Says in the data folder where the server is and how to sign in, so that commands beside it need no setting. Who can read
// the data folder can read the database, so the token there gives nobody more than he has.
import { rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Access } from '@holdfast/access';
import { serverActor } from '@holdfast/postgres';

const life_ms = 30 * 86_400_000;

/** Writes server.json (0600) with the address and an administrator's token; what it returns takes both back. */
export async function leaveAddress(folder: string, url: string, access: Access): Promise<() => Promise<void>> {
  const name = `command line beside ${hostname()}:${folder}`.slice(0, 100);
  for (const old of await access.listTokens()) if (old.name === name) await access.revokeToken(old.id, serverActor()); // of a server that was killed
  const { token, secret } = await access.makeToken({ name, role: 'admin', expires_in_ms: life_ms }, serverActor());
  const file = path.join(folder, 'server.json');
  await writeFile(`${file}.new`, JSON.stringify({ url, pid: process.pid, token: secret }), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return async () => {
    await rm(file, { force: true });
    await access.revokeToken(token.id, serverActor());
  };
}
