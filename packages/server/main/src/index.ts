// main: composition of the server. No rule lives here.
export { type RunningServer, type ServerOptions, startServer } from './server.ts';
export { makeRooms, migrations } from './rooms.ts';
