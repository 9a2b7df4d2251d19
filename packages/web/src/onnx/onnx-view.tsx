// web/onnx: a model of ONNX on the page: what goes in and out, its size, its graph, and its nodes as a table, which says all that the graph shows.
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api } from '../app/api.ts';
import { ChartFrame } from '../charts/chart-frame.tsx';
import { Flow } from '../charts/lazy-flow.tsx';
import { Facts } from '../parts/facts.tsx';
import { bytesText, countText, numberText } from '../parts/format.ts';
import { Answer, Empty } from '../parts/panel.tsx';
import { Rows } from '../parts/rows.tsx';
import { boxesOf, boxes_drawn_max, nodeId, nodeOf } from './graph.ts';
import { type OnnxModel, type OnnxNode, model_bytes_max } from './model.ts';
import { type ReadAnswer, readApart } from './read-apart.ts';
import type { Value } from './tensors.ts';

interface Source {
  /** Where its bytes are, on this server. */
  readonly path: string;
  readonly size_bytes: number;
}

async function readFrom({ path, size_bytes }: Source): Promise<ReadAnswer> {
  const fault = `It has ${bytesText(size_bytes)}; up to ${bytesText(model_bytes_max)} are read here.`;
  if (size_bytes > model_bytes_max) return { fault };
  return readApart(new Uint8Array(await (await api.raw('GET', path)).arrayBuffer()));
}

export function OnnxView({ of }: { of: Source }) {
  const read = useQuery<ReadAnswer>({ queryKey: ['onnx', of.path, of.size_bytes], queryFn: () => readFrom(of), staleTime: 'static' });
  return (
    <Answer query={read} room="24rem">
      {(answer) => ('fault' in answer ? <Empty>It cannot be shown as a graph. {answer.fault}</Empty> : <ModelView of={answer.model} />)}
    </Answer>
  );
}

function ModelView({ of }: { of: OnnxModel }) {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const at = chosen === undefined ? null : nodeOf(chosen);
  const types = useMemo(() => typesOf(of), [of]);
  return (
    <div className="stack">
      <div className="columns">
        <Facts of={factsOf(of)} />
        <Values inputs={of.inputs} outputs={of.outputs} />
      </div>
      <Graph of={of} chosen={chosen} choose={setChosen} />
      {at === null ? (
        <p className="soft">Choose a node, in the graph or in the table, to see what it takes and how it is set.</p>
      ) : (
        <NodeView of={of.nodes[at]!} at={at} types={types} />
      )}
      <NodeRows of={of} chosen={at} choose={setChosen} />
    </div>
  );
}

const factsOf = (of: OnnxModel): (readonly [string, string])[] => [
  ['Graph', of.graph_name || 'without a name'],
  ['Made by', of.producer || 'not said'],
  ['Opset', of.opsets.map(({ domain, version }) => `${domain} ${version}`).join(', ') || 'not said'],
  ['IR version', String(of.ir_version)],
  ['Nodes', `${numberText(of.nodes_total)}: ${opsText(of)}`],
  ['Parameters', `${numberText(of.parameters)} in ${countText(of.tensors.length, 'tensor')}, ${bytesText(of.parameter_bytes)}`],
  ...(of.external_bytes > 0 ? ([['Beside the file', bytesText(of.external_bytes)]] as const) : []),
];

const ops_named_max = 12;
const opsText = ({ ops }: OnnxModel): string =>
  ops
    .slice(0, ops_named_max)
    .map(([op, count]) => (count === 1 ? op : `${op} × ${count}`))
    .join(', ') + (ops.length > ops_named_max ? ` and ${ops.length - ops_named_max} other operators` : '');

const Values = ({ inputs, outputs }: { inputs: readonly Value[]; outputs: readonly Value[] }) => (
  <Rows
    label="Inputs and outputs"
    rows={[...inputs.map((value) => ({ ...value, way: 'in' })), ...outputs.map((value) => ({ ...value, way: 'out' }))]}
    keyOf={({ way, name }) => `${way} ${name}`}
    columns={[
      { name: 'Tensor', cell: ({ name }) => name },
      { name: 'Way', cell: ({ way }) => way },
      { name: 'Type', cell: ({ type }) => <code>{type}</code> },
    ]}
  />
);

