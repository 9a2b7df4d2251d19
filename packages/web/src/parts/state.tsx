// web/parts: a state as shape and word. Which tone a word has is said here, once for all pages.
import { Glyph, type Tone } from './glyph.tsx';

const tones: Readonly<Record<string, Tone>> = {
  online: 'ok',
  succeeded: 'ok',
  resolved: 'ok',
  committed: 'ok',
  healthy: 'ok',
  finished: 'ok',
  idle: 'ok',
  enabled: 'ok',
  drifted: 'warn',
  firing: 'warn',
  paused: 'warn',
  delayed: 'warn',
  backing_off: 'warn',
  rolling_back: 'warn',
  going_back: 'warn',
  suspect: 'warn',
  failed: 'bad',
  stopped: 'bad',
  aborted: 'bad',
  removed: 'bad',
  running: 'run',
  watching: 'run',
  acknowledged: 'run',
  updating: 'run',
  downloading: 'run',
  installed: 'run',
  probation: 'run',
  starting: 'run',
  offered: 'run',
  verified: 'run',
  staged: 'run',
  armed: 'run',
  requested: 'run',
};

export const toneOf = (word: string): Tone => tones[word] ?? 'idle';

export const State = ({ word, tone }: { word: string; tone?: Tone }) => {
  const chosen = tone ?? toneOf(word);
  return (
    <span className={`state t-${chosen}`}>
      <Glyph tone={chosen} />
      {word.replaceAll('_', ' ')}
    </span>
  );
};
