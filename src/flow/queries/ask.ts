import { randomUUID } from 'node:crypto';
import type { ChatUser, Reply, Spot } from '../../channels/channel.ts';
import type { ReplyView } from '../../channels/views.ts';
import { Refused } from '../../errors.ts';
import type { QueryPlan } from '../../kql/plan.ts';
import type { Caller } from '../../people/people.ts';
import type { Deed } from '../../people/permissions.ts';
import { insertQuery, type NewQuery } from '../../store/queries.ts';
import { currentTrace } from '../../trace.ts';
import { readFor } from '../reader.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { type LogsAtHand, needLogs } from './at-hand.ts';
import { check } from './check.ts';
import { type Destination, destinationOf } from './place.ts';

/** Of one person; whoever has more in line has forgotten the first. */
export const mostWaiting = 10;
export const tooMany = `${mostWaiting} of your queries wait or run already. Wait for one, or type "cancel".`;
/** A quick answer is one message: before this nobody is told that it is waited for. */
const quickMs = 700;

export interface Asked {
  plan: QueryPlan;
  /** What they needed a permission for, and were admitted to. */
  deed: Deed;
  incident: number | undefined;
  /** Where they asked, where an answer may go there. */
  spot: Spot | undefined;
}

/** Checks what somebody wants to know, puts it in line, and says where the answer comes. Throws `Refused`. */
export async function askLogs(
  floor: Watchfloor,
  user: ChatUser,
  caller: Caller,
  asked: Asked,
): Promise<Reply> {
  const signIn = await needSignIn(floor, caller);
  if (signIn) return { view: signIn, private: true };
  const { said } = await putInLine(floor, user, caller, asked);
  if (said === undefined) return { view: { kind: 'none' }, private: false };
  return { view: { kind: 'text', text: said }, private: true };
}

/** Where Azure is asked in people's own names: the page on which they let us, unless they have. */
async function needSignIn({ atHand }: Watchfloor, caller: Caller): Promise<ReplyView | undefined> {
  const { delegations } = atHand;
  if (!delegations || (await isSignedIn(atHand, caller))) return undefined;
  return {
    kind: 'link',
    text: 'Azure is asked in your own name here. Sign in with your work account once, within ten minutes, then ask again. This link is for you alone.',
    label: 'Sign in',
    url: await delegations.begin(caller.id),
  };
}

/** Whether they let us ask in their name, where that is needed. */
export async function isSignedIn({ policy, delegations }: LogsAtHand, { id }: Caller): Promise<boolean> {
  return policy.as === 'bot' || !delegations || (await delegations.has(id));
}

/** The same; returns where the answer goes. */
export async function putInLine(
  floor: Watchfloor,
  user: ChatUser,
  caller: Caller,
  { plan, deed, incident: number, spot }: Asked,
): Promise<Destination & { id: string }> {
  const { policy } = floor.atHand;
  needLogs(floor.atHand);
  const incident = number === undefined ? undefined : (await readFor(floor, caller, number)).incident;
  const { parts, leftOut } = await check(floor, caller, plan);
  const tables = [...new Set(parts.flatMap((part) => part.tables))].sort();
  const aims = { spot, incident, isPrivate: plan.isPrivate, tables };
  const destination = await destinationOf(floor, caller, user, aims);
  const query: NewQuery = {
    id: randomUUID(),
    person: { id: caller.id, name: caller.name, upn: caller.upn },
    deed,
    channel: user.channel,
    chatUser: user.id,
    place: destination.place,
    audience: destination.audience,
    incident: number,
    plan,
    parts,
    tables,
    leftOut,
    identity: policy.as === 'bot' ? 'bot' : caller.id,
    trace: currentTrace(),
    state: parts.some(({ isSearch }) => isSearch) ? 'unconfirmed' : 'waiting',
  };
  if (!(await insertQuery(floor.db, query, { most: mostWaiting, quickMs }))) throw new Refused(tooMany);
  floor.ringQueries();
  if (query.state === 'unconfirmed') floor.ringAnswers();
  else floor.ringAnswers(quickMs);
  return { ...destination, id: query.id };
}
