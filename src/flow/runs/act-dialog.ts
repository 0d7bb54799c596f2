import { createHash } from 'node:crypto';
import type { FieldFaults } from '../../channels/channel.ts';
import { bound } from '../../channels/clean.ts';
import type { Curtain } from '../../channels/clearance.ts';
import type { Choice, DialogView, FieldView } from '../../channels/views.ts';
import { Refused } from '../../errors.ts';
import { subjectKey, subjectName } from '../../incident/enrichment.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Need, Requester } from '../../incident/run.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { orderFields, readMinutes, readParameterFields } from './dialogs.ts';
import { type Offer, offersFor } from './offer.ts';
import { decision, type Wish } from './request.ts';

/** Slack takes a hundred options; both platforms search among them as one types. */
const mostOffers = 100;

/** The first page: what could be done to what, best first. */
export function drawOffers(
  floor: Watchfloor,
  incident: Incident,
  show: Curtain,
): Pick<DialogView, 'title' | 'submit' | 'fields'> {
  const offers = offersFor(floor, incident).slice(0, mostOffers);
  if (offers.length === 0)
    throw new Refused(
      floor.plays.open.size === 0
        ? 'No playbooks are set up: docs/playbooks.md.'
        : 'No playbook fits what this incident names. Type "playbooks" for all there are.',
    );
  return {
    title: 'Act',
    submit: 'Next',
    fields: [
      {
        kind: 'choice',
        id: 'offer',
        label: 'What is to be done',
        required: true,
        choices: offers.map((offer) => choiceOf(offer, show)),
      },
    ],
  };
}

function choiceOf({ play, target, fitsTactic }: Offer, show: Curtain): Choice {
  const about = [
    `${play.risk} risk`,
    play.reverse ? 'can be taken back' : 'cannot be taken back',
    ...(fitsTactic ? ['fits the tactic'] : []),
  ];
  return {
    value: keyOf({ play, target }),
    label: bound(`${play.title} · ${show(subjectName(target), 60)}`, 75),
    description: about.join(' · '),
  };
}

/** Short enough for every platform, and the same as long as the incident names it. */
function keyOf({ play, target }: Pick<Offer, 'play' | 'target'>): string {
  return `${play.name} ${createHash('sha256').update(subjectKey(target)).digest('hex').slice(0, 16)}`;
}

/** The second page: what it comes to, and what else has to be said. */
export function drawOrder(
  floor: Watchfloor,
  incident: Incident,
  show: Curtain,
  fields: Record<string, string>,
  by: Requester,
): Pick<DialogView, 'title' | 'submit' | 'fields'> {
  const { play, target } = findOffer(floor, incident, fields);
  const { need, because } = decision(floor, incident, { play, target, by });
  const ends = play.lasts ? 'By itself at its end, or sooner by hand.' : 'By hand.';
  const reverse = play.reverse
    ? `${play.reverse.title}: ${play.reverse.effect(target)} ${ends}`
    : 'Nothing takes it back.';
  const says = (id: string, label: string, text: string): FieldView => ({
    kind: 'says',
    id,
    label,
    text: show(text, 600),
  });
  const rest: FieldView[] = [
    says('effect', 'What it does', play.effect(target, {})),
    says('reverse', 'Taken back', reverse),
    says('need', 'Who decides', `${needInWords(need)} Why: ${because}.`),
    ...orderFields(play),
    {
      kind: 'text',
      id: 'reason',
      label: 'Why',
      required: false,
      maxLength: 500,
      placeholder: 'What whoever approves should know. Azure’s own records hold it, too.',
    },
  ];
  // Slack's titles hold 24 characters.
  return { title: bound(play.title, 24), submit: need === 'own' ? 'Look at it' : 'Ask for it', fields: rest };
}

/** Nothing is changed before that, and everybody who decides is shown how things are. */
function needInWords(need: Need): string {
  switch (need) {
    case 'own':
      return 'You, once you see how things are now. Nothing is changed before.';
    case 'peer':
      return 'A colleague, who is shown how things are now. Nothing is changed before.';
    case 'lead':
      return 'A lead, who is shown how things are now. Nothing is changed before.';
    case 'two':
      return 'A lead and one more, who are shown how things are now. Nothing is changed before.';
  }
}

/** What both pages said. */
export function readWish(
  floor: Watchfloor,
  incident: Incident,
  fields: Record<string, string>,
): Omit<Wish, 'by'> | FieldFaults {
  const { play, target } = findOffer(floor, incident, fields);
  const parameters = readParameterFields(fields);
  const missing = play.parameters.find(({ name, required }) => required && !parameters[name]?.trim());
  if (missing) return { faults: { [`set-${missing.name}`]: `${missing.label} is missing.` } };
  const unlike = play.parameters.find(({ name, like }) => {
    const said = parameters[name]?.trim();
    return said && like && !like.pattern.test(said);
  });
  if (unlike) return { faults: { [`set-${unlike.name}`]: `This has to be ${unlike.like?.says}.` } };
  return { play, target, parameters, minutes: readMinutes(fields.minutes), reason: fields.reason ?? '' };
}

function findOffer(floor: Watchfloor, incident: Incident, fields: Record<string, string>): Offer {
  const found = offersFor(floor, incident).find((offer) => keyOf(offer) === fields.offer);
  if (!found) throw new Refused('The incident does not name that any more. Press Act again.');
  return found;
}
