// Starts the movers: each is woken by what the one before it on the loop writes, and looks by itself now and then.
import type { Rooms } from '@holdfast/faces';
import { Ticker } from './ticker.ts';
import type { WakeHub } from './wake.ts';

export interface Movers {
  stop(): Promise<void>;
}

export function startMovers(rooms: Rooms, wakes: WakeHub, on_error: (name: string, error: Error) => void): Movers {
  const start = (name: string, topics: readonly string[], every_ms: number, turn: () => Promise<boolean>) => {
    const ticker = new Ticker({ name, turn, every_ms, on_error });
    wakes.subscribe((topic) => {
      if (topics.includes(topic)) ticker.wake();
    });
    return ticker;
  };
  const tickers = [
    start('monitors', ['windows'], 5_000, () => rooms.monitors.turn()),
    start('alerts', ['drift', 'firings'], 5_000, () => rooms.alerts.turn()),
    start('triggers', ['alerts'], 5_000, () => rooms.triggers.turn()),
    start('workflows', ['executions'], 1_000, () => rooms.workflows.turn()),
    start('rollouts', ['devices', 'executions', 'rollouts'], 1_000, () => rooms.rollouts.turn()),
    start('webhooks', ['models'], 5_000, () => rooms.webhooks.turn()),
    start('channels', ['alerts'], 5_000, () => rooms.webhooks.channels.turn()),
    start('deliveries', ['webhooks'], 1_000, () => rooms.webhooks.deliveries.turn()),
    start('reports', ['reports'], 30_000, () => rooms.reports.turn()),
    start('metrics', [], 1_000, () => rooms.tracking.fold()),
  ];
  const stop = async () => {
    await Promise.all(tickers.map((ticker) => ticker.stop()));
    await rooms.webhooks.deliveries.stop();
  };
  return { stop };
}
