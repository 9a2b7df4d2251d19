// protocol: what travels between device, app and server, byte by byte. The REST schemas are in ./rest.
export * from './ring.ts';
export * from './capture.ts';
export * from './records.ts';
export * from './window/window-record.ts';
export * from './points.ts';
export * from './predictions.ts';
export * from './sync.ts';
export * from './device-label.ts';
export * from './bundle.ts';
