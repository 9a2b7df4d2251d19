// Hears the wake-ups of the database and hands them on: to movers that have work, and to pages that are open.
import type { Database } from '@holdfast/postgres';
import { wake_channel } from '@holdfast/postgres';

export class WakeHub {
  readonly #hearers = new Set<(topic: string) => void>();
  #unlisten: () => Promise<void> = async () => {};

  async listen(database: Database): Promise<void> {
    this.#unlisten = await database.listen(wake_channel, (topic) => {
      for (const hear of this.#hearers) hear(topic);
    });
  }
  subscribe(hear: (topic: string) => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }
  close(): Promise<void> {
    return this.#unlisten();
  }
}
