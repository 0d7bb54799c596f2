import { subjectKey } from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';
import type { OurIncidents } from './our-incidents.ts';

/** What else is going on with it right now? */
export function createCorrelation({ ours }: { ours: Pick<OurIncidents, 'openWith'> }): Enricher {
  return {
    name: 'correlation',
    title: 'Open incidents',
    question: 'What else is going on with it right now?',
    about: ['account', 'machine', 'resource', 'ip', 'domain', 'url', 'file', 'mailbox'],
    side: 'here',
    calls: 1,
    api: 'our own incidents',
    permission: 'nothing',
    // Another incident may open at any moment, and asks anew; so does the store when one of them ends.
    lifetimeSeconds: 15,
    deadlineMs: 3_000,
    limits: 'the 20 most important',
    async enrich(subject) {
      const open = await ours.openWith(subjectKey(subject));
      return {
        facts: open.map(({ id, severity, status, owner, title, openedAt }) => ({
          label: `INC-${id}`,
          value: `${severity}, ${status}, ${owner || 'nobody'} has it: ${title}`,
          at: openedAt,
        })),
        // The one that asks is among them.
        traits:
          open.length > 1
            ? [
                {
                  chip: `in ${open.length} open incidents`,
                  says: `is part of ${open.length} open incidents`,
                  tone: 'warning',
                },
              ]
            : [],
      };
    },
  };
}
