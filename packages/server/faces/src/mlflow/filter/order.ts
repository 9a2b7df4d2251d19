// mlflow: `order_by` of a search: one thing to sort by, and perhaps ASC or DESC.
import { failure } from '@holdfast/base';
import type { OrderKey } from '@holdfast/tracking';
import { keyOf, readSubject } from './parse.ts';
import type { Subject } from './subjects.ts';
import { tokensOf } from './tokens.ts';

/** Fails with HF-MLF-008. */
export function parseOrder(order_by: readonly string[], subject: Subject): OrderKey[] {
  const order = order_by.map((text) => parseOne(text, subject));
  const names = order.map((one) => `${one.entity}/${one.key}`);
  if (new Set(names).size < names.length) throw failure('HF-MLF-008', { why: `\`order_by\` contains duplicate fields: ${order_by.join(', ')}` });
  return order;
}

function parseOne(text: string, subject: Subject): OrderKey {
  const invalid = (): Error => failure('HF-MLF-008', { why: `Invalid order_by clause '${text.slice(0, 200)}'` });
  const tokens = tokensOf(text);
  if (!tokens || tokens.length === 0) throw invalid();
  const last = tokens.at(-1)!;
  const way = tokens.length > 1 && last.kind === 'word' ? last.text.toUpperCase() : '';
  const { entity, key, rest } = readSubject(way === 'ASC' || way === 'DESC' ? tokens.slice(0, -1) : tokens, subject, text);
  if (rest.length > 0 || entity === 'dataset') throw invalid();
  return { entity, key: keyOf(entity, key, subject), ascending: way !== 'DESC' };
}
