// agent/watch: what the monitors of an app have learned, for the next start: of one bundle. Written whole and renamed, never half. A file that is damaged is set aside
// under another name, for somebody to look at; one of another bundle is passed over. Either way the monitors begin anew: their warm-up, and no false alarm.
// File: a line {"v", "bundle", "crc32"}, then what was learned as one line of JSON, which the sum is of.
import { readFileSync, statSync } from 'node:fs';
import { crc32 } from '@holdfast/base';
import type { MonitorState } from '@holdfast/stats';
import type { AnswerState } from './answer-memory.ts';
import { type WriteWhole, setAside, writeDurable } from '../durable-file.ts';

const bytes_max = 16_777_216;

/** States of the monitors, and where those stand that wait for labels: the last label that they saw, and the answers that labels may come for. */
export interface Learned {
  readonly states: readonly MonitorState[];
  readonly labels: { readonly after: number; readonly answers: AnswerState } | null;
}
interface Head {
  readonly v: 2;
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

  /** What was learned of this bundle, or null. `problem` says what was set aside. */
  load(bundle: string): { readonly learned: Learned | null; readonly problem: string | null } {
    let text: string;
    try {
      if (statSync(this.#path).size > bytes_max) return { learned: null, problem: this.setAside('it is too large') };
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return { learned: null, problem: null }; // Absent or not readable: they begin anew.
    }
    try {
      const [head_text = '', learned_text = ''] = text.split('\n');
      const head = JSON.parse(head_text) as Head;
      if (head.crc32 !== crc32(Buffer.from(learned_text))) return { learned: null, problem: this.setAside('it is damaged') };
      if (head.v !== 2) return { learned: null, problem: this.setAside(`it is of version ${String(head.v)}`) };
      return { learned: head.bundle === bundle ? (JSON.parse(learned_text) as Learned) : null, problem: null };
    } catch (error) {
      return { learned: null, problem: this.setAside(error instanceof Error ? error.message : String(error)) };
    }
  }

  /** Moves the file out of the way; gives what to say of it. */
  setAside(reason: string): string {
    return `what the monitors of the app had learned ${setAside(this.#path) ? 'was set aside' : 'is not used'}: ${reason}`;
  }

  /** False where the disk refuses; then the file stays as it was. */
  save(bundle: string, learned: Learned): boolean {
    const learned_text = JSON.stringify(learned);
    const head: Head = { v: 2, bundle, crc32: crc32(Buffer.from(learned_text)) };
    try {
      this.#write(this.#path, `${JSON.stringify(head)}\n${learned_text}\n`);
      return true;
    } catch {
      return false; // The caller is told by the result.
    }
  }
}
