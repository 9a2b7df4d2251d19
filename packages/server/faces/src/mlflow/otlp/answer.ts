// mlflow: ExportTraceServiceResponse of OTLP: nothing where all was kept, else how many spans were refused and why.

export interface Partial {
  readonly refused: number;
  readonly why: string | undefined;
}

export const jsonAnswer = ({ refused, why }: Partial): string =>
  refused === 0 ? '{}' : JSON.stringify({ partialSuccess: { rejectedSpans: String(refused), errorMessage: why ?? '' } });

export function protobufAnswer({ refused, why }: Partial): Buffer {
  if (refused === 0) return Buffer.alloc(0);
  const message = Buffer.from((why ?? '').slice(0, 1_000));
  const partial = Buffer.concat([Buffer.from([0x08, ...varint(refused), 0x12, ...varint(message.length)]), message]);
  return Buffer.concat([Buffer.from([0x0a, ...varint(partial.length)]), partial]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
