// web/onnx: a model of ONNX (onnx/onnx.proto: ModelProto, GraphProto, NodeProto) as what a person asks of it. The bytes may be anybody's: what is wrong is a FileFault.
import { FileFault, type Field, fieldsOf, floatsOf, textOf, wholesOf } from './protobuf.ts';
import { type Tensor, type Value, readTensor, readValue } from './tensors.ts';

/** A larger file is not read at all. */
export const model_bytes_max = 67_108_864;
/** Further nodes are counted and not listed. */
export const nodes_listed_max = 20_000;
const names_max = 64;
const values_shown = 16;

export interface OnnxNode {
  readonly op: string;
  readonly domain: string;
  readonly name: string;
  /** An input that is left out has an empty name. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly { readonly name: string; readonly text: string }[];
}

export interface OnnxModel {
  readonly ir_version: number;
  readonly producer: string;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly graph_name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** What the file says of the tensors in between. */
  readonly values: readonly Value[];
  readonly nodes: readonly OnnxNode[];
  readonly nodes_total: number;
  /** How often each operator occurs, the most frequent first. */
  readonly ops: readonly (readonly [string, number])[];
  readonly tensors: readonly Tensor[];
  readonly parameters: number;
  readonly parameter_bytes: number;
  /** Of these bytes, those in files beside the model. */
  readonly external_bytes: number;
}

interface Draft {
  ir_version: number;
  producer: string;
  opsets: { domain: string; version: number }[];
  graph_name: string;
  graphs: number;
  inputs: Value[];
  outputs: Value[];
  values: Value[];
  nodes: OnnxNode[];
  nodes_total: number;
  ops: Map<string, number>;
  tensors: Tensor[];
}

export function readModel(bytes: Uint8Array): OnnxModel {
  if (bytes.length > model_bytes_max) throw new FileFault(`The file has ${bytes.length} bytes; at most ${model_bytes_max} are read.`);
  const draft: Draft = {
    ...{ ir_version: 0, producer: '', opsets: [], graph_name: '', graphs: 0 },
    ...{ inputs: [], outputs: [], values: [], nodes: [], nodes_total: 0, ops: new Map(), tensors: [] },
  };
  for (const field of fieldsOf(bytes)) readModelField(bytes, field, draft);
  if (draft.graphs === 0) throw new FileFault('The file has no graph, so it is no model of ONNX.');
  return finished(draft);
}

function finished({ ops, tensors, inputs, graphs: _graphs, ...rest }: Draft): OnnxModel {
  const given = new Set(tensors.map((tensor) => tensor.name));
  const sum = (of: readonly Tensor[], what: 'elements' | 'size_bytes') => of.reduce((total, tensor) => total + tensor[what], 0);
  return {
    ...rest,
    // models before IR version 4 name their parameters among the inputs
    inputs: inputs.filter((input) => !given.has(input.name)),
    ops: [...ops].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)),
    tensors,
    parameters: sum(tensors, 'elements'),
    parameter_bytes: sum(tensors, 'size_bytes'),
    external_bytes: sum(
      tensors.filter((tensor) => tensor.external),
      'size_bytes',
    ),
  };
}

function readModelField(bytes: Uint8Array, field: Field, draft: Draft): void {
  if (field.number === 1) draft.ir_version = Number(field.value);
  else if (field.number === 2) draft.producer = textOf(bytes, field);
  else if (field.number === 3) draft.producer = `${draft.producer} ${textOf(bytes, field)}`.trim();
  else if (field.number === 8) draft.opsets.push(readOpset(bytes, field));
  else if (field.number === 7 && field.wire === 2) {
    draft.graphs++;
    for (const part of fieldsOf(bytes, field.from, field.to)) readGraphField(bytes, part, draft);
  }
}

function readOpset(bytes: Uint8Array, at: Field): Draft['opsets'][number] {
  let [domain, version] = ['', 0];
  for (const field of fieldsOf(bytes, at.from, at.to)) {
    if (field.number === 1) domain = textOf(bytes, field);
    else if (field.number === 2) version = Number(field.value);
  }
  return { domain: domain || 'ai.onnx', version };
}

function readGraphField(bytes: Uint8Array, field: Field, draft: Draft): void {
  if (field.number === 2) draft.graph_name = textOf(bytes, field);
  if (field.wire !== 2) return;
  if (field.number === 1) addNode(readNode(bytes, field), draft);
  else if (field.number === 5) draft.tensors.push(readTensor(bytes, field));
  else if (field.number === 11) draft.inputs.push(readValue(bytes, field));
  else if (field.number === 12) draft.outputs.push(readValue(bytes, field));
  else if (field.number === 13) draft.values.push(readValue(bytes, field));
}

function addNode(node: OnnxNode, draft: Draft): void {
  draft.nodes_total++;
  draft.ops.set(node.op, (draft.ops.get(node.op) ?? 0) + 1);
  if (draft.nodes.length < nodes_listed_max) draft.nodes.push(node);
}

function readNode(bytes: Uint8Array, at: Field): OnnxNode {
  const [inputs, outputs, attributes]: [string[], string[], OnnxNode['attributes'][number][]] = [[], [], []];
  let [op, domain, name] = ['', '', ''];
  for (const field of fieldsOf(bytes, at.from, at.to)) {
    if (field.number === 1 && inputs.length < names_max) inputs.push(textOf(bytes, field));
    else if (field.number === 2 && outputs.length < names_max) outputs.push(textOf(bytes, field));
    else if (field.number === 3) name = textOf(bytes, field);
    else if (field.number === 4) op = textOf(bytes, field);
    else if (field.number === 5 && attributes.length < names_max) attributes.push(readAttribute(bytes, field));
    else if (field.number === 7) domain = textOf(bytes, field);
  }
  return { op: op || 'an operator without a name', domain, name, inputs, outputs, attributes };
}

/** AttributeProto: 2 float, 3 int, 4 text, 5 tensor, 6 graph, 7 floats, 8 ints, 9 texts, 10 tensors, 11 graphs, 21 an attribute of the function around it. */
function readAttribute(bytes: Uint8Array, at: Field): OnnxNode['attributes'][number] {
  const parts: string[] = [];
  let [name, total, list] = ['', 0, false];
  const add = (texts: readonly string[], count: number) => {
    parts.push(...texts.slice(0, Math.max(0, values_shown - parts.length)));
    total += count;
  };
  for (const field of fieldsOf(bytes, at.from, at.to)) {
    list ||= field.number >= 7 && field.number <= 11;
    if (field.number === 1) name = textOf(bytes, field);
    else if (field.number === 3) add([String(field.value)], 1);
    else if (field.number === 8) addNumbers(wholesOf(bytes, field, values_shown), add);
    else if (field.number === 2 || field.number === 7) addNumbers(floatsOf(bytes, field, values_shown), add);
    else if (field.number === 4 || field.number === 9) add([JSON.stringify(textOf(bytes, field))], 1);
    else if (field.number === 5 || field.number === 10) add([`tensor ${readTensor(bytes, field).type}`], 1);
    else if (field.number === 6 || field.number === 11) add(['a graph'], 1);
    else if (field.number === 21) add([`$${textOf(bytes, field)}`], 1);
  }
  const more = total > parts.length ? `, … ${total} in all` : '';
  return { name, text: list ? `[${parts.join(', ')}${more}]` : parts.join(', ') };
}

const addNumbers = ({ shown, total }: { shown: readonly (number | bigint)[]; total: number }, add: (texts: readonly string[], count: number) => void): void =>
  add(
    shown.map((value) => String(typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value)),
    total,
  );
