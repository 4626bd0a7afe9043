/** A schedule as Container Apps takes it: https://learn.microsoft.com/azure/container-apps/jobs#scheduled-jobs */

const FIELD = String.raw`(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?(?:,(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?)*`;
const CRON = new RegExp(`^${[FIELD, FIELD, FIELD, FIELD, FIELD].join(' ')}$`);

/** Whether it is a cron expression of five fields. */
export function isSchedule(text: string): boolean {
  return CRON.test(text);
}
