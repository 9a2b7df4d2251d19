// web/workflows: parameters as text, `NAME=VALUE` a line. Pure.
export const printParams = (params: Readonly<Record<string, string>>): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

/** Reads `NAME=VALUE` lines; a line without `=` is said, not skipped. */
export function readParams(text: string): Record<string, string> {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      if (at < 1) throw new Error(`Parameters: saw ${JSON.stringify(line)}, expected NAME=VALUE.`);
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}
