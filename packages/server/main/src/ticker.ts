// Runs a mover's turns: at once when it is woken, at an interval as a safety net, never two at a time, with back-off after an error.
import { backOff_ms } from '@holdfast/base';

export interface TickerOptions {
  readonly name: string;
  /** One turn; true where there is more to do at once. */
  readonly turn: () => Promise<boolean>;
  readonly every_ms: number;
  readonly on_error: (name: string, error: Error) => void;
}

const error_rule = { base_ms: 500, max_ms: 30_000 } as const;

export class Ticker {
  readonly #o: TickerOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #errors = 0;

  constructor(options: TickerOptions) {
    this.#o = options;
    this.#after(0);
  }

  wake(): void {
    if (this.#stopped) return;
    if (this.#running) this.#again = true;
    else if (this.#errors === 0) this.#after(0);
  }

  /** No further turn; resolves when the one at hand is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  #after(wait_ms: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#turns().finally(() => {
        this.#running = null;
        if (!this.#stopped) this.#after(this.#again ? 0 : this.#pause());
      });
    }, wait_ms);
  }

  #pause(): number {
    return this.#errors === 0 ? this.#o.every_ms : Math.max(200, backOff_ms(this.#errors, error_rule, Math.random));
  }

  async #turns(): Promise<void> {
    this.#again = false;
    try {
      while (!this.#stopped && (await this.#o.turn()));
      this.#errors = 0;
    } catch (error) {
      this.#errors++;
      this.#o.on_error(this.#o.name, error as Error);
    }
  }
}
