// GET /metrics: the state of the fleet and of this process, in the Prometheus text format.
import { authorize } from '@holdfast/access';
import type { FastifyInstance } from 'fastify';
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { stateOf } from './api/device-view.ts';
import type { FaceOptions } from './rooms.ts';
import { whoAsks } from './who.ts';

export function metricsFace(app: FastifyInstance, options: FaceOptions): void {
  const { rooms } = options;
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: 'holdfast_' });
  const requests = new Histogram({
    name: 'holdfast_http_request_seconds',
    help: 'Time from request to end of reply',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2],
    registers: [register],
  });
  const devices = new Gauge({ name: 'holdfast_devices', help: 'Devices by state', labelNames: ['state'], registers: [register] });
  const drifted = new Gauge({ name: 'holdfast_devices_drifted', help: 'Devices in an open alert', registers: [register] });
  app.addHook('onResponse', async (request, reply) => {
    requests.observe({ method: request.method, route: request.routeOptions.url ?? 'unknown', status: String(reply.statusCode) }, reply.elapsedTime / 1000);
  });
  app.get('/metrics', { config: { access: 'viewer' } }, async (request, reply) => {
    authorize(await whoAsks(rooms.access, request, options.no_auth), 'viewer');
    const now = rooms.clock.wall_ms();
    devices.reset();
    for (const state of ['online', 'stale', 'waiting'] as const) devices.set({ state }, 0);
    for (const row of await rooms.fleet.devices()) devices.inc({ state: stateOf(row, now) });
    drifted.set(new Set((await rooms.alerts.drifted()).map((row) => row.device)).size);
    return reply.type(register.contentType).send(await register.metrics());
  });
}
