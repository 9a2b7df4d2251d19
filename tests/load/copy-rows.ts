// tests/load: plain rows by COPY into a table of their own: what an ordinary table takes on the same PostgreSQL, with the same fsync.
import pg from 'pg';

export const row_table = `
create table plain_point (ts bigint not null, device text not null, metric text not null, value double precision not null);
create index plain_point_key on plain_point (device, metric, ts)`;

interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sync(): void;
}

/** pg has the messages of COPY, but no function for it: this is the least that its query queue takes. */
class CopyIn {
  readonly #text: string;
  readonly #chunk: Buffer;
  readonly done: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  #error: Error | null = null;

  constructor(text: string, chunk: Buffer) {
    this.#text = text;
    this.#chunk = chunk;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }
  submit(wire: Wire): void {
    wire.query(this.#text);
  }
  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFromChunk(this.#chunk);
    wire.endCopyFrom();
  }
  handleCommandComplete(): void {}
  handleError(error: Error): void {
    this.#error = error;
    this.#reject(error);
  }
  handleReadyForQuery(): void {
    if (!this.#error) this.#resolve();
  }
}

/** Adds the lines (COPY's text form) to the table and returns after the commit. */
export async function copyLines(client: pg.Client, lines: Buffer): Promise<void> {
  const copy = new CopyIn('copy plain_point (ts, device, metric, value) from stdin', lines);
  client.query(copy as unknown as pg.Submittable);
  await copy.done;
}
