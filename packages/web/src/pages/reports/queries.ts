// web/reports: a report about what the filters name, a report that a schedule kept, and the schedules.
import { type Reply, useRoute } from '../../app/api.ts';
import type { Filters } from '../../app/filters.ts';

export type Report = Reply<'reportShow'>;
export type Part = Report['parts'][number];
export type Schedule = Reply<'reportList'>['schedules'][number];
export type Kept = Reply<'reportList'>['kept'][number];
export type Column = Part['columns'][number];

export const lasts = ['1', '7', '30'] as const;
const day_ms = 86_400_000;
const minute_ms = 60_000;

/** The query of the route. The time ends at a full minute, so that it is the same question for a while. */
export function askedBy(filters: Filters, now_ms: number) {
  const to_ms = Math.ceil(now_ms / minute_ms) * minute_ms;
  const days = Number(lasts.find((last) => last === filters['days']) ?? '7');
  const of = (name: string) => filters[name] || undefined;
  return {
    model: of('model'),
    model_version: versionOf(filters),
    device: of('device'),
    group: of('group'),
    project: of('project'),
    hardware: of('hardware'),
    from_ms: to_ms - days * day_ms,
    to_ms,
  };
}

/** A version is one of a model: without a model it is none. */
function versionOf(filters: Filters): number | undefined {
  const version = Number(filters['model'] ? (filters['version'] ?? '') : '');
  return Number.isSafeInteger(version) && version > 0 ? version : undefined;
}

/** The facts that the machines of a report say, as the filter takes them: `architecture=arm64`. */
export function hardwareChoices(report: Report | undefined): string[] {
  const table = report?.tables.find(({ title }) => title === 'Hardware');
  return (table?.rows ?? []).flatMap(([fact, value]) => (typeof value === 'string' && !/^\d+ others$/.test(value) ? [`${fact}=${value}`] : []));
}

export const useReport = (asked: ReturnType<typeof askedBy>, enabled: boolean) => useRoute('reportShow', { query: asked }, { enabled, keep: true });
export const useKeptReport = (id: number) => useRoute('reportKept', { params: { id }, query: {} }, { enabled: id > 0 });
export const useSchedules = () => useRoute('reportList', {}, { every_ms: 15_000 });
