// faces: the protocols that the server speaks. A face parses, calls a room, and formats.
export { makeApp } from './app.ts';
export type { FaceOptions, Rooms, Wakes } from './rooms.ts';
export { problemOf } from './problem.ts';
