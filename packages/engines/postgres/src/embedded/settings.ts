// postgres/embedded: the settings given on the command line. Durable always; small when idle (one machine, one application).
import type { Program } from './programs.ts';

const common: Readonly<Record<string, string>> = {
  listen_addresses: '',
  port: '5432',
  unix_socket_permissions: '0700',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '64MB',
  max_connections: '30',
  random_page_cost: '1.1', // flash or page cache: an index is worth its jumps
  max_wal_size: '512MB',
  wal_compression: 'on', // pglz: the npm build has no lz4
  autovacuum_max_workers: '2',
  max_logical_replication_workers: '0', // saves the launcher process
  max_wal_senders: '0',
  wal_level: 'minimal', // nobody replicates from an embedded server
  jit: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '',
  lc_messages: 'C',
  max_worker_processes: '4',
};

/** The arguments of `postgres`, without the folder. `extra` wins: tests turn fsync off. */
export function settingsFor(program: Program, socketFolder: string, extra: Readonly<Record<string, string>> = {}): readonly string[] {
  // PostgreSQL 18 starts three I/O worker processes otherwise; they cost memory and gain nothing at this size
  const versioned: Readonly<Record<string, string>> = program.major >= 18 ? { io_method: 'sync' } : {};
  const all = { ...common, ...versioned, unix_socket_directories: socketFolder, ...extra };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
