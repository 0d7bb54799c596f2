import { clean } from '../../../channels/clean.ts';
import type { PageView } from '../../../channels/page-view.ts';
import { incidentName } from '../../../incident/incident.ts';
import { countsInWords, mendedBy, type Reconciliation } from '../../../incident/reconciliation.ts';
import { sourceNames } from '../../../incident/summary.ts';

const mostLines = 15;

/** `Sentinel 143 open, chat 143`, and each difference with what was done about it. */
export function drawReconciled({ at, sources, differences }: Reconciliation): PageView {
  const counts = sources.map((one) => countsInWords(one, sourceNames[one.source].replace('Microsoft ', '')));
  const isUnasked = sources.some(({ failure }) => failure !== undefined);
  const title = counts.join(' · ');
  const count = `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`;
  return {
    title,
    subtitle: 'Alerts that are open at each source, and those of them that are open here.',
    tone: differences.length > 0 || isUnasked ? 'warning' : 'good',
    facts: [{ label: 'Compared', at }],
    sections: [
      ...sources.flatMap(({ source, failure }) =>
        failure === undefined
          ? []
          : [
              {
                title: `${sourceNames[source]} could not be asked`,
                body: { kind: 'sentence' as const, text: clean(failure, 300) },
              },
            ],
      ),
      differences.length === 0
        ? { title: '', body: { kind: 'sentence', text: 'Nothing differs.' } }
        : {
            title: count,
            body: {
              kind: 'lines',
              lines: differences.slice(0, mostLines).map(({ kind, label, incident }) => ({
                // Nobody who may not see it learns from this what it is about.
                lead: incident === undefined ? clean(label, 80) : incidentName(incident),
                text: `${kind}: ${mendedBy[kind]}`,
              })),
              more: Math.max(0, differences.length - mostLines),
            },
          },
    ],
    buttons: [],
    fallback: `${title}. ${differences.length === 0 ? 'Nothing differs.' : `${count}.`}`,
  };
}
