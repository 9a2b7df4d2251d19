// Stream `predictions`: what a model said, so that truths that come later can be held against it. Version 1, little-endian:
//
// "HFP1" | u16 length of the model's name | u16 scores a prediction (0 to 32) | u32 model version | u32 predictions | f64 first time (ms since 1970) | name, UTF-8
// | u32 x predictions: reference (the app's own number) | u32 x predictions: ms after the first time | i16 x predictions: class (-1: none)
// | f32 x predictions: confidence (NaN: none) | f32 x scores x predictions: all scores of a prediction, one after the other

export interface Predictions {
  readonly model: string;
  readonly model_version: number;
  readonly first_ms: number;
  readonly references: Uint32Array;
  readonly offsets_ms: Uint32Array;
  readonly predicted: Int16Array;
  readonly confidence: Float32Array;
  /** Scores of each prediction; 0 where the model gives none, or more than are kept. */
  readonly scores_each: number;
  readonly scores: Float32Array;
}

export const predictions_limits = { predictions_max: 4_096, scores_max: 32, name_bytes_max: 400 } as const;

const head_bytes = 24;
const magic = 0x31504648; // "HFP1"

export function encodePredictions(of: Predictions): Uint8Array {
  const name = new TextEncoder().encode(of.model);
  const n = of.references.length;
  const out = new Uint8Array(head_bytes + name.length + n * (14 + 4 * of.scores_each));
  const view = new DataView(out.buffer);
  view.setUint32(0, magic, true);
  view.setUint16(4, name.length, true);
  view.setUint16(6, of.scores_each, true);
  view.setUint32(8, of.model_version, true);
  view.setUint32(12, n, true);
  view.setFloat64(16, of.first_ms, true);
  out.set(name, head_bytes);
  let at = head_bytes + name.length;
  for (let i = 0; i < n; i++, at += 4) view.setUint32(at, of.references[i]!, true);
  for (let i = 0; i < n; i++, at += 4) view.setUint32(at, of.offsets_ms[i]!, true);
  for (let i = 0; i < n; i++, at += 2) view.setInt16(at, of.predicted[i]!, true);
  for (let i = 0; i < n; i++, at += 4) view.setFloat32(at, of.confidence[i]!, true);
  for (let i = 0; i < n * of.scores_each; i++, at += 4) view.setFloat32(at, of.scores[i]!, true);
  return out;
}

/** How many bytes from the beginning name the references and times of so many predictions, however long the name is. */
export const namingBytes = (predictions: number): number => head_bytes + predictions_limits.name_bytes_max + 8 * predictions;

type NamedPredictions = Pick<Predictions, 'first_ms' | 'references' | 'offsets_ms' | 'scores_each'> & {
  /** Where in the whole record the classes, confidences and scores begin. */
  readonly begin: { readonly predicted: number; readonly confidence: number; readonly scores: number };
};

/** References and times alone, of bytes that may be cut after them; null where the bytes are none. */
export function decodeReferences(bytes: Uint8Array): NamedPredictions | null {
  const head = headOf(bytes);
  if (!head || bytes.length < head.from + 8 * head.n) return null;
  const { view, n, from, first_ms, scores_each } = head;
  const column = (at: number): Uint32Array => {
    const out = new Uint32Array(n);
    for (let i = 0; i < n; i++) out[i] = view.getUint32(at + 4 * i, true);
    return out;
  };
  const begin = { predicted: from + 8 * n, confidence: from + 10 * n, scores: from + 14 * n };
  return { first_ms, references: column(from), offsets_ms: column(from + 4 * n), scores_each, begin };
}

/** One prediction, of the bytes of its class, its confidence and its scores. */
export function decodeSaid(bytes: Uint8Array): { predicted: number; confidence: number; scores: Float32Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scores = Float32Array.from({ length: (bytes.length - 6) / 4 }, (_, i) => view.getFloat32(6 + 4 * i, true));
  return { predicted: view.getInt16(0, true), confidence: view.getFloat32(2, true), scores };
}

function headOf(bytes: Uint8Array) {
  if (bytes.length < head_bytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [name_bytes, scores_each, n] = [view.getUint16(4, true), view.getUint16(6, true), view.getUint32(12, true)];
  const { predictions_max, scores_max, name_bytes_max } = predictions_limits;
  if (view.getUint32(0, true) !== magic || n < 1 || n > predictions_max || scores_each > scores_max || name_bytes > name_bytes_max) return null;
  const first_ms = view.getFloat64(16, true);
  return Number.isFinite(first_ms) ? { view, name_bytes, scores_each, n, first_ms, from: head_bytes + name_bytes } : null;
}

/** The predictions, or null where the bytes are none. */
export function decodePredictions(bytes: Uint8Array): Predictions | null {
  const head = headOf(bytes);
  if (!head) return null;
  const { view, name_bytes, scores_each, n, first_ms } = head;
  if (bytes.length !== head.from + n * (14 + 4 * scores_each)) return null;
  let at = head.from;
  const column = (count: number, size: number, read: (at: number) => number): number[] => {
    const from = at;
    at += count * size;
    return Array.from({ length: count }, (_, i) => read(from + i * size));
  };
  return {
    model: new TextDecoder().decode(bytes.subarray(head_bytes, head_bytes + name_bytes)),
    model_version: view.getUint32(8, true),
    first_ms,
    references: Uint32Array.from(column(n, 4, (i) => view.getUint32(i, true))),
    offsets_ms: Uint32Array.from(column(n, 4, (i) => view.getUint32(i, true))),
    predicted: Int16Array.from(column(n, 2, (i) => view.getInt16(i, true))),
    confidence: Float32Array.from(column(n, 4, (i) => view.getFloat32(i, true))),
    scores_each,
    scores: Float32Array.from(column(n * scores_each, 4, (i) => view.getFloat32(i, true))),
  };
}
