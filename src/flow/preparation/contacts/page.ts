import { clean } from '../../../channels/clean.ts';
import { type PageSection, type PageView, say } from '../../../channels/page-view.ts';
import type { StoredShortcoming } from '../../../store/shortcomings.ts';
import type { Looked } from './look.ts';

/** More than that on one page nobody reads. */
const mostSubscriptions = 12;
const mostLines = 30;

/** Whom Azure would warn, subscription by subscription. */
export function drawContacts(looked: Looked[]): PageView {
  const lacking = looked.filter(({ shortcomings = [] }) => shortcomings.length > 0).length;
  const silent = looked.filter(({ failure }) => failure !== undefined).length;
  const of = looked.length === 1 ? '1 subscription' : `${looked.length} subscriptions`;
  const faults = [
    ...(lacking > 0 ? [`${lacking} of ${of} would warn too few`] : []),
    ...(silent > 0 ? [`${silent} of ${of} could not be asked`] : []),
  ];
  const title =
    faults.join(', ') ||
    `Security contacts: ${looked.length === 1 ? 'the subscription knows' : 'every subscription knows'} whom to warn`;
  return {
    title,
    subtitle: 'Whom Defender for Cloud writes to by itself, whatever becomes of Watchfloor.',
    tone: faults.length > 0 ? 'warning' : 'good',
    facts: [],
    sections: looked.slice(0, mostSubscriptions).map(sectionOf),
    buttons: [],
    fallback: `${title}.`,
  };
}

function sectionOf(looked: Looked): PageSection {
  const lines = linesOf(looked).map(([lead, text]) => ({ lead, text: clean(text, 300) }));
  return { title: looked.subscription, body: { kind: 'lines', lines, more: 0 } };
}

function linesOf({ failure, ...looked }: Looked): [string, string][] {
  if (failure !== undefined) return [['Not answered', failure]];
  const { contact, shortcomings = [] } = looked as Extract<Looked, { failure?: never }>;
  const said: [string, string][] = contact
    ? [
        ['Written to', [...contact.emails, ...contact.roles.map((role) => `every ${role}`)].join(', ')],
        ['Called', contact.phone],
        ['Alerts from', contact.alertsFrom ?? ''],
      ]
    : [];
  const told = said.filter(([, text]) => text !== '');
  return [...shortcomings.map(({ text }): [string, string] => ['Missing', text]), ...told];
}

/** What is missing, until it is mended. */
export function drawWarning(open: StoredShortcoming[]): PageView {
  const count = new Set(open.map(({ target }) => target)).size;
  const title = `${count === 1 ? 'A subscription' : `${count} subscriptions`} would warn too few people`;
  return {
    title,
    subtitle:
      'Defender for Cloud writes to its security contacts by itself. This is said once a day until it is mended.',
    tone: 'warning',
    facts: [],
    sections: [
      {
        title: '',
        body: {
          kind: 'lines',
          lines: open.slice(0, mostLines).map(({ target, text, since }) => ({
            lead: target,
            text: clean(`${text} Found on`, 300),
            at: since,
          })),
          more: Math.max(0, open.length - mostLines),
        },
      },
    ],
    buttons: [say('Look again', 'contacts')],
    fallback: `${title}. ${clean(open[0]?.text ?? '', 200)}`,
  };
}
