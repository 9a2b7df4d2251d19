// webhooks: ids as MLflow makes them: UUIDs of version 4 (RFC 9562).
import { type RandomBytes, toHex } from '@holdfast/base';

export function uuidOf(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
