import type { RequestHandler, Server } from 'restify';
import { mountOpsgenie } from './opsgenie.ts';
import { mountPagerDuty } from './pager-duty.ts';

export interface ScheduleKeys {
  pagerDuty: string;
  opsgenie: string;
}

/**
 * Stands in for PagerDuty and Opsgenie on the TLS server, below `/schedules/pagerduty` and `/schedules/opsgenie`. `before`
 * stands before every call: faults.
 */
export function mountSchedules(
  secure: Server,
  { keys, before = [] }: { keys: ScheduleKeys; before?: RequestHandler[] },
): void {
  mountPagerDuty(secure, { token: keys.pagerDuty, before });
  mountOpsgenie(secure, { key: keys.opsgenie, before });
}
