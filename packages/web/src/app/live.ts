// web/app: live. One EventSource for the page; a topic that changed asks again for the queries that show it.
// While there is no stream, everything on the screen is asked again every 15 seconds: it grows old slowly, and what fails says so.
// What failed is asked again as often.
// A query that took long to answer waits ten times as long before it is asked again, so that a large fleet does not keep the page busy.
import { HoldfastError } from '@holdfast/base';
import { type RouteName, routes } from '@holdfast/protocol/rest';
import type { Query } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { durations_ms, queries } from './api.ts';

export interface LiveState {
  readonly kind: 'connecting' | 'live' | 'reconnecting';
  readonly since_ms: number;
}

const shows: Readonly<Record<string, readonly RouteName[]>> = {
  devices: ['overview', 'deviceList', 'deviceShow', 'deviceTimeline', 'groupList', 'joinTokenList', 'modelShow', 'modelVersionShow', 'modelList'],
  windows: ['deviceTimeline', 'driftMap', 'driftDetail', 'driftWindows'],
  drift: ['overview', 'driftMap', 'driftDetail', 'driftWindows', 'deviceTimeline', 'deviceShow', 'monitorList'],
  alerts: ['overview', 'alertList', 'alertShow', 'deviceShow', 'deviceList', 'triggerList', 'monitorList'],
  executions: ['overview', 'workflowList', 'workflowShow', 'executionList', 'executionShow', 'alertShow', 'triggerList', 'runSearch', 'runShow', 'runPoints'],
  rollouts: ['overview', 'rolloutList', 'rolloutShow'],
  models: ['modelList', 'modelShow', 'modelVersionShow', 'modelHistory', 'projectList', 'datasetList', 'datasetShow'],
  log: ['stepLog', 'executionShow'],
};

const turn_ms = 500;
const wait_least_ms = 1_000;
const reopen_ms = 5_000;
export const ask_ms = 15_000;
/** The server beats every 20 seconds: a stream that was silent for two beats and a half is dead, whatever the browser believes of it. */
const silent_ms = 50_000;

let state: LiveState = { kind: 'connecting', since_ms: Date.now() };
const hearers = new Set<() => void>();
/** Keys of queries that an event has outdated and that were not asked again yet. */
const outdated = new Map<string, Query>();

let heard_ms = 0;
let asked_ms = 0;

function become(next: LiveState): void {
  if (next.kind === state.kind) return;
  state = next;
  for (const hear of hearers) hear();
}

function outdate(topics: readonly string[]): void {
  const names = new Set(topics.flatMap((topic) => shows[topic] ?? []));
  for (const query of queries.getQueryCache().getAll()) {
    if (!names.has(query.queryKey[0] as RouteName)) continue;
    if (query.isActive()) outdated.set(query.queryHash, query);
    else query.invalidate();
  }
}

function isDue(query: Query, now_ms: number): boolean {
  const asked_ms = Math.max(query.state.dataUpdatedAt, query.state.errorUpdatedAt);
  const wait_ms = Math.max(wait_least_ms, 10 * (durations_ms.get(JSON.stringify(query.queryKey)) ?? 0));
  return query.state.fetchStatus !== 'fetching' && now_ms - asked_ms >= wait_ms;
}

/** What a server could not answer now, it may soon; a wrong address stays wrong. */
const mayMend = ({ state: { error } }: Query): boolean => error instanceof HoldfastError && (error.retryable || error.status >= 500);

/** From time to time: outdates what is on the screen and failed; without a stream, everything on the screen. */
function ask(now_ms: number): void {
  if (now_ms - asked_ms < ask_ms) return;
  asked_ms = now_ms;
  for (const query of queries.getQueryCache().findAll({ type: 'active' }))
    if (String(query.queryKey[0]) in routes && (state.kind !== 'live' || mayMend(query))) outdated.set(query.queryHash, query);
}

/** One turn: asks again for what is due. An event that comes while a query is asked leaves it outdated, so nothing is missed. */
function turn(): void {
  if (document.visibilityState === 'hidden') return;
  ask(Date.now());
  for (const [hash, query] of outdated) {
    if (query.isActive() && !isDue(query, Date.now())) continue;
    outdated.delete(hash);
    void queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
  }
}

/** Opens the stream; returns what closes it. After a gap everything on the screen is asked again, because events were missed. */
export function startLive(): () => void {
  let source: EventSource | null = null;
  let reopen: ReturnType<typeof setTimeout> | null = null;
  let lost = false;
  const hear = () => (heard_ms = Date.now());
  const lose = (since_ms: number) => {
    lost = true;
    asked_ms = since_ms;
    become({ kind: 'reconnecting', since_ms });
  };
  const open = () => {
    source = new EventSource('/api/v1/stream');
    source.addEventListener('beat', hear);
    source.addEventListener('open', () => {
      hear();
      if (lost) void queries.invalidateQueries();
      lost = false;
      become({ kind: 'live', since_ms: Date.now() });
    });
    source.addEventListener('changed', (event) => {
      hear();
      outdate(JSON.parse((event as MessageEvent<string>).data) as string[]);
    });
    source.addEventListener('error', () => {
      if (!lost) lose(Date.now());
      if (source?.readyState === EventSource.CLOSED) reopen = setTimeout(open, reopen_ms);
    });
  };
  const listen = () => {
    if (state.kind !== 'live' || Date.now() - heard_ms < silent_ms) return;
    source?.close();
    lose(heard_ms);
    open();
  };
  open();
  const timer = setInterval(() => {
    listen();
    turn();
  }, turn_ms);
  return () => {
    clearInterval(timer);
    if (reopen) clearTimeout(reopen);
    source?.close();
    state = { kind: 'connecting', since_ms: Date.now() };
  };
}

const subscribe = (hear: () => void): (() => void) => {
  hearers.add(hear);
  return () => hearers.delete(hear);
};

export const useLive = (): LiveState => useSyncExternalStore(subscribe, () => state);
