// mlflow: the bytes of an upload. A chunk that was written is given back at once, and not when the collector of garbage comes by: it counts the small
// objects before the memory, and an upload of gigabytes would hold a hundred megabytes of chunks that nobody needs.

/** A chunk is good until the next one is asked for. */
export async function* passing(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    yield chunk;
    release(chunk);
  }
}

/** Only memory that is this chunk's alone: a slice shares it with others. */
function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
