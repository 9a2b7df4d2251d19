// web/charts: a graph of boxes, drawn by xyflow. Boxes are reached with Tab and chosen with Enter; the page shows the same as a table.
import { useComputedColorScheme } from '@mantine/core';
import { Controls, type Edge, Handle, type Node as FlowNode, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo } from 'react';
import { State } from '../parts/state.tsx';
import { heightOf, layOut, row_px } from './layers.ts';

export interface FlowBox {
  readonly id: string;
  readonly needs: readonly string[];
  readonly title: string;
  /** A word with a tone (see parts/state.tsx), or plain text. */
  readonly state?: string;
  readonly note?: string;
}

interface FlowProps {
  readonly label: string;
  readonly boxes: readonly FlowBox[];
  readonly chosen?: string;
  readonly choose: (id: string) => void;
  /** From top to bottom instead of from left to right. */
  readonly turned: boolean;
}

type BoxNode = FlowNode<{ box: FlowBox; chosen: boolean; turned: boolean }, 'box'>;

const column_px = 196;
const drawn_max = 300;

function Box({ data: { box, chosen, turned } }: NodeProps<BoxNode>) {
  return (
    <div className={chosen ? 'flow-node is-chosen' : 'flow-node'}>
      <Handle type="target" position={turned ? Position.Top : Position.Left} isConnectable={false} />
      <b title={box.title}>{box.title}</b>
      {box.state ? <State word={box.state} /> : null}
      {box.note ? <span className="soft"> {box.note}</span> : null}
      <Handle type="source" position={turned ? Position.Bottom : Position.Right} isConnectable={false} />
    </div>
  );
}

const types = { box: Box };

/** xyflow tells of a click, and of no key on a node that it may not select by itself. */
function chooseFocused(target: EventTarget, choose: FlowProps['choose']): void {
  const id = target instanceof HTMLElement && target.matches('.react-flow__node') ? target.dataset['id'] : undefined;
  if (id !== undefined) choose(id);
}

export default function Flow({ label, boxes, chosen, choose, turned }: FlowProps) {
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const places = useMemo(() => layOut(boxes), [boxes]);
  if (boxes.length > drawn_max)
    return (
      <p className="soft">
        The graph has {boxes.length} boxes; more than {drawn_max} are shown as a table alone.
      </p>
    );
  const nodes: BoxNode[] = boxes.map((box) => {
    const place = places.get(box.id)!;
    return {
      id: box.id,
      type: 'box',
      position: { x: (turned ? place.row : place.column) * column_px, y: (turned ? place.column : place.row) * row_px },
      data: { box, chosen: box.id === chosen, turned },
      ariaLabel: `${box.title}${box.state ? `, ${box.state}` : ''}`,
      draggable: false,
    };
  });
  const edges: Edge[] = boxes.flatMap((box) =>
    box.needs.filter((need) => places.has(need)).map((need) => ({ id: `${need} ${box.id}`, source: need, target: box.id, focusable: false })),
  );
  return (
    <div className="flow" style={{ height: heightOf(places, turned) }} onKeyDown={(event) => event.key === 'Enter' && chooseFocused(event.target, choose)}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={types}
        colorMode={scheme}
        key={String(turned)}
        fitView
        fitViewOptions={{ padding: 0.06, maxZoom: 1, minZoom: turned ? 0.5 : 0.75 }}
        minZoom={0.2}
        nodesConnectable={false}
        nodesDraggable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        preventScrolling={false}
        zoomOnScroll={false}
        onNodeClick={(_, node) => choose(node.id)}
        aria-label={label}
        proOptions={{ hideAttribution: true }}
      >
        <Controls showInteractive={false} orientation="horizontal" position="bottom-right" />
      </ReactFlow>
    </div>
  );
}