interface GraphProps {
  readonly of: OnnxModel;
  readonly chosen: string | undefined;
  readonly choose: (id: string) => void;
}

function Graph({ of, chosen, choose }: GraphProps) {
  const boxes = useMemo(() => boxesOf(of), [of]);
  if (boxes.length > boxes_drawn_max || of.nodes_total > of.nodes.length)
    return (
      <p className="soft">
        The graph has {countText(of.nodes_total, 'node')}; up to {boxes_drawn_max} boxes are drawn, so the table alone shows it.
      </p>
    );
  const titles = new Map(boxes.map((box) => [box.id, box.title]));
  return (
    <ChartFrame
      label="Graph of the model"
      summary={`${countText(of.inputs.length, 'input')}, ${countText(of.nodes_total, 'node')}, ${countText(of.outputs.length, 'output')}; parameters are not drawn.`}
      twin={() => ({
        heads: ['Box', 'Name', 'After'],
        rows: boxes.map((box) => [box.title, box.note ?? '', box.needs.map((need) => titles.get(need)!).join(', ')]),
      })}
    >
      <Flow label="Graph of the model" boxes={boxes} choose={choose} {...(chosen === undefined ? {} : { chosen })} />
    </ChartFrame>
  );
}

/** What the file says of each tensor by its name. */
const typesOf = ({ inputs, outputs, values, tensors }: OnnxModel): ReadonlyMap<string, string> =>
  new Map([...values, ...inputs, ...outputs, ...tensors.map(({ name, type }) => ({ name, type: `parameter, ${type}` }))].map(({ name, type }) => [name, type]));

const tensorText = (name: string, types: ReadonlyMap<string, string>): string =>
  name === '' ? 'left out' : types.has(name) ? `${name} (${types.get(name)})` : name;

const NodeView = ({ of, at, types }: { of: OnnxNode; at: number; types: ReadonlyMap<string, string> }) => (
  <section className="meaning stack" aria-live="polite" aria-label="The node that is chosen">
    <b>
      {of.op} {of.name === '' ? `(node ${at})` : of.name}
    </b>
    <Facts
      of={[
        ['Domain', of.domain || 'ai.onnx'],
        ['Takes', of.inputs.map((name) => tensorText(name, types)).join(', ') || 'nothing'],
        ['Gives', of.outputs.map((name) => tensorText(name, types)).join(', ') || 'nothing'],
        ...of.attributes.map(({ name, text }, i) => [name || `attribute ${i}`, text] as const),
      ]}
    />
  </section>
);

function NodeRows({ of, chosen, choose }: { of: OnnxModel; chosen: number | null; choose: (id: string) => void }) {
  const rows = useMemo(() => of.nodes.map((node, at) => ({ node, at })), [of]);
  if (rows.length === 0) return <Empty>The graph has no node.</Empty>;
  return (
    <>
      {of.nodes_total > rows.length ? (
        <p className="soft">
          The first {numberText(rows.length)} of {numberText(of.nodes_total)} nodes.
        </p>
      ) : null}
      <Rows
        label="Nodes"
        rows={rows}
        keyOf={({ at }) => at}
        selected={({ at }) => at === chosen}
        columns={[
          {
            name: 'Node',
            cell: ({ node, at }) => (
              <button type="button" className="plain link" aria-label={`${node.op}, node ${at}`} onClick={() => choose(nodeId(at))}>
                {node.op}
              </button>
            ),
          },
          { name: 'Name', cell: ({ node }) => node.name },
          { name: 'Takes', cell: ({ node }) => node.inputs.filter((name) => name !== '').join(', ') },
          { name: 'Gives', cell: ({ node }) => node.outputs.join(', ') },
          { name: 'Settings', cell: ({ node }) => node.attributes.map(({ name, text }) => `${name}=${text}`).join(' ') },
        ]}
      />
    </>
  );
}
