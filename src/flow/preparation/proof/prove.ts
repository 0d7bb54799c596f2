import { describe, FarSideError } from '../../../errors.ts';
import type { Intent } from '../../../incident/decide.ts';
import { bot } from '../../../incident/incident.ts';
import {
  isOverdue,
  nextStep,
  type Proof,
  type ProofStep,
  type ProofTimes,
  proofKey,
  proofStepInWords,
  secondsOf,
} from '../../../incident/proof.ts';
import { openDraft } from '../../../store/draft.ts';
import { readIncident } from '../../../store/incidents.ts';
import { claimProof, endProof, goOnProof, type ProofTrail, trailOf } from '../../../store/proofs.ts';
import { digestOf } from '../../../store/raw-alerts.ts';
import { save } from '../../../store/save.ts';
import { currentTrace, inSpan } from '../../../trace.ts';
import { change } from '../../change.ts';
import type { Look } from '../../lane.ts';
import { raise } from '../../notice.ts';
import { untilSaved } from '../../until-saved.ts';
import type { Watchfloor } from '../../watchfloor.ts';

const leaseSeconds = 30;
/** Where nothing rings, one that is due is found within this. */
const sweepMs = 2_000;
/** Steps are seen to be done as often as this: no time of a proof is more exact. */
const glanceMs = 250;

/** Goes on with proofs that are under way, a step when it is seen to be done. */
export function openProving(floor: Watchfloor): Look {
  return async () => {
    const by = floor.now().toISOString();
    const due = await claimProof(floor.db, { by, leaseSeconds, replica: floor.replica.id });
    if (!due) return sweepMs;
    const task = () => inSpan('proof', { attributes: { proof: due.number } }, () => goOn(floor, due));
    return { tasks: [task], nextMs: glanceMs };
  };
}

async function goOn(floor: Watchfloor, proof: Proof): Promise<void> {
  const times = { ...proof.times };
  // As far as it goes at once.
  for (let step = nextStep(times); step; step = nextStep(times)) {
    if (!(await isDone(floor, proof, step))) break;
    times[step] = floor.now().toISOString();
  }
  const missing = nextStep(times);
  if (missing === undefined) return succeed(floor, proof, times);
  const limit = floor.preparation?.policy.proof.withinSeconds ?? 60;
  const now = floor.now();
  if (isOverdue({ times }, now.toISOString(), limit)) return fail(floor, proof, times, missing);
  const nextAt = new Date(now.getTime() + glanceMs).toISOString();
  await goOnProof(floor.db, proof.number, { times, nextAt });
}

/** Does the step where it is ours to do, and tells whether it is done. Asked again it does nothing twice. */
async function isDone(floor: Watchfloor, proof: Proof, step: ProofStep): Promise<boolean> {
  if (step === 'accepted') return accept(floor, proof);
  const trail = await trailOf(floor.db, proof.number);
  if (!trail) return false;
  const { cards } = trail;
  switch (step) {
    case 'opened':
      return true;
    case 'posted':
      return proof.rooms.every((room) => cards.some((card) => card.isPosted && isIn(card, room)));
    case 'read':
      return readBack(floor, trail);
    case 'decided':
      await decide(floor, trail.incident, { type: 'acknowledge' });
      return true;
    case 'edited':
      return cards.every(({ isBehind }) => !isBehind);
    case 'held':
      return trail.isHeld;
  }
}

async function accept(floor: Watchfloor, { number, rooms, dueAt }: Proof): Promise<boolean> {
  const body = { id: proofKey(number), rooms, at: dueAt };
  await floor.accept([
    {
      source: 'proof',
      via: 'part',
      body: JSON.stringify(body),
      digest: digestOf(body),
      observedAt: undefined,
      trace: currentTrace(),
    },
  ]);
  return true;
}

const isIn = (
  card: Pick<ProofTrail['cards'][number], 'channel' | 'conversation'>,
  room: Proof['rooms'][number],
): boolean => card.channel === room.channel && card.conversation === room.conversation;

/** Looked for as a post in doubt is. Teams gives a bot no way to look: there the answer to the post has to do. */
async function readBack(floor: Watchfloor, { cards }: ProofTrail): Promise<boolean> {
  for (const { id, channel, conversation } of cards) {
    const find = floor.channels.get(channel)?.find;
    if (!find) continue;
    try {
      if (!(await find(conversation, id, undefined))) return false;
    } catch (error) {
      if (!(error instanceof FarSideError)) throw error;
      floor.log.warn({ channel, reason: describe(error) }, 'card of a proof not read back');
      return false;
    }
  }
  return true;
}

async function decide(floor: Watchfloor, id: number, intent: Intent): Promise<void> {
  await untilSaved(async () => {
    const stored = await readIncident(floor.db, id);
    if (!stored) return;
    const { status } = stored.incident;
    // Before a fall it was decided already, or a person was faster.
    if (status === 'closed' || (intent.type === 'acknowledge' && status !== 'new')) return;
    const draft = openDraft(currentTrace());
    change(floor, draft, stored.incident, intent, bot);
    await save(floor.db, draft);
  });
  floor.ringDeliver();
  floor.ringWriteBack();
}

/** Its incident is closed: nothing that is made up is left lying. */
async function clear(floor: Watchfloor, number: number, comment: string): Promise<void> {
  const trail = await trailOf(floor.db, number);
  if (!trail || trail.isClosed) return;
  const closing = { classification: 'undetermined', reason: undefined, comment } as const;
  await decide(floor, trail.incident, { type: 'close', closing, contained: 'keep' });
}

async function succeed(floor: Watchfloor, proof: Proof, times: ProofTimes): Promise<void> {
  await clear(floor, proof.number, 'It arrived.');
  if (!(await endProof(floor.db, proof.number, { times, missing: undefined }))) return;
  floor.telemetry.countProof('delivered');
  for (const { step, seconds } of secondsOf({ times })) floor.telemetry.timeToProof(step, seconds);
}

async function fail(floor: Watchfloor, proof: Proof, times: ProofTimes, missing: ProofStep): Promise<void> {
  const last = secondsOf({ times }).at(-1);
  const until = last ? `Until then: ${proofStepInWords[last.step]}, after ${last.seconds.toFixed(1)} s.` : '';
  floor.log.error({ proof: proof.number, missing }, 'delivery is not proven');
  await clear(floor, proof.number, `It did not arrive: missing was that ${proofStepInWords[missing]}.`);
  await raise(
    floor,
    {
      type: 'delivery-unproven',
      title: `A made-up alert did not arrive: not seen that ${proofStepInWords[missing]}`,
      description:
        `${until} Real alerts may be late or lost in the same way. The command proof shows the last ones.`.trim(),
      target: missing,
    },
    `proof-${proof.number}`,
  );
  if (!(await endProof(floor.db, proof.number, { times, missing }))) return;
  floor.telemetry.countProof('missing');
}
