// agent/sync: the wait between two exchanges, which an event may cut short, but not below a fifth of a second.

const shortest_ms = 200;

export class Pace {
  #end: (() => void) | null = null;
  #woken = false;

  /** Resolves after `wait_ms`, or 0.2 s after a `wake`. */
  async wait(wait_ms: number): Promise<void> {
    const wanted_ms = this.#woken ? Math.min(wait_ms, shortest_ms) : wait_ms;
    this.#woken = false;
    await new Promise<void>((resolve) => {
      let timer = setTimeout(resolve, wanted_ms);
      const until = Date.now() + wanted_ms;
      this.#end = () => {
        if (until - Date.now() <= shortest_ms) return;
        clearTimeout(timer);
        timer = setTimeout(resolve, shortest_ms);
        this.#end = null;
      };
    });
    this.#end = null;
  }

  wake(): void {
    if (this.#end) this.#end();
    else this.#woken = true;
  }
}
