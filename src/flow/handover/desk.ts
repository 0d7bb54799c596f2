import type { FieldFaults } from '../../channels/channel.ts';
import { clean } from '../../channels/clean.ts';
import { type Audience, hang, named, unlisted } from '../../channels/clearance.ts';
import { drawHandover, type HandoverReader } from '../../channels/handover.ts';
import type { ReplyView } from '../../channels/views.ts';
import type { HandoverDesk } from '../../commands/handover-desk.ts';
import { Refused } from '../../errors.ts';
import type { Owner } from '../../incident/alert.ts';
import {
  accept,
  decline,
  type Handover,
  handoverName,
  revise,
  sign,
  whyLeft,
  withdraw,
} from '../../incident/handover.ts';
import { type Actor, type Incident, incidentName } from '../../incident/incident.ts';
import type { WorkingNote } from '../../incident/working-note.ts';
import { maySee } from '../../people/people.ts';
import { canOwn } from '../../people/permissions.ts';
import type { Person } from '../../people/roster.ts';
import { setAlone } from '../../store/draft.ts';
import { hasCards, insertHandover, openHandoverOf } from '../../store/handovers.ts';
import { readStates } from '../../store/incidents.ts';
import { audienceAlone } from '../audience.ts';
import { change } from '../change.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { drawAnew, expiryAfter, newHandover, type Occasion } from './draft.ts';
import { drawHandoverForm, entriesOn, readHandoverForm } from './form.ts';
import { moveHandover, needHandover } from './move.ts';

