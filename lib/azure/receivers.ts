/** Who is told when something is wrong. */
import type { AlertReceivers } from './arguments.ts';

/** Undefined: alerts are declined. */
export function receiverCountOf(alerts: AlertReceivers | 'none'): number | undefined {
  return alerts === 'none' ? undefined : (alerts.emails?.length ?? 0) + (alerts.actionGroupIds?.length ?? 0);
}
