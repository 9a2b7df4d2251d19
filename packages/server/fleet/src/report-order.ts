// fleet: which report of a device is taken. A device signs each exchange with the server's time as it knows it; a report counts only where that time is
// later than the last one that counted, so that an older report, or the copy of one, changes nothing and does not make a silent device look alive.

/** How old a signed request may be: its body may be long under way. */
const signed_age_ms_max = 600_000;
/** How far ahead of ours its time may be. A device whose clock is wrong is told so, sets it by the answer, and asks again. */
const signed_ahead_ms_max = 120_000;

export const isInTime = (sent_ms: number, now_ms: number): boolean =>
  Number.isSafeInteger(sent_ms) && now_ms - sent_ms < signed_age_ms_max && sent_ms - now_ms < signed_ahead_ms_max;

/** A last time that is too far ahead to be accepted now is that of a clock of ours that was wrong, and holds nobody back. */
export const isNewer = (sent_ms: number, last_ms: number | null, now_ms: number): boolean =>
  last_ms === null || sent_ms > last_ms || last_ms - now_ms >= signed_ahead_ms_max;
