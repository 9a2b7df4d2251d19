// Reports: what windows, monitors and alerts say over a time, about a device, a cohort, a project or the fleet; made when somebody asks, and by schedules, whose
// last reports are kept. A mover beside the loop: its turn makes the report that is due. A time that no server was there for is made up by one report, not by many.
import type { Alerts } from '@holdfast/alerts';
import { type Clock, HoldfastError, checkName, failure } from '@holdfast/base';
import type { Fleet } from '@holdfast/fleet';
import type { Monitors } from '@holdfast/monitors';
import { type Actor, type Audit, type Db, announce } from '@holdfast/postgres';
import { watch_rule_default } from '@holdfast/protocol';
import type { Registry } from '@holdfast/registry';
import { type DriftReport, type ReferenceProfile, type ReportBook, draftsOfWindow, makeReport, unnamedInWords, unnamedWords } from '@holdfast/stats';
import type { Telemetry } from '@holdfast/telemetry';
import { type Time, alertTable, alertsIn, budgetNote, hardwareTable, windowTable } from './facts.ts';
import { type Merged, type MergedPart, mergeWindows } from './merge.ts';
import { performanceOfReport } from './performance.ts';
import * as table from './report-table.ts';
import { type ReportSubject, type Resolved, nameOf, resolve } from './subject.ts';

const schedules_max = 100;
const kept_shown = 200;
const alerts_read = 1_000;
/** Of one report: the chance that a part of it names a column although nothing changed. */
const alpha = 0.05;

export interface ReportOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly fleet: Fleet;
  readonly registry: Registry;
  readonly telemetry: Telemetry;
  readonly monitors: Monitors;
  readonly alerts: Alerts;
}

export type NewSchedule = Pick<table.ScheduleRow, 'name' | 'subject' | 'every_ms' | 'keep'>;

export class Reports {
  readonly #o: ReportOptions;

  constructor(options: ReportOptions) {
    this.#o = options;
  }

