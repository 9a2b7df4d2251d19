// closed-loop: the last screen: what the story cost and brought, device by device. Every number is counted from the run.
export interface DeviceResult {
  readonly name: string;
  readonly fault: string;
  readonly before: { share: number; n: number } | null;
  readonly during: { share: number; n: number } | null;
  readonly after: { share: number; n: number } | null;
  /** Inferences from the fault until the device itself said so; null for a healthy one. */
  readonly samples_to_detection: number | null;
  readonly seconds_to_healthy: number | null;
  readonly bytes: number;
  readonly false_alarms: number;
}

const percent = (a: DeviceResult['before']) => (a === null ? '-' : `${(100 * a.share).toFixed(1)} % of ${a.n}`);
const or = (value: number | null, digits = 0) => (value === null ? '-' : value.toFixed(digits));

export function table(results: readonly DeviceResult[]): string {
  const head = ['device', 'fault', 'accuracy before', 'during', 'after', 'samples to detection', 'alert to healthy, s', 'bytes on the wire', 'false alarms'];
  const rows = results.map((r) => [
    r.name,
    r.fault,
    percent(r.before),
    percent(r.during),
    percent(r.after),
    or(r.samples_to_detection),
    or(r.seconds_to_healthy, 1),
    String(r.bytes),
    r.fault === 'none' ? String(r.false_alarms) : '-',
  ]);
  const lines = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const text = lines.map((line) =>
    line
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  return [text[0], widths.map((w) => '-'.repeat(w)).join('  '), ...text.slice(1)].join('\n');
}
