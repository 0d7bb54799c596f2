import type { Occasion } from '../../channels/call.ts';
import { hang, isHidden } from '../../channels/clearance.ts';
import type { Owner, Severity } from '../../incident/alert.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import type { PagePayload } from '../../paging/pager.ts';

const severities: Record<Severity, PagePayload['severity']> = {
  high: 'critical',
  medium: 'error',
  low: 'warning',
  informational: 'info',
};

/** A service outside reads it: no personal details but whom it is to call, and of a restricted incident its name alone. */
const outside = { shows: 'masked', hideHosts: false, alone: false } as const;

/** What a paging service is told of an incident, and whom it is to call. */
export function pageBody(
  incident: Incident,
  to: Owner[],
  { about, missed, why, now }: Occasion,
): PagePayload {
  const name = incidentName(incident.id);
  const show = hang(incident, outside);
  const hidden = isHidden(incident, outside);
  const state =
    missed === null ? 'needs somebody' : about === 'acknowledge' ? 'is not acknowledged' : 'is not closed';
  return {
    summary: hidden
      ? `${name} ${state}: a restricted incident`
      : `${name} ${state}: ${show(incident.title, 300)}`,
    source: 'Watchfloor',
    // The most pressing: how grave it is would tell of it.
    severity: hidden ? 'critical' : severities[incident.severity],
    timestamp: now,
    component: name,
    class: about,
    custom_details: {
      ...(!hidden && { severity: incident.severity }),
      call: to.map(({ name: who, upn }) => `${who} <${upn}>`).join(', '),
      ...(missed !== null && { limit_missed: missed }),
      ...(!hidden && why && { why: show(why, 300) }),
    },
  };
}
