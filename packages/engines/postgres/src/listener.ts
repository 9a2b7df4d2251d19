// postgres: LISTEN on one connection of its own for all channels. It reconnects by itself, with back-off, until it is closed.
import { type BackOff, backOff_ms, failure } from '@holdfast/base';
import pg from 'pg';

type Wake = (payload: string) => void;

const backOff: BackOff = { base_ms: 50, max_ms: 5_000 };
const channels_max = 100;

export class Listener {
  readonly #config: pg.ClientConfig;
  readonly #onError: (error: Error) => void;
  readonly #wakes = new Map<string, Set<Wake>>();
  #client: Promise<pg.Client> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #attempt = 0;
  #closed = false;

  constructor(config: pg.ClientConfig, onError: (error: Error) => void) {
    this.#config = config;
    this.#onError = onError;
  }

  async listen(channel: string, wake: Wake): Promise<() => Promise<void>> {
    if (this.#closed) throw failure('HF-REQ-007');
    if (!this.#wakes.has(channel) && this.#wakes.size >= channels_max) {
      throw failure('HF-REQ-008', { what: 'the listener (channels)', limit: channels_max });
    }
    const wakes = this.#wakes.get(channel) ?? new Set();
    this.#wakes.set(channel, wakes.add(wake));
    try {
      const client = await this.#connected();
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`); // a second LISTEN is a no-op
    } catch (error) {
      this.#forget(channel, wake);
      throw error;
    }
    return () => this.#unlisten(channel, wake);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#wakes.clear();
    const client = await this.#client?.catch(() => undefined); // a failed connect has nothing to end
    await client?.end();
  }

  #connected(): Promise<pg.Client> {
    return (this.#client ??= this.#connect());
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.#config, keepAlive: true });
    client.on('error', this.#onError);
    client.on('end', () => this.#lost());
    client.on('notification', (message) => this.#wake(message.channel, message.payload ?? ''));
    try {
      await client.connect();
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
    return client;
  }

  #lost(): void {
    this.#client = undefined;
    if (this.#closed || this.#wakes.size === 0) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#resume(), backOff_ms(this.#attempt++, backOff, Math.random));
  }

  /** Listens again on all channels, then wakes everybody: what came meanwhile was not heard. */
  async #resume(): Promise<void> {
    try {
      const client = await this.#connected();
      for (const channel of this.#wakes.keys()) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      this.#attempt = 0;
      for (const channel of this.#wakes.keys()) this.#wake(channel, '');
    } catch (error) {
      this.#onError(error as Error);
      if (this.#client === undefined) this.#lost(); // else the 'end' of the connection comes by itself
    }
  }

  #wake(channel: string, payload: string): void {
    for (const wake of this.#wakes.get(channel) ?? []) {
      try {
        wake(payload);
      } catch (error) {
        this.#onError(error as Error);
      }
    }
  }

  #forget(channel: string, wake: Wake): boolean {
    const wakes = this.#wakes.get(channel);
    if (wakes === undefined || !wakes.delete(wake) || wakes.size > 0) return false;
    return this.#wakes.delete(channel);
  }

  async #unlisten(channel: string, wake: Wake): Promise<void> {
    if (!this.#forget(channel, wake) || this.#client === undefined) return;
    try {
      const client = await this.#client;
      if (!this.#wakes.has(channel)) await client.query(`UNLISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      this.#onError(error as Error); // a lost connection listens to nothing
    }
  }
}
