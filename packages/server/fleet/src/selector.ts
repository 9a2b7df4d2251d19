// A selector says which devices are meant: `key=value[,key=value]` on labels, all of them; empty means every device.
import { failure } from '@holdfast/base';

export type Labels = Readonly<Record<string, string>>;

/** The labels that a device must have. Fails with HF-FLEET-003. */
export function parseSelector(text: string): Labels {
  const wanted: [string, string][] = [];
  for (const term of text.split(',').map((t) => t.trim())) {
    if (term === '') continue;
    const match = /^([A-Za-z0-9._-]{1,63})=([A-Za-z0-9._-]{1,200})$/.exec(term);
    if (!match) throw failure('HF-FLEET-003', { saw: JSON.stringify(text) });
    wanted.push([match[1]!, match[2]!]);
  }
  return Object.fromEntries(wanted); // own properties, whatever the key: `__proto__` is a label like any other
}
