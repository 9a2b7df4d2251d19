// agent/outbox: what waits to be sent.
export { Outbox, type OutboxOptions } from './outbox.ts';
