// web/executions: the log of a step. It follows while the reader is at its end; a line has an address of its own (`?line=`).
import { useVirtualizer } from '@tanstack/react-virtual';
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useFilters } from '../../app/filters.ts';
import { clockText, countText } from '../../parts/format.ts';
import { Empty, Waiting } from '../../parts/panel.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { readAnsi } from './ansi.ts';
import { type LogLine, useStepLog } from './queries.ts';

const line_px = 20;
const end_px = 40;

export function StepLog({ execution, step }: { execution: string; step: string }) {
  const log = useStepLog(execution, step);
  return (
    <>
      {log.error ? <ProblemNote error={log.error} /> : null}
      {!log.data ? log.error ? null : <Waiting /> : log.data.lines.length === 0 ? <Empty>The step has printed nothing.</Empty> : <Lines of={log.data.lines} />}
    </>
  );
}

function Lines({ of }: { of: readonly LogLine[] }) {
  const [filters, set] = useFilters();
  const scroller = useRef<HTMLDivElement>(null);
  const wanted = of.findIndex((line) => String(line.id) === filters['line']);
  const [follows, setFollows] = useState(wanted < 0);
  const virtual = useVirtualizer({
    count: of.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => line_px,
    overscan: 20,
    initialOffset: Math.max(0, wanted - 5) * line_px,
  });
  useEffect(() => {
    if (follows) virtual.scrollToIndex(of.length - 1, { align: 'end' });
  }, [of.length, follows]);
  const onScroll = () => {
    const box = scroller.current!;
    setFollows(box.scrollHeight - box.scrollTop - box.clientHeight < end_px);
  };
  return (
    <>
      <div className="row log-head">
        <span className="soft">{countText(of.length, 'line')}</span>
        {follows ? (
          <span className="soft">follows its end</span>
        ) : (
          <Button size="compact-xs" variant="default" onClick={() => setFollows(true)}>
            Follow the end
          </Button>
        )}
      </div>
      <div
        className="log"
        ref={scroller}
        onScroll={onScroll}
        role="log"
        aria-label="Log of the step"
        aria-live="off"
        tabIndex={0}
        style={{ height: `min(60vh, ${(Math.max(3, of.length) + 1) * line_px}px)` }}
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => (
            <Line
              key={item.key}
              line={of[item.index]!}
              number={item.index + 1}
              top={item.start}
              chosen={item.index === wanted}
              choose={(id) => set({ line: id })}
            />
          ))}
        </div>
      </div>
    </>
  );
}

function Line({ line, number, top, chosen, choose }: { line: LogLine; number: number; top: number; chosen: boolean; choose: (id: string) => void }) {
  const id = String(line.id);
  return (
    <div
      className={`log-line ${line.stream === 'stderr' ? 'is-stderr' : ''} ${chosen ? 'is-chosen' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      title={`${clockText(line.at_ms)}, attempt ${line.attempt}, ${line.stream}`}
    >
      <a
        href={`?${new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(location.search)), line: id })}`}
        aria-label={`Address of line ${number}`}
        onClick={(event) => {
          event.preventDefault();
          choose(chosen ? '' : id);
        }}
      >
        {number}
      </a>
      <span>
        {readAnsi(line.text).map((span, i) =>
          span.style === '' ? (
            span.text
          ) : (
            <span key={i} className={span.style}>
              {span.text}
            </span>
          ),
        )}
      </span>
    </div>
  );
}