  /** The report about this subject and this time: a part for each model version, largest first. */
  async make(subject: ReportSubject, time: Time): Promise<ReportBook> {
    const { telemetry, monitors, alerts } = this.#o;
    const { devices, looked_at, is_some_devices, models } = await resolve(this.#o, subject);
    const ids = is_some_devices ? devices.map(({ id }) => id) : undefined;
    const filter = { devices: ids, models: models ?? undefined, model_version: subject.model_version, ...time };
    const merged = await mergeWindows(telemetry.windowsIn(filter), monitors);
    const rules = (await monitors.rows(this.#o.db)).filter((monitor) => monitor.enabled);
    const seen = new Set([...(models ?? []), ...merged.parts.map(({ model }) => model)]);
    const last_alerts = await alerts.list(undefined, alerts_read);
    const raised = alertsIn(last_alerts, time, seen, ids ? new Set(ids) : null);
    const opened = raised.filter((alert) => alert.since_ms >= time.from_ms).length;
    const made_at_ms = this.#o.clock.wall_ms();
    const parts = merged.parts.toSorted((a, b) => b.counts.inferences - a.counts.inferences).map((part) => partReport(part, rules, time, made_at_ms));
    const performance = await performanceOfReport(merged.parts, ids, time, this.#o);
    const limits = limitNotes(looked_at, { read: last_alerts.length, of: last_alerts.length < alerts_read ? last_alerts.length : await alerts.count() });
    return {
      title: `Drift of ${nameOf(subject)}`,
      made_at_ms,
      period: time,
      notes: [...notesOf(merged), ...limits, budgetNote(rules, merged.parts, time, opened), ...(performance?.notes ?? [])],
      parts,
      tables: [windowTable(merged.parts), ...(performance?.tables ?? []), alertTable(raised), hardwareTable(devices)],
      reliability: performance?.reliability ?? [],
    };
  }

  schedules(): Promise<table.ScheduleRow[]> {
    return table.listSchedules(this.#o.db);
  }
  kept() {
    return table.listKept(this.#o.db, kept_shown);
  }
  async keptReport(id: number): Promise<ReportBook> {
    const row = await table.findKept(this.#o.db, id);
    if (!row) throw failure('HF-REQ-004', { kind: 'report', name: id });
    return row.body;
  }

  /** Makes or changes a schedule; its first report is due at once. What it is about must be there: a misspelt name would never report. */
  async put({ name, subject, every_ms, keep }: NewSchedule, by: Actor): Promise<table.ScheduleRow> {
    checkName(name);
    await resolve(this.#o, subject);
    return this.#o.db.transaction().execute(async (trx) => {
      const before = (await table.lockSchedule(trx, name)) ?? null;
      if (!before && (await table.countSchedules(trx)) >= schedules_max) throw failure('HF-REQ-008', { what: 'schedules of reports', limit: schedules_max });
      const now_ms = this.#o.clock.wall_ms();
      const after = { name, subject, every_ms, keep, next_ms: now_ms, created_ms: before?.created_ms ?? now_ms };
      await table.putSchedule(trx, after);
      await this.#o.audit(trx, { by, action: 'report.put', object: name, before, after });
      await announce(trx, 'reports');
      return after;
    });
  }
  /** Its reports go along. */
  async remove(name: string, by: Actor): Promise<void> {
    await this.#o.db.transaction().execute(async (trx) => {
      const before = await table.lockSchedule(trx, name);
      if (!before) throw failure('HF-REQ-004', { kind: 'report', name });
      await table.deleteSchedule(trx, name);
      await this.#o.audit(trx, { by, action: 'report.remove', object: name, before, after: null });
    });
  }

  /** Makes the report that is due, about the time since the one before; true where another may be due. Report and next time are one commit. */
  async turn(): Promise<boolean> {
    return this.#o.db.transaction().execute(async (trx) => {
      if (!(await table.takeTurn(trx))) return false;
      const now_ms = this.#o.clock.wall_ms();
      const due = await table.firstDue(trx, now_ms);
      if (!due) return false;
      const time = { from_ms: now_ms - due.every_ms, to_ms: now_ms };
      const body = await this.#makeOrSay(due.subject, time);
      const drifted = body.parts.reduce((sum, part) => sum + part.drifted, 0);
      await table.keep(trx, { schedule: due.name, made_ms: now_ms, ...time, drifted, body }, due.keep);
      await table.setNext(trx, due.name, now_ms + due.every_ms);
      return true;
    });
  }

  /** What a schedule is about may be gone by now, or too much for one report: then its report says so. */
  async #makeOrSay(subject: ReportSubject, time: Time): Promise<ReportBook> {
    try {
      return await this.make(subject, time);
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.retryable || error.status >= 500) throw error;
      const notes = [error.message];
      return { title: `Drift of ${nameOf(subject)}`, made_at_ms: this.#o.clock.wall_ms(), period: time, notes, parts: [], tables: [] };
    }
  }
}

function partReport(part: MergedPart, rules: readonly { model: string; distance_min: number }[], period: Time, made_at_ms: number): DriftReport {
  const { model, model_version, profile, counts, devices, windows } = part;
  const tolerances = rules.filter((rule) => rule.model === model).map((rule) => rule.distance_min);
  const frame = {
    title: `${model} version ${model_version}`,
    reference: { name: 'its reference profile', rows: profile.n },
    current: { name: `${windows} windows of ${devices.size} devices`, rows: counts.inferences },
    made_at_ms,
    period,
    rule: { alpha, distance_min: Math.min(...tolerances, ...(tolerances.length === 0 ? [watch_rule_default.distance_min] : [])) },
    notes: wordNotes(profile),
    tables: [],
  };
  const window = { inferences: counts.inferences, features: counts.features(), classes: counts.classes() };
  return makeReport(frame, draftsOfWindow(profile, window, part.told_inferences));
}

/** Of words that go by their codes. */
function wordNotes({ features }: ReferenceProfile): string[] {
  const unnamed = features.flatMap(({ categories }) => (categories ? unnamedWords(categories) : []));
  return unnamed.length === 0 ? [] : [unnamedInWords(unnamed)];
}

function notesOf({ windows, left_out, parts }: Merged): string[] {
  const out = [...left_out].map(([reason, count]) => `${count} of ${windows} windows are left out: ${reason}.`);
  const none = windows === 0 ? ['No window was closed in this time.'] : [];
  const dependent =
    'The p-values are those of independent inferences; where one looks much like the one before it, they are too small, and the effect says more.';
  return [...none, ...out, ...(parts.length > 0 ? [dependent] : [])];
}

/** Where not all was looked at. */
function limitNotes(looked_at: Resolved['looked_at'], alerts: { readonly read: number; readonly of: number }): string[] {
  return [
    ...(looked_at.devices < looked_at.of ? [`${looked_at.devices} of ${looked_at.of} devices are looked at, the first by name.`] : []),
    ...(alerts.read < alerts.of ? [`${alerts.read} of ${alerts.of} alerts are looked at, the newest.`] : []),
  ];
}
