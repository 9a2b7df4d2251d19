// tracking: how large a trace may get. What is beyond is refused span by span, and said.

export const trace_limits = {
  spans_max: 10_000,
  /** All spans of a trace together, as they are kept. */
  trace_bytes_max: 67_108_864,
  span_bytes_max: 4_194_304,
  /** Traces that one request may link to a run. */
  links_max: 100,
} as const;
