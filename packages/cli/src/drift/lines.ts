// cli/drift: the lines of a stream of bytes, each up to a limit. A line that is longer is passed over as it comes, and reported; nothing of it is kept.

export type Line = { readonly text: string } | { readonly size_bytes: number };

export async function* linesOf(input: AsyncIterable<Uint8Array>, line_bytes_max: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size_bytes = 0;
  const end = (): Line => {
    const line = size_bytes > line_bytes_max ? { size_bytes } : { text: Buffer.concat(parts).toString('utf8') };
    parts = [];
    size_bytes = 0;
    return line;
  };
  const keep = (part: Uint8Array) => {
    size_bytes += part.length;
    if (size_bytes > line_bytes_max) parts = [];
    else parts.push(part);
  };
  for await (const chunk of input) {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      keep(chunk.subarray(from, at));
      yield end();
      from = at + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  }
  if (size_bytes > 0) yield end();
}
