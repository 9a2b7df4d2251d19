// agent/sdk: the log of one app. One pwrite into a file on shared memory a call; never blocks, never throws:
// what cannot be written is counted in `dropped`, with the last reason in `reason`.

import { closeSync, writeSync } from 'node:fs';
import { type CapturedImage, type Inference, encodeInference, inferenceBytes, recordBytesMax, ring, writeSlot } from '@holdfast/protocol';
import { type Described, type DescribedNames, describe, describedNames } from './described.ts';
import { type OpenRing, openRing } from './ring-file.ts';
import { writeNames } from './names-file.ts';

export interface LogOptions extends DescribedNames {
  /** Path of the ring; default is what the agent gives in HOLDFAST_RING. */
  readonly ring?: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly slot_count?: number;
  readonly slot_bytes?: number;
}

export interface LoggedInference extends Described {
  readonly inputs?: ArrayLike<number>;
  readonly outputs?: ArrayLike<number>;
  /** Index of the predicted class. */
  readonly predicted?: number;
  readonly latency_ms?: number;
  readonly image?: CapturedImage;
  /** The app's own number of the inference; default is its count in this ring. */
  readonly reference?: number;
  /** Milliseconds since 1970; default is now. */
  readonly wall_ms?: number;
}

export interface Log {
  inference(inference: LoggedInference): void;
  close(): void;
  /** Inferences written. */
  readonly logged: number;
  /** Inferences that could not be written. */
  readonly dropped: number;
  /** Why the last one was dropped, or why the log is closed; null where all went well. */
  readonly reason: string | null;
}

const nothing: readonly number[] = [];

/** Opens the log of this process. Exactly one process may write one ring. */
export function openLog(options: LogOptions = {}): Log {
  return new RingLog(options);
}

class RingLog implements Log {
  logged = 0;
  dropped = 0;
  reason: string | null = null;
  #ring: OpenRing | null = null;
  #inputs = 0;
  /** Null where inputs are all that is logged. */
  #described: DescribedNames | null = null;
  #slot = 0;
  #seq = 0;
  #payload = new Uint8Array(0);
  #payload_view = new DataView(this.#payload.buffer);
  #slots = new Uint8Array(0);
  #slots_view = new DataView(this.#slots.buffer);

  constructor(options: LogOptions) {
    try {
      this.#open(options);
    } catch (error) {
      this.reason = textOf(error); // The promise to the app: a log that cannot be opened is a counted no-op.
    }
  }

  #open(options: LogOptions): void {
    const path = options.ring ?? process.env['HOLDFAST_RING'];
    if (!path) {
      this.reason = 'HOLDFAST_RING is not set: the app was not started by the agent';
      return;
    }
    const wanted = { slot_bytes: options.slot_bytes ?? ring.slot_bytes_default, slot_count: options.slot_count ?? ring.slot_count_default };
    const more = describedNames(options);
    this.#inputs = options.inputs?.length ?? 0;
    this.#described = more.length > 0 ? options : null;
    const { inputs = [], outputs = [], categories = [] } = options;
    if (options.inputs || options.outputs || this.#described)
      writeNames(path, { inputs: [...inputs, ...more], outputs, ...(categories.length > 0 ? { categories } : {}) });
    this.#ring = openRing(path, wanted, Date.now());
    this.#slot = this.#ring.slot;
    this.#seq = this.#ring.seq;
    this.#reserve(8);
  }

  inference(inference: LoggedInference): void {
    try {
      const problem = this.#write(inference);
      if (problem === null) this.logged++;
      else this.#drop(problem);
    } catch (error) {
      this.#drop(textOf(error)); // A full disk, or an argument that throws when it is read.
    }
  }

  close(): void {
    const open = this.#ring;
    this.#ring = null;
    if (!open) return;
    this.reason = 'the log is closed';
    try {
      closeSync(open.fd);
    } catch (error) {
      this.reason = textOf(error);
    }
  }

