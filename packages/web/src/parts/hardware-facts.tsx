// web/parts: the facts of a machine, one a line, in their order.
import { fact_names } from '@holdfast/protocol/hardware';
import { Facts } from './facts.tsx';
import { factText, factTitle } from './hardware.ts';
import { Empty } from './panel.tsx';

export function HardwareFacts({ of, none }: { of: Readonly<Record<string, string>>; none: string }) {
  const said = fact_names.filter((name) => of[name] !== undefined);
  return said.length === 0 ? <Empty>{none}</Empty> : <Facts of={said.map((name) => [factTitle(name), factText(name, of[name]!)] as const)} />;
}
