// journal: a durable queue of records in a folder, for the outbox of a device. No dependency but base; Node 18 API only.
export { type JournalDisk, type JournalFile, nodeDisk } from './disk.ts';
export { type Dropped, type DropReason } from './gaps.ts';
export { Journal, type JournalOptions, type JournalRecord, type JournalStats } from './journal.ts';
