import type { Instant } from '../incident/alert.ts';
import { type Handover, type HandoverEntry, handoverName, isOpen } from '../incident/handover.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import { runName } from '../incident/run.ts';
import { deedInWords } from '../incident/summary.ts';
import { noteLabels, noteParts } from '../incident/working-note.ts';
import { limitDeadlines } from './call.ts';
import { bound, clean } from './clean.ts';
import { type Audience, existenceInWords, hang, isHidden } from './clearance.ts';
import type { Fact } from './fact.ts';
import { type PageButton, type PageSection, type PageView, say } from './page-view.ts';
import { clockTime, runStateInWords } from './run-words.ts';

/** Incidents that are told of in full; a page takes twelve sections, and one tells of the rest. */
export const mostInFull = 10;
/** The newest deeds of each: what was done before is in its thread. */
const mostDeeds = 3;

/** Who reads it: whoever hands over, whoever takes over, or a room. */
export type HandoverReader = 'from' | 'to' | 'room';

export interface AroundHandover {
  reader: HandoverReader;
  /** By number; absent where it is not here any more. */
  incidents: Map<number, Incident>;
  /** Who reads what of this incident. */
  audienceOf: (incident: Incident) => Audience;
  now: Instant;
}

/** A handover as one message, the same for Teams and Slack. Untrusted text is cleaned, masked for each reader and bounded here. */
export function drawHandover(handover: Handover, around: AroundHandover): PageView {
  const { entries, more } = handover;
  const inFull = entries.slice(0, mostInFull);
  const others = entries.slice(mostInFull);
  const state = stateInWords(handover);
  const title = bound(`${handoverName(handover.number)} · ${state}`, 150);
  return {
    title,
    subtitle: subtitleOf(handover, around.reader),
    tone: toneOf(handover),
    facts: factsOf(handover, around.now),
    sections: [
      ...(entries.length === 0 ? [nothing] : []),
      ...inFull.map((entry) => drawEntry(entry, handover, around)),
      ...(others.length + more > 0 ? [drawOthers(others, more, handover, around)] : []),
    ],
    buttons: buttonsOf(handover, around.reader),
    fallback: bound(`${title}: ${countInWords(handover)}, from ${clean(handover.from.name, 60)}.`, 300),
  };
}

const nothing: PageSection = {
  title: '',
  body: { kind: 'sentence', text: 'Nothing is open: a quiet shift.' },
};

function stateInWords({ state, from, to }: Handover): string {
  const receiver = clean(to?.name ?? '', 60);
  switch (state) {
    case 'draft':
      return `a draft of ${clean(from.name, 60)}'s${receiver && `, for ${receiver}`}`;
    case 'signed':
      return `waits for ${receiver}`;
    case 'accepted':
      return `${receiver} has accepted`;
    case 'declined':
      return `${receiver} has declined`;
    case 'withdrawn':
      return 'withdrawn';
    case 'expired':
      return 'nobody accepted in time';
  }
}

function toneOf({ state }: Handover): PageView['tone'] {
  switch (state) {
    case 'draft':
    case 'withdrawn':
      return 'plain';
    case 'signed':
      return 'warning';
    case 'accepted':
      return 'good';
    case 'declined':
    case 'expired':
      return 'urgent';
  }
}

/** What to do with it now, and what happens otherwise. */
function subtitleOf({ state, rota, from }: Handover, reader: HandoverReader): string {
  switch (state) {
    case 'draft': {
      const why = rota ? `Your shift of ${clean(rota, 60)} ends soon. ` : '';
      return reader === 'from'
        ? `${why}Look through it, change what is not so, then sign. Nothing changes before it is accepted.`
        : `${clean(from.name, 60)} is looking through it.`;
    }
    case 'signed':
      return reader === 'to'
        ? 'Accept it, and these incidents are yours. Until then they stay where they are.'
        : 'Until it is accepted the incidents stay where they are.';
    case 'accepted':
      return 'Both have signed. The incidents have changed hands.';
    case 'declined':
    case 'withdrawn':
    case 'expired':
      return 'The incidents stay where they are.';
  }
}

function factsOf(handover: Handover, now: Instant): Fact[] {
  const { from, to, signedAt, settledAt, state, expiresAt, reason, left } = handover;
  const signed = (at: Instant | undefined) => (at ? ` · signed ${clockTime(at, now)}` : ' · not signed yet');
  const accepted = state === 'accepted' ? settledAt : undefined;
  const staying = left.slice(0, 5).map((one) => `${incidentName(one.incident)}: ${clean(one.why, 100)}`);
  const more = left.length > 5 ? ` · and ${left.length - 5} more` : '';
  return [
    { label: 'From', value: clean(from.name, 60) + signed(signedAt) },
    { label: 'To', value: to ? clean(to.name, 60) + signed(accepted) : 'nobody chosen yet' },
    { label: 'Incidents', value: countInWords(handover) },
    ...(state === 'signed' ? [{ label: 'Accept before', at: expiresAt }] : []),
    ...(reason ? [{ label: 'Why declined', value: clean(reason, 500), long: true as const }] : []),
    ...(staying.length > 0
      ? [{ label: 'Not handed over', value: staying.join(' · ') + more, long: true as const }]
      : []),
  ];
}

