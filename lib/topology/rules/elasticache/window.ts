/** Windows of the service as minutes of the week (maintenance) or of the day (snapshots), UTC. */

/** From, to and the length of the circle they lie on: a window may pass midnight or the end of the week. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly circle: number;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** `02:00-03:00`; undefined for another form. */
export function trySnapshotWindow(text: string): Window | undefined {
  const [, from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text) ?? [];
  if (from === undefined || to === undefined) return undefined;
  return { from: minuteOfDay(from), to: minuteOfDay(to), circle: DAY_MINUTES };
}

/** `sun:04:00-sun:05:00`; undefined for another form. */
export function tryMaintenanceWindow(text: string): Window | undefined {
  const [, fromDay = '', from, toDay = '', to] = /^([a-z]{3}):(\d\d:\d\d)-([a-z]{3}):(\d\d:\d\d)$/.exec(text) ?? [];
  if (from === undefined || to === undefined) return undefined;
  return {
    from: DAYS.indexOf(fromDay) * DAY_MINUTES + minuteOfDay(from),
    to: DAYS.indexOf(toDay) * DAY_MINUTES + minuteOfDay(to),
    circle: WEEK_MINUTES,
  };
}

export function hoursAreValid(text: string): boolean {
  return [...text.matchAll(/(\d\d):\d\d/g)].every(([, hours]) => Number(hours) < 24);
}

export function lengthMinutes({ from, to, circle }: Window): number {
  return (to - from + circle) % circle;
}

/** True when the daily window meets the weekly one on any day. */
export function windowsOverlap(daily: Window | undefined, weekly: Window | undefined): boolean {
  if (daily === undefined || weekly === undefined) return false;
  return DAYS.some((_, day) => {
    const from = day * DAY_MINUTES + daily.from;
    const untilWeekly = (weekly.from - from + WEEK_MINUTES) % WEEK_MINUTES;
    const untilDaily = (from - weekly.from + WEEK_MINUTES) % WEEK_MINUTES;
    return untilWeekly < lengthMinutes(daily) || untilDaily < lengthMinutes(weekly);
  });
}

function minuteOfDay(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
