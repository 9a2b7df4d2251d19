// workflows: the lines of a step on their way to the server: numbered, sent in order, sent again until they arrived.
import type { Clock } from '@holdfast/base';
import { type HardwareFacts } from '@holdfast/protocol/hardware';
import { type LogLine, hardwareLine, readMetric } from './log.ts';
import type { StepKey } from './steps.ts';
import type { WorkSource } from './work-source.ts';

const log_every_ms = 250;
const lines_waiting_max = 5_000;
const lines_a_call = 500;

export class StepLog {
  readonly #source: WorkSource;
  readonly #key: StepKey;
  readonly #clock: Clock;
  #lines: LogLine[] = [];
  #first = 0;
  #cut = 0;
  #sending: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;
  /** The line that says what machine the step runs on, until it is said. */
  #hardware: string | null = null;

  constructor(source: WorkSource, key: StepKey, clock: Clock) {
    this.#source = source;
    this.#key = key;
    this.#clock = clock;
    this.#timer = setInterval(() => void this.flush().catch(() => {}), log_every_ms); // lines stay queued; flush() at the end tells of a failure
  }

  /** Said once, before the first metric: a step without metrics has no run that could be told. */
  sayHardware(facts: HardwareFacts): void {
    this.#hardware = hardwareLine(facts);
  }

  add(stream: string, text: string): void {
    if (this.#hardware !== null && readMetric(text)) {
      const line = this.#hardware;
      this.#hardware = null;
      this.add('worker', line);
    }
    if (this.#lines.length >= lines_waiting_max) this.#cut++;
    else this.#lines.push({ at_ms: this.#clock.wall_ms(), stream, text: text.replaceAll('\0', '\uFFFD') });
  }

  flush(): Promise<void> {
    this.#sending = this.#sending.catch(() => {}).then(() => this.#send());
    return this.#sending;
  }

  async #send(): Promise<void> {
    while (this.#lines.length > 0) {
      const lines = this.#lines.slice(0, lines_a_call);
      await this.#source.log(this.#key, this.#first, lines);
      this.#first += lines.length;
      this.#lines = this.#lines.slice(lines.length);
    }
    if (this.#cut === 0) return;
    const text = `${this.#cut} lines were left out here: the command wrote faster than they could be sent`;
    this.#cut = 0;
    this.#lines.push({ at_ms: this.#clock.wall_ms(), stream: 'worker', text });
    await this.#send();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
