import type { Channel, ChannelName, Ref } from '../../channels/channel.ts';
import { existenceInWords, hang, isHidden, isMasked } from '../../channels/clearance.ts';
import type { PageView } from '../../channels/page-view.ts';
import { veilPage } from '../../channels/veil-page.ts';
import { FarSideError, isRetryable, isInDoubt as mayHavePosted } from '../../errors.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import { maySee, type People } from '../../people/people.ts';
import { readIncident } from '../../store/incidents.ts';
import {
  beginNoticePost,
  claimNotices,
  type DueNotice,
  giveUpNotice,
  longestNoticePauseSeconds,
  type NoticeKind,
  passNotice,
  postponeNotice,
  recordNotice,
  unneeded,
  unseen,
} from '../../store/notices.ts';
import { cardIn } from '../../store/run-messages.ts';
import { inSpan } from '../../trace.ts';
import { audienceAlone, audienceIn } from '../audience.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { chatOf, mentionsIn } from './whereto.ts';

/** Longer than asking the directory, opening a chat, looking for a post in doubt and posting take together. */
const leaseSeconds = 120;
/** After a start people may be unknown for as long as the directory does not answer. */
const untilKnownSeconds = 15;
/** Where nothing rings, what another replica left is found within this. */
const sweepMs = 1_000;

