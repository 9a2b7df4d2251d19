// pipeline/json: a JSON document as a tree that knows its lines, so that a complaint can name one.
import { failure, type HoldfastError } from '@holdfast/base';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type JsonNode =
  | { readonly kind: 'object'; readonly line: number; readonly members: ReadonlyMap<string, JsonMember> }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly line: number; readonly value: string }
  | { readonly kind: 'number'; readonly line: number; readonly value: number }
  | { readonly kind: 'boolean'; readonly line: number; readonly value: boolean }
  | { readonly kind: 'null'; readonly line: number };

export interface JsonMember {
  /** The line of the key. */
  readonly line: number;
  readonly node: JsonNode;
}

/** The error of a place in the document: what was seen there, what was expected. */
export function problem(line: number, message: string): HoldfastError {
  return failure('HF-PIPE-001', { line, message });
}

export function toValue(node: JsonNode): JsonValue {
  if (node.kind === 'object') return Object.fromEntries([...node.members].map(([key, member]) => [key, toValue(member.node)]));
  if (node.kind === 'list') return node.items.map(toValue);
  return node.kind === 'null' ? null : node.value;
}

/** A short name of what stands there, for a complaint. */
export function describe(node: JsonNode): string {
  if (node.kind === 'object') return `an object of ${node.members.size} members`;
  if (node.kind === 'list') return `a list of ${node.items.length}`;
  if (node.kind === 'null') return 'null';
  const text = JSON.stringify(node.value);
  return `the ${node.kind} ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
}
