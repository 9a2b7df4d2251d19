// contract/server: the address of a test database, as somebody gives it by --database.
import type { Database } from '@holdfast/postgres';

export const databaseUrl = (of: Database): string => {
  const { host, port, database: name, user, password } = of.pool.options as { host: string; port?: number; database: string; user: string; password?: string };
  const who = [user, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(':');
  return host.startsWith('/') ? `postgresql://${who}@/${name}?host=${encodeURIComponent(host)}` : `postgresql://${who}@${host}:${port ?? 5432}/${name}`;
};
