import { clean } from '../../channels/clean.ts';
import { hang, named } from '../../channels/clearance.ts';
import { say } from '../../channels/page-view.ts';
import type { ReplyView } from '../../channels/views.ts';
import { zonedTime } from '../../channels/zoned-time.ts';
import { Refused } from '../../errors.ts';
import type { Instant } from '../../incident/alert.ts';
import { incidentName } from '../../incident/incident.ts';
import { maySee, type People } from '../../people/people.ts';
import { roles } from '../../people/roles.ts';
import type { Person } from '../../people/roster.ts';
import {
  endFollowUp,
  findFollowUp,
  insertFollowUp,
  listFollowUps,
  nextFollowUpNumber,
} from '../../store/follow-ups.ts';
import { readIncident } from '../../store/incidents.ts';
import { noteViewed } from '../reader.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { changeFor } from './change-for.ts';

/** Lines; more would not fit a phone. */
const listed = 30;

export async function agreeFollowUp(
  floor: Watchfloor,
  { person, people, user }: Visitor,
  wish: { incident: number; owner: string; what: string; dueAt: Instant | undefined },
): Promise<string> {
  const owner = await findOwner(people, person, wish.owner);
  const followUp = {
    number: await nextFollowUpNumber(floor.db),
    what: wish.what,
    owner: { id: owner.id, name: owner.name, upn: owner.upn },
    dueAt: wish.dueAt,
  };
  await changeFor(
    floor,
    person,
    wish.incident,
    (incident) => {
      if (!maySee({ id: owner.id, assurance: 'full' }, incident))
        throw new Refused(
          `${clean(owner.name, 60)} may not see ${incidentName(wish.incident)}: it is restricted. Name them with restrict first.`,
        );
      return { type: 'agree-follow-up', followUp };
    },
    (trx) => insertFollowUp(trx, wish.incident, followUp),
  );
  const due = wish.dueAt
    ? `, reminded on ${zonedTime(wish.dueAt, user.zone)}`
    : '; nobody is reminded, for no day was said';
  return `Follow-up ${followUp.number} of ${incidentName(wish.incident)} is ${clean(owner.name, 60)}’s${due}.`;
}

/** `me`, a name or an address, or Slack’s way to write a mention. */
async function findOwner(people: People, person: Person, said: string): Promise<Person> {
  const [, slackId] = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(said) ?? [];
  if (!slackId) return said.toLowerCase() === 'me' ? person : people.findAnybody(said.replace(/^@/, ''));
  for (const one of people.havingRole(roles))
    if ((await people.slackIdsOf(one.id)).includes(slackId)) return one;
  throw new Refused('I do not know whom you mention: they have not linked their account. Write their name.');
}

export async function finishFollowUp(
  floor: Watchfloor,
  { person }: Visitor,
  number: number,
): Promise<string> {
  const found = await findFollowUp(floor.db, number);
  if (!found) throw new Refused(`There is no follow-up ${number}.`);
  if (found.done) throw new Refused(`Follow-up ${number} is done already, says ${found.done.by.name}.`);
  const { incident, done: _, ...followUp } = found;
  const by = { id: person.id, name: person.name, upn: person.upn };
  const at = floor.now().toISOString();
  await changeFor(
    floor,
    person,
    incident,
    () => ({ type: 'end-follow-up', followUp }),
    async (trx) => {
      if (!(await endFollowUp(trx, number, by, at)))
        throw new Refused(`Follow-up ${number} is done already.`);
    },
  );
  return `Follow-up ${number} of ${incidentName(incident)} is done. Thank you.`;
}

export async function tellFollowUps(
  floor: Watchfloor,
  visitor: Visitor,
  { incident, isMine }: { incident: number | undefined; isMine: boolean },
): Promise<ReplyView> {
  const { person, audience } = visitor;
  const forPerson = person.assurance === 'full' ? person.id : undefined;
  const filter = { incident, ownerId: isMine ? person.id : undefined, forPerson, limit: listed };
  const found = await listFollowUps(floor.db, filter);
  if (found.length === 0)
    return {
      kind: 'text',
      text: incident === undefined ? 'No follow-up is open.' : `${incidentName(incident)} has no follow-ups.`,
    };
  const now = floor.now().toISOString();
  const lines = [];
  for (const followUp of found) {
    const stored = await readIncident(floor.db, followUp.incident);
    const isRestricted = stored?.incident.restrictedTo !== undefined;
    if (isRestricted) {
      await noteViewed(floor, person, followUp.incident, 'follow-ups');
      visitor.alone();
    }
    const show = stored ? hang(stored.incident, isRestricted ? named : audience) : clean;
    const late = !followUp.done && followUp.dueAt && followUp.dueAt < now ? ' · OVERDUE' : '';
    const state = followUp.done
      ? ` · done by ${clean(followUp.done.by.name, 60)}`
      : followUp.dueAt
        ? `${late} · by`
        : '';
    const at = followUp.done?.at ?? followUp.dueAt;
    lines.push({
      lead: `${followUp.number} · ${incidentName(followUp.incident)}`,
      text: `${show(followUp.what, 300)} · ${clean(followUp.owner.name, 60)}${state}`,
      ...(at && { at }),
    });
  }
  const open = found.filter(({ done }) => !done);
  const title =
    incident === undefined
      ? `${open.length} ${open.length === 1 ? 'follow-up is' : 'follow-ups are'} open${isMine ? ' of yours' : ''}`
      : `Follow-ups of ${incidentName(incident)}: ${open.length} open`;
  return {
    kind: 'page',
    page: {
      title,
      subtitle: 'To end one: follow-up done and its number.',
      tone: 'plain',
      facts: [],
      sections: [{ title: '', body: { kind: 'lines', lines, more: 0 } }],
      buttons: open.slice(0, 5).map(({ number }) => say(`${number} is done`, `follow-up done ${number}`)),
      fallback: `${title}.`,
    },
  };
}