/** Finds messages that do not say what their notice says, and posts or edits each. */
export function openNotices(floor: Watchfloor, people: People): Look {
  return async (room) => {
    const found = await claimNotices(floor.db, { limit: room, leaseSeconds, replica: floor.replica.id });
    const tasks = found.map((due) => () => traced(floor, people, due));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

function traced(floor: Watchfloor, people: People, due: DueNotice): Promise<void> {
  const attributes = { kind: due.kind, notice: due.key };
  return inSpan('notice', { parent: due.trace, attributes }, () => send(floor, people, due));
}

async function send(floor: Watchfloor, people: People, due: DueNotice): Promise<void> {
  if (!(await knowsAll(people, due)))
    return postponeNotice(floor.db, due.id, { pauseSeconds: untilKnownSeconds, maybePosted: due.inDoubt });
  const chat = await chatOf(floor, people, due);
  const channel = chat && floor.channels.get(chat.channel);
  if (!channel) return giveUp(floor, due, 'nobody can be reached there');
  const stored = due.incident === undefined ? undefined : await readIncident(floor.db, due.incident);
  // It is in an archive since: who may read of it nobody knows any more.
  if (due.incident !== undefined && !stored) return giveUp(floor, due, unneeded);
  try {
    const posted = due.ref ?? (await findPosted(floor, channel, due));
    // Looked at when it is said, not when it was written: the chat may have been out meanwhile.
    if (!posted && due.whileStatus && due.whileStatus !== stored?.incident.status)
      return await giveUp(floor, due, unneeded);
    const place = { channel: channel.name, conversation: chat.place };
    const { page, isBare } = pageFor(floor, people, due, stored?.incident, place);
    if (!posted && isBare) return await giveUp(floor, due, unseen);
    const to = isBare ? [] : await mentionsIn(people, channel.name, due.calls);
    if (posted) await channel.updatePage(posted, page, to);
    const ref = posted ?? (await post(floor, channel, due, chat.place, page, to));
    await recordNotice(floor.db, due, ref, floor.now());
    floor.ringNotices();
  } catch (error) {
    // A fault of ours or of the database leaves the lease standing, which is a pause as good as any.
    if (!(error instanceof FarSideError)) throw error;
    await recover(floor, due, `${channel.name} ${chat.place}`, error);
  }
}

/** Whether whoever it is for, and whom it mentions, is known, as far as anybody will be; what names nobody waits for no directory. */
async function knowsAll(people: People, { personId, calls }: DueNotice): Promise<boolean> {
  const named = personId === undefined ? calls : [personId, ...calls];
  return named.length === 0 || (await people.settled()) || named.every((id) => people.byId(id));
}

interface Shown {
  page: PageView;
  /** They may not see what is said: nothing is posted, and what stands there already is taken back. */
  isBare: boolean;
}

/** As whoever reads it there may. It may be for named people only since it was written. */
function pageFor(
  floor: Watchfloor,
  people: People,
  { kind, personId, page }: DueNotice,
  incident: Incident | undefined,
  place: { channel: ChannelName; conversation: string },
): Shown {
  if (!incident) return { page, isBare: false };
  const person = people.byId(personId ?? '');
  // Only a chat that is proven to be theirs is written into.
  const caller = person && ({ ...person, assurance: 'full', because: '' } as const);
  const audience = caller ? audienceAlone(floor, caller, place.channel, incident) : audienceIn(floor, place);
  const isFit = !caller && incident.restrictedTo === undefined && drawnForItsRoom.includes(kind);
  if ((caller && !maySee(caller, incident)) || (!isFit && isHidden(incident, audience)))
    return { page: barePage(incident), isBare: true };
  return { page: isMasked(audience) ? veilPage(page, hang(incident, audience)) : page, isBare: false };
}

/** Somebody chose these rooms, and what they read was drawn for them: it says no more than a room that is told little may read. */
const drawnForItsRoom: NoticeKind[] = ['update', 'clock'];

function barePage(incident: Incident): PageView {
  const title = `${incidentName(incident.id)} · ${existenceInWords(incident)}`;
  return { title, subtitle: '', tone: 'plain', facts: [], sections: [], buttons: [], fallback: title };
}

async function post(
  floor: Watchfloor,
  channel: Channel,
  due: DueNotice,
  place: string,
  page: PageView,
  to: { userId: string; name: string }[],
): Promise<Ref> {
  const conversation = due.conversation ?? (await channel.direct(place));
  const card = await cardOf(floor, due, channel.name, conversation);
  await beginNoticePost(floor.db, due.id, { channel: channel.name, place, conversation });
  return channel.postPage({ conversation, thread: card?.message }, page, due.id, to);
}

async function cardOf(
  { db }: Watchfloor,
  { inThread, incident }: DueNotice,
  channel: string,
  conversation: string,
): Promise<Ref | undefined> {
  return inThread && incident !== undefined ? cardIn(db, incident, channel, conversation) : undefined;
}

/** A post that may have happened is looked for before posting again. */
async function findPosted(floor: Watchfloor, channel: Channel, due: DueNotice): Promise<Ref | undefined> {
  if (!due.inDoubt || !due.conversation) return undefined;
  const card = await cardOf(floor, due, channel.name, due.conversation);
  const found = await channel.find?.(due.conversation, due.id, card);
  floor.telemetry.countInDoubt(channel.name, found ? 'found' : 'posted');
  return found;
}

async function giveUp(floor: Watchfloor, due: DueNotice, failure: string): Promise<void> {
  const level = failure === unneeded ? 'info' : 'warn';
  floor.log[level]({ notice: due.key, kind: due.kind, reason: failure }, 'notice not sent');
  await giveUpNotice(floor.db, due, failure);
}

async function recover(floor: Watchfloor, due: DueNotice, chat: string, error: FarSideError): Promise<void> {
  const fields = { notice: due.key, chat, reason: error.reason, detail: error.message };
  if (isRetryable(error) || error.isOurs) {
    const pauseSeconds = Math.min(
      longestNoticePauseSeconds,
      (error.retryAfter ?? 500 * 2 ** Math.min(due.attempts, 12)) / 1_000,
    );
    floor.log.warn({ ...fields, pauseSeconds }, 'notice not sent yet');
    const maybePosted = due.inDoubt || mayHavePosted(error);
    await postponeNotice(floor.db, due.id, { pauseSeconds, maybePosted });
    return floor.ringNotices(1_000 * pauseSeconds);
  }
  if (due.personId !== undefined && !due.ref) {
    floor.log.info(fields, 'that chat does not let us in');
    await passNotice(floor.db, due.id, chat);
    return floor.ringNotices();
  }
  // What somebody deleted is not said again.
  await giveUp(floor, due, error.reason);
}
