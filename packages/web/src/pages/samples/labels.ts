// web/samples: labels on their way to the server (null: nobody can tell): the next one can be given while earlier ones are saved. One request at a time takes all that wait;
// what failed is kept, and said until it is tried again. So many may be unsaved; the one after that is refused, and says so.
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api } from '../../app/api.ts';

const unsaved_max = 50;

interface Given {
  readonly label: number | null;
  readonly state: 'waiting' | 'saved' | 'failed';
}

export interface Labels {
  /** What was given to a sample here, saved or not. */
  of(id: number): Given | undefined;
  /** False where too many are unsaved: it was not taken. */
  give(id: number, label: number | null): boolean;
  again(): void;
  readonly waiting: number;
  readonly failed: readonly number[];
  readonly error: Error | null;
  readonly full: boolean;
}

export function useLabels(): Labels {
  const client = useQueryClient();
  const given = useRef(new Map<number, Given>());
  const busy = useRef(false);
  const [error, setError] = useState<Error | null>(null);
  const [full, setFull] = useState(false);
  const [, draw] = useState(0);
  const idsOf = (state: Given['state']) => [...given.current].filter(([, one]) => one.state === state).map(([id]) => id);
  const put = (id: number, label: number | null, state: Given['state']) => {
    given.current.set(id, { label, state });
    draw((n) => n + 1);
  };
  /** A label that was given anew meanwhile waits for the next request. */
  const settle = (sent: readonly { id: number; label: number | null }[], state: 'saved' | 'failed') => {
    for (const { id, label } of sent) if (given.current.get(id)?.label === label) put(id, label, state);
  };
  const send = async () => {
    if (busy.current) return;
    busy.current = true;
    for (let ids = idsOf('waiting'); ids.length > 0; ids = idsOf('waiting')) {
      const labels = ids.map((id) => ({ id, label: given.current.get(id)!.label }));
      try {
        await api.call('sampleLabel', { body: { labels } });
        settle(labels, 'saved');
        setError(null);
      } catch (refused) {
        settle(labels, 'failed');
        setError(refused as Error);
      }
    }
    busy.current = false;
    setFull(false);
    void client.invalidateQueries({ queryKey: ['sampleList'] });
  };
  const give = (id: number, label: number | null): boolean => {
    const unsaved = [...idsOf('waiting'), ...idsOf('failed')];
    const room = unsaved.length < unsaved_max || unsaved.includes(id);
    setFull(!room);
    if (!room) return false;
    put(id, label, 'waiting');
    void send();
    return true;
  };
  const again = () => {
    for (const id of idsOf('failed')) put(id, given.current.get(id)!.label, 'waiting');
    void send();
  };
  return { of: (id) => given.current.get(id), give, again, waiting: idsOf('waiting').length, failed: idsOf('failed'), error, full };
}
