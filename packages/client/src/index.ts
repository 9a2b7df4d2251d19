// client: our own REST, typed by the route descriptions.
export { type Asked, Client, type Server } from './client.ts';
