// Stream `points`: a packed columnar chunk, stored by the server as it came. Version 1, little-endian:
//
// "HFC1" | u16 metrics | u16 zero | u32 points | f64 first time (ms since 1970) | names: (u8 length, UTF-8) x metrics
// | zeros up to a multiple of 8 | u32 x points: milliseconds after the first time | zeros up to a multiple of 8
// | f64 x points for each metric, metric after metric (NaN = no value)

export interface PointsChunk {
  readonly first_ms: number;
  /** Milliseconds after `first_ms`, one a point. */
  readonly offsets_ms: Uint32Array;
  readonly metrics: readonly { readonly name: string; readonly values: Float64Array }[];
}

export interface PointsHead {
  readonly metrics: readonly string[];
  readonly points: number;
  readonly first_ms: number;
  readonly last_ms: number;
}

export const points_limits = { metrics_max: 256, points_max: 65_536, name_bytes_max: 100 } as const;

const head_bytes = 20;
const up8 = (n: number) => (n + 7) & ~7;

export function encodePoints(chunk: PointsChunk): Uint8Array {
  const names = chunk.metrics.map((metric) => new TextEncoder().encode(metric.name));
  const points = chunk.offsets_ms.length;
  const times_at = up8(head_bytes + names.reduce((sum, name) => sum + 1 + name.length, 0));
  const values_at = up8(times_at + 4 * points);
  const out = new Uint8Array(values_at + 8 * points * names.length);
  const view = new DataView(out.buffer);
  out.set([0x48, 0x46, 0x43, 0x31]);
  view.setUint16(4, names.length, true);
  view.setUint32(8, points, true);
  view.setFloat64(12, chunk.first_ms, true);
  let at = head_bytes;
  for (const name of names) {
    out[at] = name.length;
    out.set(name, at + 1);
    at += 1 + name.length;
  }
  for (let i = 0; i < points; i++) view.setUint32(times_at + 4 * i, chunk.offsets_ms[i]!, true);
  chunk.metrics.forEach((metric, m) => {
    for (let i = 0; i < points; i++) view.setFloat64(values_at + 8 * (m * points + i), metric.values[i]!, true);
  });
  return out;
}

interface Layout extends PointsHead {
  readonly times_at: number;
  readonly values_at: number;
}

function layOut(bytes: Uint8Array): Layout | null {
  if (bytes.length < head_bytes || bytes[0] !== 0x48 || bytes[1] !== 0x46 || bytes[2] !== 0x43 || bytes[3] !== 0x31) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint16(4, true);
  const points = view.getUint32(8, true);
  const first_ms = view.getFloat64(12, true);
  if (count < 1 || count > points_limits.metrics_max || points < 1 || points > points_limits.points_max || !Number.isFinite(first_ms)) return null;
  const metrics: string[] = [];
  let at: number = head_bytes;
  for (let m = 0; m < count; m++) {
    const length = bytes[at] ?? 0;
    if (length < 1 || length > points_limits.name_bytes_max || at + 1 + length > bytes.length) return null;
    metrics.push(new TextDecoder().decode(bytes.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  const times_at = up8(at);
  const values_at = up8(times_at + 4 * points);
  if (bytes.length !== values_at + 8 * points * count) return null;
  const last_ms = first_ms + view.getUint32(times_at + 4 * (points - 1), true);
  return { metrics, points, first_ms, last_ms, times_at, values_at };
}

/** What a chunk holds, read from its head alone; null where the bytes are not a chunk. */
export function readPointsHead(bytes: Uint8Array): PointsHead | null {
  return layOut(bytes);
}

/** The chunk, or null where the bytes are not one. */
export function decodePoints(bytes: Uint8Array): PointsChunk | null {
  const layout = layOut(bytes);
  if (!layout) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { points, times_at, values_at } = layout;
  const offsets_ms = Uint32Array.from({ length: points }, (_, i) => view.getUint32(times_at + 4 * i, true));
  const metrics = layout.metrics.map((name, m) => ({
    name,
    values: Float64Array.from({ length: points }, (_, i) => view.getFloat64(values_at + 8 * (m * points + i), true)),
  }));
  return { first_ms: layout.first_ms, offsets_ms, metrics };
}
