// agent/sync: the time as the server has it. It is carried on the monotonic clock, so that a jump of the wall clock does not move it.

import type { Clock } from '@holdfast/base';

export class DeviceClock {
  readonly #clock: Clock;
  #server_minus_mono_ms: number | null = null;
  #wall_minus_mono_ms: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wall_minus_mono_ms = clock.wall_ms() - clock.mono_ms();
  }

  /** Milliseconds since 1970; the wall clock's until the server has said better. */
  now_ms(): number {
    return Math.round(this.#server_minus_mono_ms === null ? this.#clock.wall_ms() : this.#clock.mono_ms() + this.#server_minus_mono_ms);
  }

  mono_ms(): number {
    return this.#clock.mono_ms();
  }

  wall_ms(): number {
    return this.#clock.wall_ms();
  }

  /** Takes the server's time, which it wrote between `sent_mono_ms` and now; the middle is the best guess (Cristian 1989). */
  correct(server_ms: number, sent_mono_ms: number): void {
    if (!Number.isFinite(server_ms)) return;
    const middle = (sent_mono_ms + this.#clock.mono_ms()) / 2;
    this.#server_minus_mono_ms = server_ms - middle;
  }

  /** How far the wall clock has jumped since the last call, in milliseconds. */
  wallJump_ms(): number {
    const now = this.#clock.wall_ms() - this.#clock.mono_ms();
    const jump = now - this.#wall_minus_mono_ms;
    this.#wall_minus_mono_ms = now;
    return jump;
  }
}
