import type { ChatUser, FieldFaults, QueryOutcome } from '../../channels/channel.ts';
import type { QueryDialogView, QueryVerb } from '../../channels/query-view.ts';
import { Denied, Refused } from '../../errors.ts';
import type { QueryPlan } from '../../kql/plan.ts';
import type { Caller } from '../../people/people.ts';
import { admit, type Deed, permissions } from '../../people/permissions.ts';
import {
  cancelQuery,
  confirmQuery,
  type Face,
  readQuery,
  type StoredQuery,
  turnQuery,
} from '../../store/queries.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { isSignedIn, mostWaiting, putInLine, tooMany } from './ask.ts';
import { drawStored } from './draw.ts';
import { orderFile } from './hand-over.ts';
import { drawNarrow, readNarrow } from './narrow.ts';
import { drawPin, pin, readPin } from './pin.ts';
import { needAnswer, queryFor } from './query-for.ts';
import { spanNow } from './span-now.ts';

/** A button of a query's message. What was asked is there for everybody in the room who may read such logs. */
export async function pressQuery(
  floor: Watchfloor,
  user: ChatUser,
  caller: Caller,
  verb: QueryVerb,
  { id, argument }: { id: string; argument: string },
): Promise<QueryOutcome> {
  const query = await queryFor(floor, caller, id, verb === 'cancel' ? 'cancel' : 'hunt');
  const page = query.face.page ?? 1;
  switch (verb) {
    case 'previous':
      return turn(floor, query, { ...query.face, page: Math.max(1, page - 1) });
    case 'next':
      return turn(floor, query, { ...query.face, page: page + 1 });
    case 'chart':
      return turn(floor, query, { shape: 'chart' });
    case 'table':
      return turn(floor, query, { shape: 'table' });
    case 'cancel':
      return cancel(floor, caller, query);
    case 'confirm':
      refuseOthers(caller, query, 'run it');
      admit(caller, deedOf(query));
      return confirm(floor, query);
    case 'csv':
      return { told: await orderFile(floor, user, caller, query), view: undefined };
    case 'rerun':
      return again(floor, user, caller, query, { ...query.plan, span: spanNow(query, floor.now()) });
    case 'more':
      return again(floor, user, caller, query, planOfMore(query, argument));
    case 'pin':
      admit(caller, 'pin');
      if (query.incident === undefined) throw new Refused('Say to which incident: press the button again.');
      return after(floor, query, await pin(floor, caller, query, query.incident));
    case 'narrow':
      throw new Refused('Say what to look for: press the button again.');
  }
}

export async function openQuery(
  floor: Watchfloor,
  caller: Caller,
  verb: QueryVerb,
  id: string,
): Promise<QueryDialogView> {
  const query = await queryFor(floor, caller, id);
  if (verb === 'narrow') return drawNarrow(query);
  if (verb !== 'pin') throw new Refused(`"${verb}" needs no dialog.`);
  admit(caller, 'pin');
  return drawPin(query);
}

export async function submitQuery(
  floor: Watchfloor,
  user: ChatUser,
  caller: Caller,
  verb: QueryVerb,
  { id, fields }: { id: string; fields: Record<string, string> },
): Promise<QueryOutcome | FieldFaults> {
  const query = await queryFor(floor, caller, id);
  if (verb === 'narrow') {
    const plan = await readNarrow(floor, query, fields);
    return 'faults' in plan ? plan : again(floor, user, caller, query, plan);
  }
  if (verb !== 'pin') throw new Refused(`"${verb}" needs no dialog.`);
  admit(caller, 'pin');
  const incident = readPin(fields);
  if (typeof incident !== 'number') return incident;
  return after(floor, query, await pin(floor, caller, query, incident));
}

async function turn(floor: Watchfloor, query: StoredQuery, face: Face): Promise<QueryOutcome> {
  needAnswer(query);
  await turnQuery(floor.db, query.id, face);
  return after(floor, query, '');
}

async function confirm(floor: Watchfloor, query: StoredQuery): Promise<QueryOutcome> {
  switch (await confirmQuery(floor.db, query.id, mostWaiting)) {
    case 'in line':
      return after(floor, query, '');
    case 'was in line':
      return after(floor, query, 'It is in line already.');
    case 'too many':
      throw new Refused(tooMany);
  }
}

async function cancel(floor: Watchfloor, caller: Caller, query: StoredQuery): Promise<QueryOutcome> {
  refuseOthers(caller, query, 'cancel it');
  const told = (await cancelQuery(floor.db, query.id)) ? '' : 'It is over already.';
  floor.ringQueries();
  return after(floor, query, told);
}

function refuseOthers(caller: Caller, { person }: StoredQuery, what: string): void {
  if (person.id === caller.id || caller.roles.some((role) => role === 'lead' || role === 'admin')) return;
  throw new Denied('role', `${person.name} asked this. They or a lead can ${what}.`);
}

/** What the message is now, for the platform that answers a press with it; the others are edited. */
async function after(floor: Watchfloor, { id }: StoredQuery, told: string): Promise<QueryOutcome> {
  const now = await readQuery(floor.db, id);
  floor.ringAnswers();
  floor.ringQueries();
  return { told, view: now && (await drawStored(floor, now)) };
}

/** The same or a like question, by whoever pressed, answered beside it. */
async function again(
  floor: Watchfloor,
  user: ChatUser,
  caller: Caller,
  query: StoredQuery,
  plan: QueryPlan,
): Promise<QueryOutcome> {
  const deed = deedOf(query);
  admit(caller, deed);
  if (!(await isSignedIn(floor.atHand, caller)))
    throw new Refused(
      'Azure is asked in your own name here, and you have not signed in. Type any query, and I answer with the link.',
    );
  const { isDirect, conversation, thread } = query.place;
  const isThere = user.channel === query.channel && !isDirect && conversation !== undefined;
  const spot = isThere ? { conversation, thread: thread ?? query.ref?.message } : undefined;
  const asked = { plan: { ...plan, isPrivate: isDirect }, deed, incident: query.incident, spot };
  const { said } = await putInLine(floor, user, caller, asked);
  return { told: said ?? '', view: undefined };
}

function deedOf({ deed }: StoredQuery): Deed {
  if (Object.hasOwn(permissions, deed)) return deed as Deed;
  throw new Refused(`There is no command "${deed}" any more.`);
}

/** The rows behind a glance, as a query of its own. */
function planOfMore({ plan, parts }: StoredQuery, argument: string): QueryPlan {
  const part = /^\d$/.test(argument) ? parts[Number(argument)] : undefined;
  if (!part?.more) throw new Refused('There is no more to see of that.');
  return { ...plan, title: `${plan.title}: ${part.title}`, parts: [{ title: '', text: part.more }] };
}
