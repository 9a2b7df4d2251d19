// mlflow: the filter grammar of MLflow: comparisons joined by AND. A filter becomes conditions with values, never text of SQL.
import { failure } from '@holdfast/base';
import type { Comparator, Compared } from '@holdfast/postgres';
import type { Condition, Entity } from '@holdfast/tracking';
import { type Subject, dataset_keys, entity_names, shown_names, span_keys } from './subjects.ts';
import { type Token, tokensOf } from './tokens.ts';

const conditions_max = 100;
const list_items_max = 1_000;

const wrong = (why: string): Error => failure('HF-MLF-008', { why });

/** Fails with HF-MLF-008. */
export function parseFilter(filter: string | undefined, subject: Subject): Condition[] {
  if (filter === undefined || filter.trim() === '') return [];
  const tokens = tokensOf(filter);
  if (!tokens) throw wrong(`Invalid clause(s) in filter string: ${shown(filter)}`);
  const conditions = clausesOf(tokens).map((clause) => parseClause(clause, filter, subject));
  if (conditions.length > conditions_max) throw wrong(`A filter can have at most ${conditions_max} conditions; this one has ${conditions.length}`);
  return conditions;
}

const shown = (text: string): string => `'${text.slice(0, 200).toWellFormed()}'`;
const isWord = (token: Token | undefined, word: string): boolean => token?.kind === 'word' && token.text.toUpperCase() === word;

function clausesOf(tokens: readonly Token[]): Token[][] {
  const clauses: Token[][] = [[]];
  for (const token of tokens) {
    if (isWord(token, 'AND')) clauses.push([]);
    else clauses.at(-1)!.push(token);
  }
  return clauses;
}

function parseClause(clause: readonly Token[], filter: string, subject: Subject): Condition {
  const text = clause.length === 0 ? filter : filter.slice(clause[0]!.from, clause.at(-1)!.to);
  const { entity, key, rest } = readSubject(clause, subject, text);
  const { comparator, values } = readComparator(rest, text);
  const type = typeOf(entity, key, subject);
  const real = entity === 'attribute' ? (subject.attributes[key]!.entity ?? entity) : entity;
  const named = keyOf(entity, key, subject);
  checkComparator(comparator, real, type, named);
  return { entity: real, key: named, comparator, value: readValue(comparator, values, { entity: real, key, type, text }) };
}

/** The left side: `entity.key`, the key perhaps in quotes, or an attribute alone. */
export function readSubject(clause: readonly Token[], subject: Subject, text: string): { entity: Entity; key: string; rest: readonly Token[] } {
  const [first, second] = clause;
  if (!first || first.kind === 'sign' || first.kind === 'mark' || first.kind === 'number') throw wrong(`Invalid clause(s) in filter string: ${shown(text)}`);
  const dot = first.kind === 'word' ? first.text.indexOf('.') : -1;
  if (dot === -1) return { entity: 'attribute', key: attribute(first.text, subject), rest: clause.slice(1) };
  const [prefix, bare] = [first.text.slice(0, dot), first.text.slice(dot + 1)];
  const entity = entityOf(prefix, subject);
  const begun = bare === '' || (entity === 'span' && bare === 'attributes.');
  const quoted = begun && (second?.kind === 'name' || second?.kind === 'string') && second.from === first.to;
  const key = quoted ? bare + second.text : bare;
  if (key === '') throw wrong(`Invalid clause(s) in filter string: ${shown(text)}`);
  if (entity === 'attribute') attribute(key, subject);
  if (entity === 'dataset' && !dataset_keys.includes(key)) throw wrong(`Invalid dataset key ${shown(key)} specified. Valid keys are ${list(dataset_keys)}`);
  if (entity === 'span' && !span_keys.includes(key) && !/^attributes\../s.test(key))
    throw wrong(`Invalid span key ${shown(key)} specified. Valid keys are ${list([...span_keys, 'attributes.KEY'])}`);
  return { entity, key, rest: clause.slice(quoted ? 2 : 1) };
}

