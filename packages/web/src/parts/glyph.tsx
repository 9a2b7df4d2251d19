// web/parts: small shapes. A state is never said by colour alone: each tone has a shape of its own.
import type { ReactElement } from 'react';

export type Tone = 'ok' | 'warn' | 'bad' | 'run' | 'idle';

const shapes: Readonly<Record<Tone, ReactElement>> = {
  ok: <path d="M2.5 6.5 5 9l4.5-6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />,
  warn: <path d="M6 1 11.5 11h-11Z" fill="currentColor" />,
  bad: <path d="M2.5 2.5l7 7m0-7l-7 7" fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />,
  run: (
    <>
      <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M6 1.5a4.5 4.5 0 0 1 0 9Z" fill="currentColor" />
    </>
  ),
  idle: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.8" strokeDasharray="2 1.6" />,
};

export const Glyph = ({ tone }: { tone: Tone }) => (
  <svg viewBox="0 0 12 12" aria-hidden="true" className={`glyph t-${tone}`}>
    {shapes[tone]}
  </svg>
);

const icons = {
  overview: 'M2 13V3m0 10h12M5 10l3-4 2.5 2.5L14 4',
  devices: 'M4 4h8v8H4zM6 1v3m4-3v3M6 12v3m4-3v3M1 6h3m-3 4h3m8-4h3m-3 4h3',
  drift: 'M1 12c3 0 3-9 6-9s3 9 6 9M9 12c2 0 2.5-4 6-4',
  alerts: 'M8 1.5a4 4 0 0 1 4 4V9l2 2.5H2L4 9V5.5a4 4 0 0 1 4-4ZM6.5 14h3',
  reports: 'M3 1.5h7l3 3v10H3ZM5.5 12V9m2.5 3V6m2.5 6V8',
  models: 'M8 1.5l6 3.2v6.6L8 14.5l-6-3.2V4.7ZM2 4.7 8 8l6-3.3M8 8v6.5',
  rollouts: 'M8 14V3M4 7l4-4 4 4M2 14h12',
  workflows: 'M2 2h4v4H2zM10 10h4v4h-4zM4 6v6h6M6 4h6v6',
  samples: 'M2 3h12v10H2zM2 11l3.5-4 3 3 2-2L14 11M11 6h.01',
  datasets: 'M2 4c0-3 12-3 12 0s-12 3-12 0v8c0 3 12 3 12 0V4M2 8c0 3 12 3 12 0',
  runs: 'M2 14V8m4 6V4m4 10V9m4 5V2',
  traces: 'M2 3h8M4 7h10M4 3v8M6 11h5',
  projects: 'M1.5 4h5l1.5 2h6.500v7.500h-13Z',
  audit: 'M3 1.5h7l3 3v10H3ZM5.5 7h5m-5 3h5',
  settings: 'M2 4h7m3 0h2M2 8h2m3 0h7M2 12h6m3 0h3M9 2.5v3M5 6.5v3M9.5 10.5v3',
  menu: 'M2 4h12M2 8h12M2 12h12',
  sun: 'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM8 1v1.5m0 11V15M1 8h1.5m11 0H15M3 3l1 1m8 8 1 1M3 13l1-1m8-8 1-1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.500 2.500a6 6 0 1 0 7 7Z',
} as const;
export type IconName = keyof typeof icons;

export const Icon = ({ name }: { name: IconName }) => (
  <svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round">
    <path d={icons[name]} />
  </svg>
);
