// agent/install: the state of the install on disk: one small file, replaced whole.

import type { InstallReport, InstallState } from '@holdfast/protocol';
import { install_states } from '@holdfast/protocol';
import { readJson, writeDurableJson } from '../durable-file.ts';
import type { Wish } from './wish.ts';

export interface Refused {
  readonly rollout: string;
  readonly bundle: string;
}

export interface InstallRecord {
  readonly v: 1;
  readonly state: InstallState;
  readonly since_ms: number;
  readonly assignment: Wish | null;
  readonly error: InstallReport['error'];
  /** The bundle that ran before the switch; null where there was none. */
  readonly previous: string | null;
  /** How often an agent was started again during armed or probation of this install. */
  readonly resumes: number;
  /** Downloads of this install that did not have the right digest. */
  readonly bad_downloads: number;
  /** Bundles that are not tried again for the same rollout, newest last. */
  readonly quarantine: readonly Refused[];
}

/** Where the record is kept; the port at which a test stops the disk. */
export interface InstallStore {
  load(): InstallRecord;
  save(record: InstallRecord): void;
}

export const quarantine_max = 100;

const at_first: InstallRecord = {
  v: 1,
  state: 'idle',
  since_ms: 0,
  assignment: null,
  error: null,
  previous: null,
  resumes: 0,
  bad_downloads: 0,
  quarantine: [],
};

export class InstallFile implements InstallStore {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = `${folder}/install.json`;
  }

  load(): InstallRecord {
    const value = readJson(this.#path) as InstallRecord | undefined;
    if (value === undefined) return at_first;
    if (value?.v !== 1 || !install_states.includes(value.state))
      throw new Error(`${this.#path}: saw state ${String(value?.state)}, expected one of ${install_states.join(', ')}`);
    return value;
  }

  save(record: InstallRecord): void {
    writeDurableJson(this.#path, record);
  }
}
