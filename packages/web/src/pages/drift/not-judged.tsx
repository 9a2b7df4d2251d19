// web/drift: windows that a monitor could not judge, with the reason: they are neither drifted nor clean.
import { Ago } from '../../parts/ago.tsx';
import { countText } from '../../parts/format.ts';
import { To } from '../../parts/to.tsx';
import type { DriftMap } from './queries.ts';

export const NotJudged = ({ of }: { of: DriftMap['monitors'][number]['windows_not_judged'] }) =>
  of.map((one) => (
    <span key={one.reason} className="t-warn">
      {countText(one.windows, 'window')} not judged: {one.reason}; the last <Ago at_ms={one.last_ms} /> by <To href={`/devices/${one.device}`}>{one.device}</To>
    </span>
  ));
