import type { Instant } from '../incident/alert.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import { type Matchable, type Matcher, matcherInWords } from '../incident/match.ts';
import { type HiddenBefore, hidesHigh, isNarrow, type Silence } from '../incident/silence.ts';
import { silenceName } from '../incident/silenced.ts';
import { clean } from './clean.ts';
import { type Audience, hang, isHidden, isMasked } from './clearance.ts';
import type { Fact } from './fact.ts';
import type { PageButton, PageSection, PageView } from './page-view.ts';
import { clockTime } from './run-words.ts';

/** What somebody looks at before they create a silence. */
export interface SilencePreview {
  silence: Silence;
  /** So many days were looked back. */
  days: number;
  before: HiddenBefore;
  /** Those of the true positives that are named. */
  truePositives: Incident[];
  /** Open incidents that nobody has taken, which it would fit; at most `mostOpen`. */
  open: Incident[];
  /** What Azure is to hold, in words; empty where nothing. */
  azure: string[];
  /** Why not everybody may create it; empty where they may. */
  needsLead: boolean;
}

const mostListed = 5;

/** Nothing is silenced by it: its buttons do that. */
export function drawSilencePreview(preview: SilencePreview, audience: Audience, now: Instant): PageView {
  const { silence, before, days, open, truePositives } = preview;
  const name = silenceName(silence.number);
  const told = countInWords(before, days);
  const isRisky = before.high > 0 || before.truePositiveCount > 0 || hidesHigh(silence.matcher);
  return {
    title: `Preview of ${name}: nothing is silenced yet`,
    subtitle: lookedInWords(before, now),
    tone: isRisky || !isNarrow(silence.matcher) ? 'warning' : 'plain',
    facts: factsOf(silence, audience),
    sections: [
      { title: 'It would have hidden', body: { kind: 'sentence', text: told } },
      ...listOf('Real attacks among them', truePositives, before.truePositiveCount, audience),
      ...warnings(preview),
      ...listOf('Open now, and nobody has taken them', open, open.length, audience),
    ],
    buttons: buttonsOf(silence.number, open.length),
    fallback: `${name} is a preview and silences nothing yet. Would have been hidden: ${told}`,
  };
}

/** `41 incidents in 30 days, of which 2 true positives: INC-1012, INC-1030.` */
export function countInWords(
  { count, high, truePositiveCount, truePositives, cutAt }: HiddenBefore,
  days: number,
): string {
  const when = cutAt ? 'of the newest' : `in ${days} days`;
  if (count === 0) return `No incident ${when}.`;
  const some = [
    ...(high > 0 ? [`${high} of high severity`] : []),
    ...(truePositiveCount > 0
      ? [
          `${truePositiveCount} true ${truePositiveCount === 1 ? 'positive' : 'positives'}: ${namesOf(truePositives, truePositiveCount)}`,
        ]
      : []),
  ];
  const which = some.length > 0 ? `, of which ${some.join(' and ')}` : '';
  return `${count} ${count === 1 ? 'incident' : 'incidents'} ${when}${which}.`;
}

function namesOf(ids: number[], count: number): string {
  const more = count - ids.length;
  return ids.map(incidentName).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function lookedInWords({ cutAt }: HiddenBefore, now: Instant): string {
  return cutAt
    ? `Cut: only the newest 10,000 incidents were looked at, since ${clockTime(cutAt, now)}. A whole name of a host, an account or a rule looks at all. Kept for ten minutes.`
    : 'Counted over what came in, restricted incidents and exercises left out. Kept for ten minutes.';
}

function factsOf({ matcher, until, reason, owner }: Silence, audience: Audience): Fact[] {
  return [
    { label: 'Matches', value: matcherFor(matcher, audience, 400), long: true },
    { label: 'Until', at: until },
    { label: 'Reason', value: hang(nobody, audience)(reason, 300), long: true },
    ...(owner ? [{ label: 'Owner', value: clean(owner.name, 60) }] : []),
  ];
}

function warnings({ silence, before, needsLead, azure }: SilencePreview): PageSection[] {
  const said = [
    ...(before.truePositiveCount > 0 ? [`It would have hidden a real attack. ${howToNarrow(silence)}`] : []),
    ...(isNarrow(silence.matcher)
      ? []
      : ['It names nothing but severities and sources, so it hides everything of them.']),
    hidesHigh(silence.matcher)
      ? `It hides high severity${needsLead ? ': a lead has to create it' : ''}.`
      : 'What is of another severity is shown all the same, and so is an incident that becomes graver.',
    ...azure,
  ];
  return said.map((text) => ({ title: '', body: { kind: 'sentence', text } }));
}

function howToNarrow({ matcher: { type, title, host, account } }: Silence): string {
  return (type || title) && (host || account)
    ? 'Let it be short, and look at the list while it is on.'
    : 'Narrow it: name the rule as well as the host or the account.';
}

/** At most a few; each with its name and title as far as the audience may read it. */
function listOf(title: string, incidents: Incident[], count: number, audience: Audience): PageSection[] {
  if (incidents.length === 0) return [];
  const shown = incidents.slice(0, mostListed);
  return [
    {
      title,
      body: { kind: 'lines', lines: shown.map((one) => lineOf(one, audience)), more: count - shown.length },
    },
  ];
}

function lineOf(incident: Incident, audience: Audience): { lead: string; text: string } {
  const title = isHidden(incident, audience) ? '' : hang(incident, audience)(incident.title, 120);
  return { lead: incidentName(incident.id), text: `${incident.severity}${title && ` · ${title}`}` };
}

function buttonsOf(number: number, open: number): PageButton[] {
  const confirm = (label: string, words: string, primary: boolean) => ({
    label,
    words,
    primary,
    form: false,
  });
  return [
    confirm('Create', `silence confirm ${number}`, true),
    ...(open > 0 ? [confirm(`Create, hide ${open} open`, `silence confirm ${number} --open`, false)] : []),
  ];
}

/** What may be said of people and places in a room is decided there, of whatever people typed elsewhere. */
export function matcherFor(matcher: Matcher, audience: Audience, limit: number): string {
  const hides = isMasked(audience) ? [...personal, ...(audience.hideHosts ? hosts : [])] : [];
  const shown = Object.fromEntries(
    Object.entries(matcher).map(([field, patterns]) => [
      field,
      hides.some((hidden) => hidden === field) ? ['…'] : patterns,
    ]),
  );
  return hang(nobody, audience)(matcherInWords(shown), limit);
}

const personal: Matchable[] = ['account', 'ip', 'entity', 'title', 'target'];
const hosts: Matchable[] = ['host', 'resource'];

/** It is about no incident: what looks like a person is hidden by its form alone. */
const nobody = { alerts: [], inquiries: [], deeds: [] };
