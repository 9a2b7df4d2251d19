// closed-loop: the person who labels. A few hundred images of the drifted cameras are looked at and named. The names are the
// true ones of the data set, as a careful person would give them; the platform learns them by the labelling route alone.
import type { Client } from '@holdfast/client';
import type { Camera } from './fleet.ts';
import { readTruth } from './truth.ts';
import { model } from './workflow.ts';

const asked_at_once = 500;

export class Labeller {
  readonly #client: Client;
  readonly #cameras: ReadonlyMap<string, Camera>;
  #after = 0;
  labelled = 0;

  /** `cameras` by device id. */
  constructor(client: Client, cameras: ReadonlyMap<string, Camera>) {
    this.#client = client;
    this.#cameras = cameras;
  }

  /** Labels the samples that came since the last turn. */
  async turn(): Promise<void> {
    const { samples } = await this.#client.call('sampleList', { query: { model, labelled: false, after: this.#after, limit: asked_at_once } });
    const labels: { id: number; label: number }[] = [];
    for (const [device, mine] of Map.groupBy(samples, (sample) => sample.device)) {
      const camera = this.#cameras.get(device);
      if (!camera) continue;
      const truth = new Map((await readTruth(camera.truth)).map((line) => [line.reference, line.label]));
      for (const { id, reference } of mine) if (truth.has(reference)) labels.push({ id, label: truth.get(reference)! });
    }
    this.#after = samples.at(-1)?.id ?? this.#after;
    if (labels.length > 0) this.labelled += (await this.#client.call('sampleLabel', { body: { labels } })).labelled;
  }
}