/** `4 change hands, 2 stay`. */
function countInWords({ entries, more, state, left }: Handover): string {
  const chosen = entries.filter(({ included }) => included).length - left.length;
  const staying = entries.length + more - chosen;
  const change = state === 'accepted' ? 'changed hands' : chosen === 1 ? 'changes hands' : 'change hands';
  return `${chosen} ${change}${staying > 0 ? `, ${staying} ${staying === 1 ? 'stays' : 'stay'}` : ''}`;
}

function drawEntry(entry: HandoverEntry, handover: Handover, around: AroundHandover): PageSection {
  const incident = around.incidents.get(entry.incident);
  const name = incidentName(entry.incident);
  if (!incident)
    return { title: name, body: { kind: 'sentence', text: 'It was archived, or is not here any more.' } };
  const audience = around.audienceOf(incident);
  if (isHidden(incident, audience)) {
    const sentence = `${existenceInWords(incident)}. It stays with ${clean(handover.from.name, 60)}.`;
    return { title: name, body: { kind: 'sentence', text: sentence.replace(/^./, (c) => c.toUpperCase()) } };
  }
  const show = hang(incident, audience);
  const lines = linesOf(entry, incident, around, show);
  return {
    title: headOf(entry, incident, show),
    body: { kind: 'lines', lines, more: 0 },
  };
}

type Show = (text: string, limit: number) => string;

function headOf({ wasOwned, included }: HandoverEntry, incident: Incident, show: Show): string {
  const status = `${incident.status}${wasOwned ? '' : ', nobody has it'}`;
  const stays = included ? '' : ' · STAYS';
  const head = `${incidentName(incident.id)} · ${incident.severity.toUpperCase()} · ${status}${stays}`;
  return bound(`${head} · ${show(incident.title, 100)}`, 150);
}

function linesOf(entry: HandoverEntry, incident: Incident, around: AroundHandover, show: Show) {
  // What was signed stands, whatever was noted since.
  const note = entry.note ?? incident.note;
  const done = incident.deeds
    .filter(({ type }) => type !== 'noted')
    .slice(-mostDeeds)
    .map((deed) => `${clockTime(deed.at, around.now)} ${show(deedInWords(deed), 80)}`);
  const standing = (incident.runs ?? [])
    .filter((run) => run.standing)
    .map(
      (run) =>
        `${show(run.target, 60)} · ${run.title} · ${runName(run.number)} ${runStateInWords(run, around.now)}`,
    );
  return [
    ...noteParts.flatMap((part) =>
      note?.[part] ? [{ lead: noteLabels[part], text: show(note[part], 300) }] : [],
    ),
    ...(done.length > 0 ? [{ lead: 'Done', text: done.join(' · ') }] : []),
    ...(standing.length > 0 ? [{ lead: 'Contained', text: standing.join(' · ') }] : []),
    // Who was called is in what was done.
    ...limitDeadlines(incident).map(({ text, at }) => ({ lead: text, text: clockTime(at, around.now) })),
    ...(note?.next || done.length > 0 ? [] : [{ lead: 'Next step', text: 'nobody has said' }]),
  ];
}

/** What found no room to be told of in full. */
function drawOthers(
  others: HandoverEntry[],
  more: number,
  { from }: Handover,
  around: AroundHandover,
): PageSection {
  const lines = others.map((entry) => {
    const incident = around.incidents.get(entry.incident);
    const name = incidentName(entry.incident);
    if (!incident || isHidden(incident, around.audienceOf(incident)))
      return { lead: name, text: incident ? existenceInWords(incident) : 'not here any more' };
    const show = hang(incident, around.audienceOf(incident));
    const stays = entry.included ? '' : ` · stays with ${clean(from.name, 60)}`;
    const next = incident.note?.next ? ` · next: ${show(incident.note.next, 120)}` : '';
    return { lead: name, text: `${incident.severity} · ${show(incident.title, 100)}${next}${stays}` };
  });
  return { title: 'And', body: { kind: 'lines', lines, more } };
}

function buttonsOf(handover: Handover, reader: HandoverReader): PageButton[] {
  const { number, state, entries } = handover;
  if (!isOpen(handover)) return [];
  const press = (label: string, verb: string, more?: Parameters<typeof say>[2]) =>
    say(label, `handover ${verb}`, more);
  const answer = [
    press('Accept', `accept ${number}`, { primary: true }),
    press('Decline', `decline ${number}`, { form: true }),
  ];
  const change = [
    press('Change', `edit ${number}`, { form: true }),
    // A form takes ten.
    ...Array.from({ length: Math.ceil(entries.length / mostInFull) - 1 }, (_, n) => {
      const [first, last] = [(n + 1) * mostInFull + 1, Math.min((n + 2) * mostInFull, entries.length)];
      return press(`Change ${first} to ${last}`, `edit ${number} ${n + 2}`, { form: true });
    }),
    press('Withdraw', `withdraw ${number}`),
  ];
  switch (reader) {
    case 'to':
      return state === 'signed' ? answer : [];
    case 'from':
      return state === 'draft' ? [press('Sign', `sign ${number}`, { primary: true }), ...change] : change;
    case 'room':
      return state === 'signed' ? answer : [];
  }
}
