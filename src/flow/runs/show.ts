import type { Channel } from '../../channels/channel.ts';
import { type Audience, isHidden, unlisted } from '../../channels/clearance.ts';
import { drawRun } from '../../channels/run.ts';
import type { RunView } from '../../channels/run-view.ts';
import { FarSideError, isRetryable, isInDoubt as mayHavePosted } from '../../errors.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Run } from '../../incident/run.ts';
import { maySee, type People } from '../../people/people.ts';
import {
  beginRunPost,
  cardIn,
  claimRunMessages,
  type DueRunMessage,
  forgetRunMessage,
  giveUpRunMessage,
  longestPauseSeconds,
  postponeRunMessage,
  recordRunMessage,
} from '../../store/run-messages.ts';
import { readRun } from '../../store/runs.ts';
import { inSpan } from '../../trace.ts';
import { audienceAlone, audienceIn } from '../audience.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { incidentOf } from './move.ts';

/** Longer than opening a chat, looking for a post in doubt and posting take together. */
const leaseSeconds = 60;
/** Where nothing rings, what another replica left is found within this. */
const sweepMs = 1_000;

/** Finds messages that do not show how their run is now, and posts or edits each. */
export function openShowingRuns(floor: Watchfloor, people: People): Look {
  return async (room) => {
    const found = await claimRunMessages(floor.db, {
      limit: room,
      leaseSeconds,
      replica: floor.replica.id,
    });
    const tasks = found.map((due) => () => traced(floor, people, due));
    return { tasks, nextMs: tasks.length === room ? 0 : sweepMs };
  };
}

function traced(floor: Watchfloor, people: People, due: DueRunMessage): Promise<void> {
  const attributes = { run: due.runId, channel: due.channel };
  return inSpan('show run', { parent: due.trace, attributes }, () => show(floor, people, due));
}

async function show(floor: Watchfloor, people: People, due: DueRunMessage): Promise<void> {
  const channel = floor.channels.get(due.channel);
  const run = await readRun(floor.db, due.runId);
  if (!channel || !run) return giveUpRunMessage(floor.db, due);
  const { incident } = await incidentOf(floor.db, run);
  const audience = audienceOf(floor, people, incident, due);
  const view = drawRun(run, incident, audience, floor.now().toISOString());
  try {
    const ref = due.ref ?? (await findPosted(floor, channel, due, run));
    if (ref) await channel.updateRun(ref, view);
    // Where no more may be told than that it exists nobody needs a message; one from before is taken back.
    else if (isHidden(incident, audience)) return giveUpRunMessage(floor.db, due);
    const shown = ref ?? (await post(floor, channel, due, run, view));
    await recordRunMessage(floor.db, due, shown);
    floor.ringRuns();
  } catch (error) {
    // A fault of ours or of the database leaves the lease standing, which is a pause as good as any.
    if (!(error instanceof FarSideError)) throw error;
    await recover(floor, due, error);
  }
}

/** Who reads it there. The incident may have become one for named people only since. */
function audienceOf(floor: Watchfloor, people: People, incident: Incident, due: DueRunMessage): Audience {
  const channel = due.channel === 'slack' ? 'slack' : 'teams';
  if (!due.isDirect) return audienceIn(floor, { channel, conversation: due.place });
  const person = people.byId(due.personId ?? '');
  // Only a chat that is proven to be theirs is written into.
  const caller = person && ({ ...person, assurance: 'full', because: '' } as const);
  return caller && maySee(caller, incident) ? audienceAlone(floor, caller, channel, incident) : unlisted;
}

async function post(floor: Watchfloor, channel: Channel, due: DueRunMessage, run: Run, view: RunView) {
  const conversation = due.conversation ?? (await channel.direct(due.place));
  const card = due.inThread ? await cardIn(floor.db, run.incident, due.channel, conversation) : undefined;
  await beginRunPost(floor.db, due, conversation);
  return channel.postRun({ conversation, thread: card?.message }, view, due.runId, isLoud(run));
}

/** Somebody else has to decide, or will once it is known how things are. */
const isLoud = ({ state, need }: Run): boolean =>
  need !== 'own' && (state === 'requested' || state === 'awaiting-approval');

/** A post that may have happened is looked for before posting again. */
async function findPosted(floor: Watchfloor, channel: Channel, due: DueRunMessage, run: Run) {
  if (!due.inDoubt || !due.conversation) return undefined;
  const card = due.inThread ? await cardIn(floor.db, run.incident, due.channel, due.conversation) : undefined;
  const found = await channel.find?.(due.conversation, due.runId, card);
  floor.telemetry.countInDoubt(channel.name, found ? 'found' : 'posted');
  return found;
}

async function recover(floor: Watchfloor, due: DueRunMessage, error: FarSideError): Promise<void> {
  const fields = { run: due.runId, channel: due.channel, reason: error.reason, detail: error.message };
  if (isRetryable(error) || error.isOurs) {
    const pauseSeconds = Math.min(
      longestPauseSeconds,
      (error.retryAfter ?? 500 * 2 ** Math.min(due.attempts, 12)) / 1_000,
    );
    floor.log.warn({ ...fields, pauseSeconds }, 'run not shown yet');
    await postponeRunMessage(floor.db, due, {
      pauseSeconds,
      maybePosted: due.inDoubt || mayHavePosted(error),
    });
    return floor.ringRuns(1_000 * pauseSeconds);
  }
  if (due.ref) {
    floor.log.info(fields, 'the message of a run is gone, and is posted anew');
    await forgetRunMessage(floor.db, due);
    return floor.ringRuns();
  }
  floor.log.warn(fields, 'run cannot be shown there');
  await giveUpRunMessage(floor.db, due);
}
