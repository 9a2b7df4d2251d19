// workflows: what a worker needs of a server. The server's own worker calls the rooms, one elsewhere calls over HTTP.
import type { ClaimedStep } from '@holdfast/protocol/rest';
import type { LogLine } from './log.ts';
import type { Ending, StepKey } from './steps.ts';

/** Where a worker gets its work: the rooms of its own server, or a server over HTTP. */
export interface WorkSource {
  claim(worker: string): Promise<ClaimedStep | null>;
  renew(key: StepKey): Promise<void>;
  log(key: StepKey, first: number, lines: readonly LogLine[]): Promise<void>;
  complete(key: StepKey, ending: Ending): Promise<void>;
  readBlob(digest: string): Promise<AsyncIterable<Uint8Array>>;
  writeBlob(file: string): Promise<string>;
}
