// pipeline/json: checks a tree against a schema and names line, place, what was seen and what was expected.
// The schema is a subset of JSON Schema draft 2020-12, so the same object is what is published and what is enforced.
import { describe, type JsonNode, problem } from './node.ts';
import { oneOf } from '@holdfast/base';

export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer';
  /** What is expected here, as the end of a sentence. */
  readonly description: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Members that `properties` does not name: refused (false), or of this shape. */
  readonly additionalProperties?: false | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

type ObjectNode = Extract<JsonNode, { kind: 'object' }>;
type ListNode = Extract<JsonNode, { kind: 'list' }>;

/** Returns where the node fits; fails with HF-PIPE-001 at the first place that does not. `where` is empty for the whole document. */
export function check(node: JsonNode, schema: Schema, where: string): void {
  if (!hasType(node, schema)) throw misfit(node, schema, where);
  if (node.kind === 'object') checkMembers(node, schema, where);
  else if (node.kind === 'list') checkItems(node, schema, where);
  else checkLeaf(node, schema, where);
}

function place(where: string): string {
  return where === '' ? 'the document' : where;
}

function misfit(node: JsonNode, schema: Schema, where: string): Error {
  return problem(node.line, `${place(where)}: saw ${describe(node)}, expected ${schema.description}`);
}

function hasType(node: JsonNode, schema: Schema): boolean {
  if (schema.type === undefined) return true;
  if (schema.type === 'array') return node.kind === 'list';
  if (schema.type === 'integer') return node.kind === 'number' && Number.isInteger(node.value);
  return node.kind === schema.type;
}

function checkMembers(node: ObjectNode, schema: Schema, where: string): void {
  if (node.members.size > (schema.maxProperties ?? 1000)) throw misfit(node, schema, where);
  for (const name of schema.required ?? []) {
    if (!node.members.has(name)) throw problem(node.line, `${place(where)}: saw no "${name}", expected ${schema.properties?.[name]?.description ?? name}`);
  }
  const known = Object.keys(schema.properties ?? {});
  for (const [key, member] of node.members) {
    const inner = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties![key] : schema.additionalProperties;
    if (inner === false) throw problem(member.line, `${place(where)}: saw the key ${JSON.stringify(key)}, expected ${oneOf(key, known)}`);
    if (inner) check(member.node, inner, where === '' ? key : `${where}.${key}`);
  }
}

function checkItems(node: ListNode, schema: Schema, where: string): void {
  if (node.items.length < (schema.minItems ?? 0) || node.items.length > (schema.maxItems ?? 1000)) throw misfit(node, schema, where);
  if (schema.items) for (const [i, item] of node.items.entries()) check(item, schema.items, `${where}[${i}]`);
}

function checkLeaf(node: Exclude<JsonNode, ObjectNode | ListNode>, schema: Schema, where: string): void {
  if (node.kind === 'string') {
    if (node.value.length > (schema.maxLength ?? 1000)) throw misfit(node, schema, where);
    if (schema.enum && !schema.enum.includes(node.value))
      throw problem(node.line, `${place(where)}: saw ${describe(node)}, expected ${oneOf(node.value, schema.enum)}`);
  }
  if (node.kind === 'number' && !inRange(node.value, schema)) throw misfit(node, schema, where);
}

function inRange(value: number, schema: Schema): boolean {
  const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity } = schema;
  return Number.isFinite(value) && value >= minimum && value > exclusiveMinimum && value <= maximum;
}
