// agent/watch: what the monitors of an app have learned, for the next start: of one bundle. Written whole and renamed, never half. A file that is damaged is set aside
// under another name, for somebody to look at; one of another bundle is passed over. Either way the monitors begin anew: their warm-up, and no false alarm.
// File: a line {"v", "bundle", "crc32"}, then the states as one line of JSON, which the sum is of.
import { readFileSync, statSync } from 'node:fs';
import { crc32 } from '@holdfast/base';
import type { MonitorState } from '@holdfast/stats';
import { type WriteWhole, setAside, writeDurable } from '../durable-file.ts';

const bytes_max = 16_777_216;

interface Head {
  readonly v: 1;
  readonly bundle: string;
  readonly crc32: number;
}

export class AppMonitorsFile {
  readonly #path: string;
  readonly #write: WriteWhole;

  constructor(folder: string, write: WriteWhole = writeDurable) {
    this.#write = write;
    this.#path = `${folder}/app-monitors.json`;
  }

  /** The states of this bundle, or null. `problem` says what was set aside. */
  load(bundle: string): { readonly states: readonly MonitorState[] | null; readonly problem: string | null } {
    let text: string;
    try {
      if (statSync(this.#path).size > bytes_max) return { states: null, problem: this.setAside('it is too large') };
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return { states: null, problem: null }; // Absent or not readable: they begin anew.
    }
    try {
      const [head_text = '', states_text = ''] = text.split('\n');
      const head = JSON.parse(head_text) as Head;
      if (head.v !== 1 || head.crc32 !== crc32(Buffer.from(states_text))) return { states: null, problem: this.setAside('it is damaged') };
      return { states: head.bundle === bundle ? (JSON.parse(states_text) as MonitorState[]) : null, problem: null };
    } catch (error) {
      return { states: null, problem: this.setAside(error instanceof Error ? error.message : String(error)) };
    }
  }

  /** Moves the file out of the way; gives what to say of it. */
  setAside(reason: string): string {
    return `what the monitors of the app had learned ${setAside(this.#path) ? 'was set aside' : 'is not used'}: ${reason}`;
  }

  /** False where the disk refuses; then the file stays as it was. */
  save(bundle: string, states: readonly MonitorState[]): boolean {
    const states_text = JSON.stringify(states);
    const head: Head = { v: 1, bundle, crc32: crc32(Buffer.from(states_text)) };
    try {
      this.#write(this.#path, `${JSON.stringify(head)}\n${states_text}\n`);
      return true;
    } catch {
      return false; // The caller is told by the result.
    }
  }
}
