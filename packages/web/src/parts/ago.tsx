// web/parts: a time, told from now; the exact one is in its title, and read out with it.
import { useNow } from '../app/now.ts';
import { agoText, exactText } from './format.ts';

export const Ago = ({ at_ms }: { at_ms: number | null }) => {
  const now_ms = useNow();
  if (at_ms === null) return <span className="soft">never</span>;
  return (
    <time className="nowrap" dateTime={new Date(at_ms).toISOString()} title={exactText(at_ms)}>
      {agoText(at_ms, now_ms)}
    </time>
  );
};
