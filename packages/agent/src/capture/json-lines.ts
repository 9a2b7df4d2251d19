// agent/capture: programs that know nothing of us: a line on stdout that is a JSON object with `outputs` (and `inputs`, `predicted`,
// `latency_ms`) is an inference, and goes into the ring as if the program had logged it. Every other line is only output.

import { statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { type Log, openLog } from '../sdk/index.ts';

/** A longer line is not looked at: it is output of another kind. */
const line_characters_max = 65_536;

/** File times come from a coarser clock than ours: they may lie a tick before. A restart takes longer. */
const file_clock_ms = 50;
/** More values than this in one line are no inference. */
const values_max = 10_000;

interface Values {
  readonly names: readonly string[];
  readonly values: readonly number[];
}
interface LineInference {
  readonly inputs: Values;
  readonly outputs: Values;
  readonly predicted: number | string | undefined;
  readonly latency_ms: number | undefined;
}

export class JsonLines {
  readonly #ring: string;
  #decoder = new StringDecoder('utf8');
  #rest = '';
  #log: Log | null = null;
  #shape = '';
  /** The program writes the ring itself: its lines are output and nothing else, so that no inference counts twice. */
  #own_ring = false;
  #started_ms = 0;

  constructor(ring: string) {
    this.#ring = ring;
  }

  /** To be called when the program starts, before its first byte. */
  start(): void {
    this.close();
    this.#decoder = new StringDecoder('utf8');
    this.#rest = '';
    this.#own_ring = false;
    this.#started_ms = Date.now();
  }

  take(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, line_characters_max);
    for (const line of lines) if (line.startsWith('{') && line.length < line_characters_max) this.#line(line);
  }

  close(): void {
    this.#log?.close();
    this.#log = null;
    this.#shape = '';
  }

  #line(line: string): void {
    const inference = readInference(line);
    if (!inference || this.#own_ring) return;
    const { inputs, outputs, predicted, latency_ms } = inference;
    if (!this.#open(inputs.names, outputs.names)) return;
    const class_number = typeof predicted === 'string' ? outputs.names.indexOf(predicted) : predicted;
    this.#log!.inference({
      inputs: inputs.values,
      outputs: outputs.values,
      ...(class_number === undefined ? {} : { predicted: class_number }),
      ...(latency_ms === undefined ? {} : { latency_ms }),
    });
  }

  /** Opens the ring at the first inference, and again where the names are others. */
  #open(inputs: readonly string[], outputs: readonly string[]): boolean {
    const shape = JSON.stringify([inputs, outputs]);
    if (this.#log && shape === this.#shape) return true;
    if (!this.#log && writtenSince(this.#ring, this.#started_ms)) {
      this.#own_ring = true;
      return false;
    }
    this.#log?.close();
    this.#log = openLog({ ring: this.#ring, inputs, outputs });
    this.#shape = shape;
    return true;
  }
}

function writtenSince(ring: string, since_ms: number): boolean {
  try {
    return statSync(ring).mtimeMs >= since_ms - file_clock_ms;
  } catch {
    return false; // no ring: nobody has written one
  }
}

/** The inference of a line, or null: not JSON, no `outputs`, or values that are not numbers. */
function readInference(line: string): LineInference | null {
  let value: { readonly inputs?: unknown; readonly outputs?: unknown; readonly predicted?: unknown; readonly latency_ms?: unknown };
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return null; // output of another kind that begins with a brace
  }
  const outputs = readValues(value.outputs);
  const inputs = readValues(value.inputs ?? []);
  if (!inputs || !outputs || outputs.values.length === 0) return null;
  const predicted = typeof value.predicted === 'number' || typeof value.predicted === 'string' ? value.predicted : undefined;
  return { inputs, outputs, predicted, latency_ms: typeof value.latency_ms === 'number' ? value.latency_ms : undefined };
}

/** A list of numbers, or an object of named ones; true and false count as 1 and 0, null as missing. */
function readValues(value: unknown): Values | null {
  if (typeof value !== 'object' || value === null) return null;
  const entries = Array.isArray(value) ? value.map((one, i): [string, unknown] => [String(i), one]) : Object.entries(value);
  if (entries.length > values_max) return null;
  const values = entries.map(([, one]) => (one === null ? Number.NaN : typeof one === 'boolean' ? Number(one) : one));
  if (!values.every((one) => typeof one === 'number')) return null;
  return { names: Array.isArray(value) ? [] : entries.map(([name]) => name), values };
}