const list = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(', ')}]`;

function entityOf(prefix: string, subject: Subject): Entity {
  const { prefixes = {} } = subject;
  const entity = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : Object.hasOwn(entity_names, prefix) ? entity_names[prefix] : undefined;
  if (entity !== undefined && subject.entities.includes(entity)) return entity;
  throw wrong(`Invalid entity type ${shown(prefix)}. Valid values are ${list(subject.entities.map((one) => shown_names[one]))}`);
}
function attribute(key: string, subject: Subject): string {
  if (Object.hasOwn(subject.attributes, key)) return key;
  throw wrong(`Invalid attribute key ${shown(key)} specified. Valid keys are ${list(Object.keys(subject.attributes))}`);
}
export const keyOf = (entity: Entity, key: string, subject: Subject): string => (entity === 'attribute' ? subject.attributes[key]!.key : key);

function typeOf(entity: Entity, key: string, subject: Subject): 'text' | 'number' {
  return entity === 'metric' ? 'number' : entity === 'attribute' ? subject.attributes[key]!.type : 'text';
}

function readComparator(rest: readonly Token[], text: string): { comparator: Comparator; values: readonly Token[] } {
  const [first] = rest;
  if (first?.kind === 'sign') return { comparator: first.text as Comparator, values: rest.slice(1) };
  for (const comparator of ['IS NOT NULL', 'IS NULL', 'NOT IN', 'IN', 'ILIKE', 'LIKE'] as const) {
    const words = comparator.split(' ');
    if (words.every((word, i) => isWord(rest[i], word))) return { comparator, values: rest.slice(words.length) };
  }
  throw wrong(`Invalid clause(s) in filter string: ${shown(text)}`);
}

const numeric: readonly Comparator[] = ['>', '>=', '<', '<=', '=', '!='];
const textual: readonly Comparator[] = ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'];
const nullable: readonly Comparator[] = ['=', '!=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL'];

const containing: readonly Comparator[] = ['LIKE', 'ILIKE'];

function checkComparator(comparator: Comparator, entity: Entity, type: 'text' | 'number', key: string): void {
  const word = entity === 'param' || entity === 'tag' || entity === 'metadata';
  const allowed = type === 'number' ? numeric : word ? nullable : entity === 'span' && key === 'content' ? containing : textual;
  if (!allowed.includes(comparator)) throw wrong(`Invalid comparator '${comparator}' not one of ${list(allowed)}`);
}

interface ValuePlace {
  readonly entity: Entity;
  readonly key: string;
  readonly type: 'text' | 'number';
  readonly text: string;
}

function readValue(comparator: Comparator, values: readonly Token[], at: ValuePlace): Compared {
  if (comparator === 'IS NULL' || comparator === 'IS NOT NULL') {
    if (values.length > 0) throw wrong(`Invalid clause(s) in filter string: ${shown(at.text)}`);
    return null;
  }
  if (comparator === 'IN' || comparator === 'NOT IN') return readList(values, at);
  const [value, ...more] = values;
  if (!value || more.length > 0) throw wrong(`Invalid clause(s) in filter string: ${shown(at.text)}`);
  return at.type === 'number' ? readNumber(value, at) : readText(value, at);
}
function readNumber(token: Token, { entity }: ValuePlace): number {
  const value = Number(token.text);
  if (token.kind !== 'number' || !Number.isFinite(value))
    throw wrong(`Expected numeric value type for ${shown_names[entity]}. Found ${token.text.slice(0, 200)}`);
  return value;
}
function readText(token: Token, { entity }: ValuePlace): string {
  if (token.kind === 'string') return token.text;
  throw wrong(`Expected a quoted string value for ${shown_names[entity]} (e.g. 'my-value'). Got value ${token.text.slice(0, 200)}`);
}
/** `('a', 'b')` */
function readList(tokens: readonly Token[], at: ValuePlace): string[] {
  const [open, close, inner] = [tokens[0], tokens.at(-1), tokens.slice(1, -1)];
  const fits =
    open?.text === '(' && close?.text === ')' && inner.length % 2 === 1 && inner.every((t, i) => (i % 2 === 0 ? t.kind === 'string' : t.text === ','));
  if (!fits || inner.length > 2 * list_items_max) throw wrong(`Invalid clause(s) in filter string: ${shown(at.text)}: expected a list of quoted strings`);
  return inner.filter((_, i) => i % 2 === 0).map((token) => token.text);
}
