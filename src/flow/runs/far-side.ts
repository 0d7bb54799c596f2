import { clean } from '../../channels/clean.ts';
import { durationInWords } from '../../channels/run-words.ts';
import { describe, FarSideError, isRetryable, Refused } from '../../errors.ts';
import { type Actor, bot } from '../../incident/incident.ts';
import type { Run } from '../../incident/run.ts';
import { stumbled } from '../../incident/run-course.ts';
import type { Order, Playbook, PlayContext } from '../../playbooks/playbook.ts';
import type { RunPlace } from '../../store/run-messages.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { type Turn, turnRun } from './move.ts';
import { orderFor } from './order.ts';
import { pauseMs } from './wake.ts';

/** One call of a playbook; its own calls are bound in time, too. */
const callMs = 60_000;
/** What is missing is named in full. */
const longest = 500;
/** Of ours: trying again mends a database that restarts, and nothing else. */
const mostFaults = 5;

/** What a playbook is asked about a run, and what becomes of the run by that. */
export interface Deed<Answer> {
  /** Who does it, as the incident tells of it. */
  by: Actor;
  /** So many tries in a row may fail where trying again may help. */
  patience: number;
  ask(play: Playbook, order: Order, context: PlayContext): Promise<Answer>;
  after(run: Run, answer: Answer): Turn | Promise<Turn>;
  /** Where it is told that it takes longer; where it is shown already where absent. */
  places?(): Promise<RunPlace[]>;
  /** It cannot be done; `says` why, and what people can do. */
  giveUp(run: Run, says: string): Turn | Promise<Turn>;
}

/** Asks once. What goes wrong is told on the run: tried again after a while, or given up. */
export async function askFarSide<Answer>(
  floor: Watchfloor,
  run: Run,
  deed: Deed<Answer>,
  ending: AbortSignal,
): Promise<void> {
  try {
    const play = playOf(floor, run);
    const signal = AbortSignal.any([AbortSignal.timeout(callMs), ending]);
    const answer = await deed.ask(play, await orderFor(floor, run), { now: floor.now(), signal });
    await turnRun(floor, run, deed.by, (now) => deed.after(now, answer));
  } catch (error) {
    // Whoever starts next goes on with it.
    if (ending.aborted) return;
    if (run.attempts < patienceWith(error, deed)) return stumble(floor, run, deed, error);
    const says = sentenceOf(floor, run, error);
    await turnRun(floor, run, bot, (now) => deed.giveUp(now, says));
  }
}

function patienceWith(error: unknown, { patience }: Pick<Deed<unknown>, 'patience'>): number {
  if (error instanceof Refused) return 0;
  if (!(error instanceof FarSideError)) return mostFaults;
  return isRetryable(error) ? patience : 0;
}

async function stumble(
  floor: Watchfloor,
  run: Run,
  deed: Pick<Deed<unknown>, 'places'>,
  error: unknown,
): Promise<void> {
  const isFarSides = error instanceof FarSideError;
  const pause = pauseMs(run.attempts, isFarSides ? error.retryAfter : undefined);
  const fields = { run: run.id, reason: isFarSides ? error.reason : 'fault', detail: describe(error), pause };
  floor.log.warn(fields, 'run goes on later');
  const says = `${reasonInWords(error)} Trying again in ${durationInWords(Math.max(1, pause / 60_000))}.`;
  const places = (await deed.places?.()) ?? [];
  await turnRun(floor, run, bot, (now) => ({
    run: stumbled(now, says),
    places,
    nextAt: new Date(floor.now().getTime() + pause).toISOString(),
  }));
}

function playOf({ plays }: Watchfloor, { order }: Run): Playbook {
  const play = plays.all.get(order.play);
  if (!play) throw new Refused(`There is no playbook "${order.play}" any more. Do it by hand.`);
  return play;
}

/** What a person can do about it. */
function sentenceOf(floor: Watchfloor, run: Run, error: unknown): string {
  if (error instanceof Refused) return clean(error.message, longest);
  if (!(error instanceof FarSideError)) {
    floor.log.error(
      { run: run.id, play: run.order.play, reason: describe(error) },
      'run failed by a fault of ours',
    );
    return `${reasonInWords(error)} Its log says more. See in Azure how it stands.`;
  }
  const play = floor.plays.all.get(run.order.play);
  const cure = error.reason === 'auth' && play ? ` It needs ${play.permission}; an admin grants it.` : '';
  return clean(`${reasonInWords(error)}${cure} ${error.message}`, longest);
}

function reasonInWords(error: unknown): string {
  if (!(error instanceof FarSideError)) return 'Something is wrong with Watchfloor itself.';
  switch (error.reason) {
    case 'auth':
      return 'I am not allowed to do that.';
    case 'not-found':
      return 'It is not there any more.';
    case 'conflict':
      return 'Somebody else is changing it.';
    case 'rejected':
      return 'Azure refuses it.';
    case 'rate-limited':
      return 'Azure wants us to wait.';
    case 'unavailable':
    case 'timeout':
      return 'Azure does not answer.';
  }
}
