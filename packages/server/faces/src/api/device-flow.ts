// What goes between one device and the people who look at its answers: what it keeps and sends, what waits for a label, and what goes back to it.
import type { DeviceRow } from '@holdfast/fleet';
import type { DeviceShown } from '@holdfast/protocol/rest';
import type { Rooms } from '../rooms.ts';

export async function deviceFlow({ telemetry }: Rooms, device: DeviceRow): Promise<Pick<DeviceShown, 'capture' | 'quarantine' | 'label_feed'>> {
  const { id, reported, capture, poll_ms } = device;
  const taken = reported?.labels?.after ?? null;
  const [waiting, feed] = await Promise.all([
    telemetry.countSamples({ device: id, reason: 'quarantine', labelled: false }),
    telemetry.labelFeed({ device: id, after: taken ?? 0 }),
  ]);
  const { quarantine = null, predictions_every = 0, ...rest } = capture;
  return {
    capture: { ...rest, predictions_every, quarantine: quarantine && { ...quarantine }, poll_ms },
    quarantine: { waiting, kept: reported?.quarantine?.kept ?? null, left_out: reported?.quarantine?.left_out ?? null },
    label_feed: { ...feed, taken },
  };
}
