// Handlers of reports: JSON, or one HTML file, which says itself that it loads nothing and runs nothing.
import { failure } from '@holdfast/base';
import type { ReportView } from '@holdfast/protocol/rest';
import { type ReportBook, bookHtml } from '@holdfast/stats';
import type { FastifyReply } from 'fastify';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';

const day_ms = 86_400_000;
const usual_ms = 7 * day_ms;
const longest_ms = 366 * day_ms;
const keep_usual = 12;

export function reportHandlers({ rooms: { reports, clock } }: FaceOptions) {
  return {
    reportShow: async ({ query: { from_ms, to_ms, format, ...subject }, reply }) => {
      const to = to_ms ?? clock.wall_ms();
      const time = { from_ms: from_ms ?? to - usual_ms, to_ms: to };
      const length = time.to_ms - time.from_ms;
      if (!(length > 0 && length <= longest_ms))
        throw failure('HF-REQ-001', { where: 'query/from_ms', saw: `${length} ms up to to_ms`, expected: `more than 0, at most ${longest_ms}` });
      return answer(await reports.make(subject, time), format, reply);
    },
    reportList: async () => ({ schedules: (await reports.schedules()).map(scheduleView), kept: await reports.kept() }),
    reportKept: async ({ params, query, reply }) => answer(await reports.keptReport(params.id), query.format, reply),
    reportPut: async ({ params: { name }, body: { every_ms, keep = keep_usual, ...subject }, by }) =>
      scheduleView(await reports.put({ name, subject, every_ms, keep }, by)),
    reportDelete: async ({ params, by }) => {
      await reports.remove(params.name, by);
      return { ok: true };
    },
  } satisfies Partial<Handlers>;
}

const scheduleView = ({ name, subject, every_ms, keep, next_ms }: Awaited<ReturnType<FaceOptions['rooms']['reports']['put']>>) => ({
  name,
  subject: { ...subject },
  every_ms,
  keep,
  next_ms,
});

/** HTML goes out by the reply itself; what is answered then is not sent again. */
function answer(book: ReportBook, format: 'json' | 'html' | undefined, reply: FastifyReply): ReportView {
  if (format === 'html')
    void reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
      .header('content-disposition', 'inline; filename="report.html"')
      .send(bookHtml(book));
  return book as ReportView;
}
