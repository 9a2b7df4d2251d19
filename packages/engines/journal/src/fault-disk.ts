// journal: a disk in memory that fails on demand: full, bad sectors, short writes, and power cuts that keep only what was synced
// (and a random part of what was not). For tests of this room and of those that use the journal.
import type { JournalDisk, JournalFile } from './disk.ts';

interface Content {
  bytes: Uint8Array;
  durable_bytes: number;
  /** The name itself is on the disk. */
  named: boolean;
}

export interface Faults {
  /** 0 to below 1; decides each fault. */
  random: () => number;
  /** Chance of EIO at each write, sync, truncate and rename. */
  eio: number;
  /** Chance that a write takes only a part. */
  short: number;
  capacity_bytes: number;
}

export class FaultDisk implements JournalDisk {
  readonly files = new Map<string, Content>();
  faults: Faults;

  constructor(faults: Faults) {
    this.faults = faults;
  }

  /** Power off and on: what was not synced is there in part, or not at all. */
  crash(): void {
    for (const [name, content] of this.files) {
      if (!content.named) this.files.delete(name);
      const tail = content.bytes.length - content.durable_bytes;
      content.bytes = content.bytes.slice(0, content.durable_bytes + Math.floor(this.faults.random() * (tail + 1)));
      content.durable_bytes = content.bytes.length;
    }
  }

  makeFolder(): Promise<void> {
    return Promise.resolve();
  }

  list(folder: string): Promise<readonly string[]> {
    return Promise.resolve([...this.files.keys()].map((name) => name.slice(folder.length + 1)));
  }

  read(file: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.files.get(file)?.bytes.slice() ?? null);
  }

  readPart(file: string, position: number, length: number): Uint8Array {
    return this.files.get(file)!.bytes.slice(position, position + length);
  }

  async append(file: string): Promise<JournalFile> {
    await this.#mayFail();
    const content = this.files.get(file) ?? { bytes: new Uint8Array(0), durable_bytes: 0, named: false };
    this.files.set(file, content);
    return {
      write: (bytes) => this.#write(content, bytes),
      datasync: () => this.#datasync(content),
      close: () => Promise.resolve(),
    };
  }

  async truncate(file: string, size_bytes: number): Promise<void> {
    await this.#mayFail();
    const content = this.files.get(file)!;
    content.bytes = content.bytes.slice(0, size_bytes);
    content.durable_bytes = content.bytes.length;
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#mayFail();
    const content = this.files.get(from)!;
    this.files.delete(from);
    this.files.set(to, content);
  }

  unlink(file: string): Promise<void> {
    this.files.delete(file);
    return Promise.resolve();
  }

  async syncFolder(): Promise<void> {
    await this.#mayFail();
    for (const content of this.files.values()) content.named = true;
  }

  async #write(content: Content, bytes: Uint8Array): Promise<number> {
    await this.#mayFail();
    const used = [...this.files.values()].reduce((sum, one) => sum + one.bytes.length, 0);
    const room = Math.min(bytes.length, this.faults.capacity_bytes - used);
    if (room <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const count = this.faults.random() < this.faults.short ? Math.max(1, Math.floor(room * this.faults.random())) : room;
    const next = new Uint8Array(content.bytes.length + count);
    next.set(content.bytes);
    next.set(bytes.subarray(0, count), content.bytes.length);
    content.bytes = next;
    return count;
  }

  async #datasync(content: Content): Promise<void> {
    await this.#mayFail();
    content.durable_bytes = content.bytes.length;
  }

  /** Yields too, so that calls interleave as on a real disk. */
  async #mayFail(): Promise<void> {
    await Promise.resolve();
    if (this.faults.random() < this.faults.eio) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
  }
}
