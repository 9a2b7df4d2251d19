// tracking: traces and their spans, as rows and as what comes in. Times of spans are nanoseconds since 1970, which a JS number cannot hold.

/** A value of OpenTelemetry, by the JSON names of its protocol; integers are text, since they have 64 bits, and so are NaN and the infinities. */
export type SpanValue =
  | { readonly string_value: string }
  | { readonly bool_value: boolean }
  | { readonly int_value: string }
  | { readonly double_value: number | 'NaN' | 'Infinity' | '-Infinity' }
  | { readonly bytes_value: string }
  | { readonly array_value: { readonly values: readonly SpanValue[] } }
  | { readonly kvlist_value: { readonly values: readonly { readonly key: string; readonly value: SpanValue }[] } }
  | Readonly<Record<string, never>>;
export type SpanAttributes = Readonly<Record<string, SpanValue>>;

export interface SpanEvent {
  readonly time_ns: string;
  readonly name: string;
  readonly attributes: SpanAttributes;
}
export interface SpanLink {
  readonly trace_id: string;
  readonly span_id: string;
  readonly attributes: SpanAttributes;
}
export type SpanStatus = 'UNSET' | 'OK' | 'ERROR';

export interface Span {
  /** 32 hex digits; the trace is named by them. */
  readonly trace_id: string;
  /** 16 hex digits. */
  readonly span_id: string;
  readonly parent_id: string | null;
  readonly name: string;
  readonly kind: number;
  readonly start_ns: bigint;
  readonly end_ns: bigint | null;
  readonly status: SpanStatus;
  readonly status_message: string;
  readonly attributes: SpanAttributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** What the program that made the span says of itself. */
  readonly resource: SpanAttributes;
}

/** A span as it is kept: its narrow columns, and the rest packed in one. */
export interface SpanRow {
  readonly span_id: string;
  readonly parent_id: string | null;
  readonly name: string;
  readonly status: SpanStatus;
  readonly start_ns: string;
  readonly end_ns: string | null;
  readonly attributes: SpanAttributes;
  readonly rest: SpanRest;
}
export interface SpanRest {
  readonly kind: number;
  readonly status_message: string;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
}

export type TraceState = 'STATE_UNSPECIFIED' | 'OK' | 'ERROR' | 'IN_PROGRESS';
export interface TraceRow {
  /** Narrow; what the rows of the trace carry. */
  num: number;
  id: string;
  experiment_id: number;
  start_ms: number;
  duration_ms: number | null;
  state: TraceState;
  client_request_id: string | null;
  request_preview: string | null;
  response_preview: string | null;
  /** The client said how the trace went: spans that come later change no time and no state. */
  is_told: boolean;
  spans: number;
  span_bytes: number;
}
export interface TraceDetails {
  readonly row: TraceRow;
  readonly tags: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}
/** What a client says of a trace as a whole. */
export interface TraceReport {
  readonly id: string;
  readonly experiment_id: number;
  readonly start_ms: number;
  readonly duration_ms: number | null;
  readonly state: TraceState;
  readonly client_request_id?: string | undefined;
  readonly request_preview?: string | undefined;
  readonly response_preview?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}
