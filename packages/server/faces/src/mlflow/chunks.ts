// mlflow: the bytes of a file on their way in or out. A chunk that was written is given back at once, and not when the collector of garbage comes
// by: it counts the small objects before the memory, and gigabytes would hold a hundred megabytes of chunks that nobody needs.
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyReply } from 'fastify';
import { safe_headers } from '../headers.ts';

/** A chunk is good until the next one is asked for. */
export async function* passing(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    yield chunk;
    release(chunk);
  }
}

/**
 * Sends the file as the rest of an answer, with the headers that it has. Where the file ends too early, so does the connection: the length tells the
 * client that it is cut, and `on_error` is told why. A client that goes away is no error.
 */
export async function sendChunks(reply: FastifyReply, file: Readable, on_error: (error: Error) => void): Promise<FastifyReply> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(reply.statusCode, { ...reply.getHeaders(), ...safe_headers } as Record<string, string>);
  const socket = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      raw.write(chunk, (error) => {
        release(chunk);
        done(error);
      });
    },
    final: (done) => void raw.end(done),
  });
  raw.once('close', () => socket.destroy());
  await pipeline(file, socket).catch((error: Error) => {
    if (!raw.destroyed) on_error(error);
    raw.destroy();
  });
  return reply;
}

/** Only memory that is this chunk's alone: a slice shares it with others. */
function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