/** What somebody's words may do with handovers. What is said is for them alone: others have messages of their own. */
export function openHandoverDesk(floor: Watchfloor, visitor: Visitor): HandoverDesk {
  const { person, people, conversation } = visitor;
  const { channel } = visitor.user;
  const me: Owner = { id: person.id, name: person.name, upn: person.upn };
  const by: Actor = { kind: 'person', ...me };
  const now = () => floor.now().toISOString();
  const statesOf = ({ entries }: Handover) =>
    readStates(
      floor.db,
      entries.map(({ incident }) => incident),
    );

  /** Alone they read what they may, and nothing of what is restricted to others; a room that is told nothing is no place for names. */
  const audienceOf = (incident: Incident): Audience => {
    if (incident.restrictedTo) return maySee(person, incident) ? named : unlisted;
    return visitor.audience.shows === 'existence'
      ? audienceAlone(floor, person, channel, incident)
      : visitor.audience;
  };

  const show = async (handover: Handover): Promise<ReplyView> => {
    visitor.alone();
    const incidents = await statesOf(handover);
    await noteViewed([...incidents.values()]);
    const around = { reader: readerOf(handover, me), incidents, audienceOf, now: now() };
    return { kind: 'page', page: drawHandover(handover, around) };
  };

  const noteViewed = async (incidents: Incident[]) => {
    const restricted = incidents.filter((one) => one.restrictedTo && maySee(person, one));
    const who = { kind: 'person', id: person.id, name: person.name } as const;
    for (const { id } of restricted)
      await floor.recorder.note({ at: now(), by: who, type: 'viewed', incident: id, data: { how: 'list' } });
  };

  const say = (text: string): ReplyView => {
    visitor.alone();
    return { kind: 'text', text };
  };

  return {
    async draft(to) {
      if (to?.id === me.id) throw new Refused('Choose somebody else than yourself: handover to Adam.');
      const room = { channel, conversation };
      const occasion: Occasion = {
        from: me,
        to: to && ownerOf(to),
        rota: undefined,
        // Asked for in a chat of their own, it is about all that nobody has.
        room: (await hasCards(floor.db, room)) ? room : undefined,
        isSure: person.assurance === 'full',
      };
      const open = await openHandoverOf(floor.db, me.id);
      if (open?.state === 'signed') return show(open);
      if (open)
        return show(
          await moveHandover(floor, people, open.number, async (handover) =>
            handover.state === 'draft' ? drawAnew(floor, handover, occasion) : undefined,
          ),
        );
      const made = await newHandover(floor, occasion);
      const isNew = await floor.db.transaction().execute((trx) => insertHandover(trx, made));
      // Asked twice at the same moment: the first one counts.
      const drawn = isNew ? made : ((await openHandoverOf(floor.db, me.id)) ?? made);
      return show(drawn);
    },

    async show(number) {
      return show(await needHandover(floor, number));
    },

    async form(number, page) {
      const handover = await needHandover(floor, number);
      const incidents = await statesOf(handover);
      const seen = new Map([...incidents].filter(([, incident]) => maySee(person, incident)));
      // Whether they may at all, before they fill anything.
      revise(handover, me, { included: new Map() });
      return drawHandoverForm(handover, page, seen, (incident) => hang(incident, audienceOf(incident)));
    },

    async change(number, page, fields): Promise<ReplyView | FieldFaults> {
      const receiver = fields.to === undefined ? undefined : people.byId(fields.to);
      if (fields.to !== undefined && !(receiver && canOwn(receiver)))
        return { faults: { to: 'Choose somebody from the list.' } };
      if (receiver?.id === me.id) return { faults: { to: 'Choose somebody else than yourself.' } };
      const changed = await moveHandover(floor, people, number, async (handover, draft) => {
        const { included, notes } = readHandoverForm(entriesOn(handover, page), fields);
        const incidents = await statesOf(handover);
        for (const [id, noted] of notes) {
          const incident = incidents.get(id);
          if (incident && incident.status !== 'closed' && maySee(person, incident))
            change(floor, draft, incident, { type: 'note', noted }, by);
        }
        return revise(handover, me, { to: receiver && ownerOf(receiver), included });
      });
      return show(changed);
    },

    async sign(number) {
      const signed = await moveHandover(floor, people, number, async (handover) => {
        const incidents = await statesOf(handover);
        const notes = new Map<number, WorkingNote>(
          [...incidents].flatMap(([id, { note }]) => (note ? [[id, note]] : [])),
        );
        return sign(handover, me, now(), { notes, expiresAt: expiryAfter(floor, floor.now()) });
      });
      return say(
        `Signed. ${clean(signed.to?.name ?? '', 80)} is asked to accept; you are told when they have.`,
      );
    },

    async accept(number) {
      const accepted = await moveHandover(floor, people, number, async (handover, draft) => {
        const incidents = await statesOf(handover);
        const left: Handover['left'] = [];
        for (const { incident: id, included } of handover.entries) {
          if (!included) continue;
          const incident = incidents.get(id);
          const why = whyLeft(handover, incident, incident !== undefined && maySee(person, incident));
          if (why || !incident) {
            left.push({ incident: id, why: why ?? '' });
            continue;
          }
          change(floor, draft, incident, { type: 'hand-over', to: me, handover: number }, by);
          setAlone(draft, id);
        }
        return accept(handover, me, now(), left);
      });
      return say(acceptedInWords(accepted));
    },

    async declineForm(number) {
      const handover = await needHandover(floor, number);
      decline(handover, me, now(), '');
      return {
        title: 'Decline',
        about: `${handoverName(number)} of ${clean(handover.from.name, 80)}`,
        submit: 'Decline',
        fields: [
          {
            kind: 'text',
            id: 'reason',
            label: 'Why?',
            required: true,
            maxLength: 500,
            placeholder: 'What has to be otherwise before you take it over?',
          },
        ],
      };
    },

    async decline(number, reason) {
      const { from } = await moveHandover(floor, people, number, async (handover) =>
        decline(handover, me, now(), reason),
      );
      return say(`Declined. ${clean(from.name, 80)} is told, and the incidents stay where they are.`);
    },

    async withdraw(number) {
      await moveHandover(floor, people, number, async (handover) => withdraw(handover, me, now()));
      return say(`${handoverName(number)} is withdrawn. The incidents stay where they are.`);
    },
  };
}

function readerOf({ from, to }: Handover, me: Owner): HandoverReader {
  if (from.id === me.id) return 'from';
  return to?.id === me.id ? 'to' : 'room';
}

const ownerOf = ({ id, name, upn }: Person): Owner => ({ id, name, upn });

function acceptedInWords({ number, entries, left }: Handover): string {
  const leftIds = new Set(left.map(({ incident }) => incident));
  const taken = entries.filter(({ included, incident }) => included && !leftIds.has(incident));
  const names = taken.slice(0, 10).map(({ incident }) => incidentName(incident));
  const more = taken.length > 10 ? ` and ${taken.length - 10} more` : '';
  const yours = taken.length === 0 ? 'none is yours by it' : `yours now: ${names.join(', ')}${more}`;
  const not = left.map(({ incident, why }) => `${incidentName(incident)}: ${clean(why, 80)}`).slice(0, 5);
  return `${handoverName(number)} is accepted; ${yours}.${not.length > 0 ? ` Not handed over: ${not.join('; ')}.` : ''}`;
}
