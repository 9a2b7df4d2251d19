// Errors of the engines: postgres, blobs, compute, journal.
import type { CatalogueEntry } from './error.ts';

export const engineErrors = {
  'HF-PG-001': {
    says: 'Another server (pid {pid}) uses the data folder {folder}.',
    hint: 'Stop it, or choose another folder with --data.',
    status: 500,
    exit: 6,
  },
  'HF-PG-002': {
    says: 'No PostgreSQL program was found for {platform}.',
    hint: 'Install the package postgresql, or give one by --database URL.',
    status: 500,
    exit: 1,
  },
  'HF-PG-003': { says: 'PostgreSQL did not start in {seconds} s: {log}.', hint: 'Read the log at {file}.', status: 500, exit: 1 },
  'HF-PG-004': {
    says: 'The data folder {folder} was made by PostgreSQL {saw}; programs found here: {found}.',
    hint: 'Install that version, or restore a backup into a new folder.',
    status: 500,
    exit: 1,
  },
  'HF-PG-005': { says: 'The database cannot be reached: {reason}.', hint: 'Check the address given by --database.', status: 503, exit: 7, retryable: true },
  'HF-PG-006': { says: 'PostgreSQL is version {saw}, expected 15 or later.', hint: 'Use a newer PostgreSQL.', status: 500, exit: 1 },
  'HF-PG-007': {
    says: 'The database has migration {saw}, which this program does not know.',
    hint: 'It was written by a newer Holdfast: update this one.',
    status: 500,
    exit: 1,
  },
  'HF-PG-008': {
    says: 'PostgreSQL cannot run as root, and no other user can read {folder}.',
    hint: 'Choose a folder that others may enter with --data, or start as another user.',
    status: 500,
    exit: 1,
  },
  'HF-PG-009': { says: 'PostgreSQL ended by itself ({reason}); it was started again.', hint: 'Read the log at {file}.', status: 503, exit: 1, retryable: true },
  'HF-PG-010': {
    says: 'The user of the database may not make its tables: {reason}.',
    hint: 'Let it: grant create on schema public to USER; or give a database that it owns.',
    status: 500,
    exit: 5,
  },
  'HF-BLOB-001': { says: 'The blob {digest} is not in the store.', hint: 'Upload it first.', status: 404, exit: 3 },
  'HF-BLOB-002': {
    says: 'The upload has digest {saw}, expected {expected}; nothing was stored.',
    hint: 'Send it again.',
    status: 400,
    exit: 1,
    retryable: true,
  },
  'HF-BLOB-003': { says: 'The range {saw} lies outside of the {size} bytes of the blob.', hint: 'Ask for a range inside.', status: 416, exit: 2 },
  'HF-BLOB-004': {
    says: 'The blob store cannot be used: {reason}.',
    hint: 'Check the folder or the bucket given by --blobs.',
    status: 503,
    exit: 7,
    retryable: true,
  },
  'HF-DISK-001': {
    says: 'No space is left on the disk that holds {folder}.',
    hint: 'Free some space; what was acknowledged before is safe.',
    status: 507,
    exit: 1,
    retryable: true,
  },
  'HF-JRN-001': { says: 'A record of {saw} bytes is larger than the limit of {limit}.', hint: 'Send less in one record.', status: 413, exit: 2 },
  'HF-JRN-002': { says: 'The journal in {folder} cannot be written: {reason}.', hint: 'Check the disk.', status: 500, exit: 1 },
} as const satisfies Record<string, CatalogueEntry>;