  #drop(reason: string): void {
    this.dropped++;
    this.reason = reason;
  }

  /** Null where the record was written, else why not. */
  #write(given: LoggedInference): string | null {
    const open = this.#ring;
    if (!open) return this.reason ?? 'the log is closed';
    const record: Inference = {
      wall_ms: given.wall_ms ?? Date.now(),
      latency_ms: given.latency_ms ?? Number.NaN,
      reference: given.reference ?? this.#seq,
      predicted: given.predicted ?? -1,
      inputs: this.#described ? this.#withDescribed(this.#described, given) : (given.inputs ?? nothing),
      outputs: given.outputs ?? nothing,
      image: given.image,
    };
    const problem = check(record);
    if (problem) return problem;
    const size = inferenceBytes(record);
    if (size > recordBytesMax(open.shape)) return `the record has ${size} bytes, the limit of this ring is ${recordBytesMax(open.shape)}`;
    const parts = Math.max(1, Math.ceil(size / (open.shape.slot_bytes - ring.slot_header_bytes)));
    if (parts * open.shape.slot_bytes > this.#slots.length) this.#reserve(parts);
    encodeInference(record, this.#payload, this.#payload_view);
    this.#put(open, size, parts);
    return null;
  }

  /** The numbers of texts, sounds and the like stand behind the inputs, so an input that was not given leaves a gap. */
  #withDescribed(names: DescribedNames, given: LoggedInference): number[] {
    const { inputs = nothing } = given;
    const count = this.#inputs;
    if (inputs.length > count) throw new RangeError(`inputs: saw ${inputs.length} values, expected ${count}, as there are names`);
    return [...Array.from({ length: count }, (_, i) => inputs[i] ?? Number.NaN), ...describe(names, given)];
  }

  /** Frames the payload into slots and writes them: one write, or two where the record goes over the end of the ring. */
  #put(open: OpenRing, size: number, parts: number): void {
    const { slot_bytes, slot_count } = open.shape;
    const room = slot_bytes - ring.slot_header_bytes;
    for (let part = 0; part < parts; part++) {
      const used = Math.min(room, size - part * room);
      const head = { used, slot: this.#slot + part, seq: this.#seq, part, parts };
      writeSlot(this.#slots, this.#slots_view, part * slot_bytes, head, this.#payload, part * room);
    }
    const bytes = (parts - 1) * slot_bytes + ring.slot_header_bytes + size - (parts - 1) * room;
    const place = this.#slot % slot_count;
    const before_end = Math.min(bytes, (slot_count - place) * slot_bytes);
    // A short write leaves a torn slot; the number is not used up, so the next record is written over it.
    if (writeSync(open.fd, this.#slots, 0, before_end, ring.header_bytes + place * slot_bytes) !== before_end)
      throw new Error('the ring took only a part of the record');
    if (bytes > before_end && writeSync(open.fd, this.#slots, before_end, bytes - before_end, ring.header_bytes) !== bytes - before_end) {
      throw new Error('the ring took only a part of the record');
    }
    this.#slot += parts;
    this.#seq = (this.#seq + 1) >>> 0;
  }

  #reserve(parts: number): void {
    const slot_bytes = this.#ring!.shape.slot_bytes;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(parts, 8)));
    this.#slots = new Uint8Array(slots * slot_bytes);
    this.#slots_view = new DataView(this.#slots.buffer);
    this.#payload = new Uint8Array(slots * slot_bytes);
    this.#payload_view = new DataView(this.#payload.buffer);
  }
}

/** What is wrong with a record, or null. A number that is no number is a missing value, not an error. */
function check(record: Inference): string | null {
  const { inputs, outputs, predicted, image } = record;
  if (!(inputs.length >= 0 && inputs.length <= 65_535)) return `inputs: saw ${String(inputs.length)} values, expected up to 65535`;
  if (!(outputs.length >= 0 && outputs.length <= 65_535)) return `outputs: saw ${String(outputs.length)} values, expected up to 65535`;
  if (!(Number.isInteger(predicted) && predicted >= -1 && predicted <= 32_767)) return `predicted: saw ${String(predicted)}, expected a class from 0 to 32767`;
  return image ? checkImage(image) : null;
}

function checkImage(image: CapturedImage): string | null {
  const { width, height, channels, pixels } = image;
  const sane = [width, height].every((side) => Number.isInteger(side) && side > 0 && side <= 65_535) && (channels === 1 || channels === 3);
  if (!sane) return `image: saw ${String(width)} x ${String(height)} x ${String(channels)}, expected 1 or 3 channels`;
  if (!(pixels instanceof Uint8Array) || pixels.length !== width * height * channels) {
    return `image: saw ${String(pixels?.length)} bytes, expected ${width * height * channels} in a Uint8Array`;
  }
  return null;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
