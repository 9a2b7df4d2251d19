// web/onnx: the graph of a model as boxes: what goes in, each node after those whose outputs it takes, what comes out. Parameters are no boxes. Pure.
import type { FlowBox } from '../charts/lazy-flow.tsx';
import type { OnnxModel } from './model.ts';

/** More boxes than these are no picture: the table alone is shown. */
export const boxes_drawn_max = 300;

export const nodeId = (at: number): string => `node ${at}`;
/** The place of a node among the nodes; null: a box of another kind. */
export const nodeOf = (id: string): number | null => (/^node \d+$/.test(id) ? Number(id.slice(5)) : null);

export function boxesOf({ inputs, outputs, nodes }: OnnxModel): FlowBox[] {
  const makers = new Map<string, string>();
  inputs.forEach(({ name }, at) => makers.set(name, `input ${at}`));
  nodes.forEach((node, at) => node.outputs.forEach((name) => name !== '' && makers.set(name, nodeId(at))));
  const needsOf = (names: readonly string[]): string[] => [...new Set(names.map((name) => makers.get(name)).filter((id) => id !== undefined))];
  return [
    ...inputs.map(({ name, type }, at): FlowBox => ({ id: `input ${at}`, needs: [], title: name, note: `in, ${type}` })),
    ...nodes.map((node, at): FlowBox => ({ id: nodeId(at), needs: needsOf(node.inputs).filter((id) => id !== nodeId(at)), title: node.op, note: node.name })),
    ...outputs.map(({ name, type }, at): FlowBox => ({ id: `output ${at}`, needs: needsOf([name]), title: name, note: `out, ${type}` })),
  ];
}
