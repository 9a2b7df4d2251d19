// web/devices: the time range of a view, from its address: `range=1h` up to now, or fixed ends `from`, `to`. Pure.
export const ranges = { '5m': 300_000, '15m': 900_000, '1h': 3_600_000, '6h': 21_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const;
export type RangeName = keyof typeof ranges;

export interface AskedRange {
  readonly name: RangeName | null;
  readonly from_ms: number;
  /** Undefined: up to now. */
  readonly to_ms: number | undefined;
}

/** A moving range begins at a whole sixtieth of its length, so that its question stays the same for a while. */
export function rangeOf(filters: Readonly<Record<string, string>>, now_ms: number): AskedRange {
  const from_ms = Number(filters['from']);
  const to_ms = Number(filters['to']);
  if (from_ms > 0 && to_ms > from_ms) return { name: null, from_ms, to_ms };
  const name = Object.hasOwn(ranges, filters['range'] ?? '') ? (filters['range'] as RangeName) : '15m';
  const step_ms = ranges[name] / 60;
  return { name, from_ms: Math.floor(now_ms / step_ms) * step_ms - ranges[name], to_ms: undefined };
}
