// agent/watch: answers that the model itself is not sure of, set aside for people to look at: so many an hour and no more, over restarts too, and what is left out
// is counted.
import type { DesiredState } from '@holdfast/protocol';
import type { QuarantineFile } from './quarantine-file.ts';

const hour_ms = 3_600_000;

export class Quarantine {
  rule: DesiredState['capture']['quarantine'];
  readonly #file: QuarantineFile;
  #hour: number;
  #in_hour: number;
  /** Places of this hour that a restart takes for given. */
  #reserved: number;
  /** Since the agent started. */
  kept = 0;
  left_out = 0;

  constructor(file: QuarantineFile) {
    this.#file = file;
    const { hour, places } = file.load();
    [this.#hour, this.#in_hour, this.#reserved] = [hour, places, places];
  }

  /** True where this answer is below the rule; one without a confidence is not. */
  isBelow(confidence: number): boolean {
    return this.rule !== undefined && confidence < this.rule.confidence_below;
  }

  /** Takes one of the places of this hour of the clock; false where there is none left. */
  take(at_ms: number): boolean {
    const hour = Math.floor(at_ms / hour_ms);
    if (hour !== this.#hour) [this.#hour, this.#in_hour, this.#reserved] = [hour, 0, 0];
    const an_hour_max = this.rule?.an_hour_max ?? 0;
    const has_room = this.#in_hour < an_hour_max;
    if (has_room && ++this.#in_hour > this.#reserved) this.#reserve(Math.min(an_hour_max, this.#in_hour - 1 + Math.ceil(an_hour_max / 4)));
    return this.#count(has_room);
  }

  /** What was reserved and not given is free again: for an end in order. */
  save(): void {
    if (this.#reserved > this.#in_hour) this.#reserve(this.#in_hour);
  }

  #reserve(places: number): void {
    this.#reserved = places;
    this.#file.save({ hour: this.#hour, places });
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
