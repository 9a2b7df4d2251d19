// web/charts: the graph, loaded when the first one is on the screen.
import { Suspense, lazy } from 'react';
import { patiently } from '../app/load.ts';
import { useNarrow } from '../parts/narrow.ts';
import type { FlowBox } from './flow.tsx';
import { heightOf, layOut } from './layers.ts';

export type { FlowBox } from './flow.tsx';
const Loaded = lazy(() => patiently(() => import('./flow.tsx')));

export function Flow(props: { label: string; boxes: readonly FlowBox[]; chosen?: string; choose: (id: string) => void }) {
  const turned = useNarrow();
  return (
    <Suspense fallback={<div className="flow" style={{ height: heightOf(layOut(props.boxes), turned) }} />}>
      <Loaded {...props} turned={turned} />
    </Suspense>
  );
}
