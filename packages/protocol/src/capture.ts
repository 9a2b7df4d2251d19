// One captured inference, as an app writes it into the ring. Version 1, little-endian:
//
// u8 kind (1 = inference) | u8 flags (1 = an image follows) | u16 inputs | u16 outputs | i16 predicted class (-1 = none)
// | f64 wall time (ms since 1970, UTC) | f32 latency (ms) | u32 reference (the app's own number of the inference)
// | f32 x inputs | f32 x outputs | image: u16 width, u16 height, u8 channels, u8 x 3 zero, u8 x width*height*channels (rows, then columns, then channels)

export interface CapturedImage {
  readonly width: number;
  readonly height: number;
  /** 1 (gray) or 3 (RGB). */
  readonly channels: number;
  /** height x width x channels, 0 to 255. */
  readonly pixels: Uint8Array;
}

export interface Inference {
  readonly wall_ms: number;
  readonly latency_ms: number;
  /** The app's own number of the inference, mod 2^32. */
  readonly reference: number;
  readonly predicted: number;
  readonly inputs: ArrayLike<number>;
  readonly outputs: ArrayLike<number>;
  readonly image?: CapturedImage | undefined;
}

const head_bytes = 24;

export function inferenceBytes(inference: Inference): number {
  const image = inference.image;
  return head_bytes + 4 * (inference.inputs.length + inference.outputs.length) + (image ? 8 + image.pixels.length : 0);
}

/** Encodes into `into` (at its start) and returns the bytes used. `into` must hold `inferenceBytes(inference)`. */
export function encodeInference(inference: Inference, into: Uint8Array, view: DataView): number {
  const { inputs, outputs, image } = inference;
  view.setUint8(0, 1);
  view.setUint8(1, image ? 1 : 0);
  view.setUint16(2, inputs.length, true);
  view.setUint16(4, outputs.length, true);
  view.setInt16(6, inference.predicted, true);
  view.setFloat64(8, inference.wall_ms, true);
  view.setFloat32(16, inference.latency_ms, true);
  view.setUint32(20, inference.reference >>> 0, true);
  let at = head_bytes;
  for (let i = 0; i < inputs.length; i++, at += 4) view.setFloat32(at, inputs[i]!, true);
  for (let i = 0; i < outputs.length; i++, at += 4) view.setFloat32(at, outputs[i]!, true);
  if (!image) return at;
  view.setUint16(at, image.width, true);
  view.setUint16(at + 2, image.height, true);
  view.setUint32(at + 4, image.channels, true);
  into.set(image.pixels, at + 8);
  return at + 8 + image.pixels.length;
}

/** The inference, or null where the bytes are not one: too short, another kind, or sizes that do not add up. Its pixels are a view into `bytes`. */
export function decodeInference(bytes: Uint8Array): Inference | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < head_bytes || view.getUint8(0) !== 1) return null;
  const inputs = new Float32Array(view.getUint16(2, true));
  const outputs = new Float32Array(view.getUint16(4, true));
  let at = head_bytes + 4 * (inputs.length + outputs.length);
  if (bytes.length < at) return null;
  for (let i = 0; i < inputs.length; i++) inputs[i] = view.getFloat32(head_bytes + 4 * i, true);
  for (let i = 0; i < outputs.length; i++) outputs[i] = view.getFloat32(head_bytes + 4 * (inputs.length + i), true);
  let image: CapturedImage | undefined;
  if (view.getUint8(1) & 1) {
    if (bytes.length < at + 8) return null;
    const width = view.getUint16(at, true);
    const height = view.getUint16(at + 2, true);
    const channels = view.getUint8(at + 4);
    at += 8;
    if (bytes.length < at + width * height * channels) return null;
    image = { width, height, channels, pixels: bytes.subarray(at, at + width * height * channels) };
  }
  return {
    wall_ms: view.getFloat64(8, true),
    latency_ms: view.getFloat32(16, true),
    reference: view.getUint32(20, true),
    predicted: view.getInt16(6, true),
    inputs,
    outputs,
    ...(image ? { image } : {}),
  };
}
