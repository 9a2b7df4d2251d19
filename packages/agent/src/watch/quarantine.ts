// agent/watch: answers that the model itself is not sure of, set aside for people to look at: so many an hour and no more, and what is left out is counted.
import type { DesiredState } from '@holdfast/protocol';

const hour_ms = 3_600_000;

export class Quarantine {
  rule: DesiredState['capture']['quarantine'];
  #hour = 0;
  #in_hour = 0;
  /** Since the agent started. */
  kept = 0;
  left_out = 0;

  /** True where this answer is below the rule; one without a confidence is not. */
  isBelow(confidence: number): boolean {
    return this.rule !== undefined && confidence < this.rule.confidence_below;
  }

  /** Takes one of the places of this hour of the clock; false where there is none left. */
  take(at_ms: number): boolean {
    const hour = Math.floor(at_ms / hour_ms);
    if (hour !== this.#hour) [this.#hour, this.#in_hour] = [hour, 0];
    const has_room = this.#in_hour < (this.rule?.an_hour_max ?? 0);
    if (has_room) this.#in_hour++;
    return this.#count(has_room);
  }

  /** One that cannot be kept whatever the hour. */
  leaveOut(): void {
    this.#count(false);
  }

  #count(is_kept: boolean): boolean {
    if (is_kept) this.kept++;
    else this.left_out++;
    return is_kept;
  }
}
