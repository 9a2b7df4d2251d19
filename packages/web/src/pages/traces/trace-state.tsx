// web/traces: how a trace or a span ended.
import type { Tone } from '../../parts/glyph.tsx';
import { State } from '../../parts/state.tsx';

const tones: Readonly<Record<string, Tone>> = { ok: 'ok', error: 'bad', running: 'run' };

export const TraceState = ({ word }: { word: string }) => <State word={word} tone={tones[word] ?? 'idle'} />;
