// protocol: what is true of an answer of a device, on its way back to the device. (device, seq) names a label: seq is dense and grows, so that one that comes
// twice is known. A reply carries them beyond `reported.labels.after`, oldest first; the device keeps them in `labels.jsonl`, a line each, as they came.

export interface DeviceLabel {
  readonly seq: number;
  /** The app's own number of the inference. */
  readonly reference: number;
  /** When it was inferred: chooses among answers of the same number. 0 where who told it did not say: the last answer of that number before. */
  readonly at_ms: number;
  /** The class, or the value. */
  readonly label: number;
}

/** In one reply; a full one means that more may wait. */
export const labels_a_reply_max = 500;
