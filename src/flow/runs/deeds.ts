import { clean } from '../../channels/clean.ts';
import { clockTime } from '../../channels/run-words.ts';
import { Refused } from '../../errors.ts';
import { type Actor, bot } from '../../incident/incident.ts';
import type { Requester, Run } from '../../incident/run.ts';
import { failed, looked, succeeded, undoFailed, undone, wentOn } from '../../incident/run-course.ts';
import type { People } from '../../people/people.ts';
import type { Prospect, Step } from '../../playbooks/playbook.ts';
import type { Watchfloor } from '../watchfloor.ts';
import type { Deed } from './far-side.ts';
import { incidentOf, type Turn } from './move.ts';
import { exactly } from './note.ts';
import { placesOf } from './places.ts';
import { decision } from './request.ts';
import { lookAgainMs } from './wake.ts';

/** Nobody waits longer to see what it would come to. */
const mostLooks = 5;
/** About a quarter of an hour of an outage. */
const mostAttempts = 14;
/** Defender for Endpoint goes on trying for three days; what takes longer than this has been forgotten. */
const longestDays = 7;

/** Sees how things are, and shows what it comes to; whoever may decide is shown it. */
export function lookOf(floor: Watchfloor, people: People, asked: Run): Deed<Prospect> {
  return {
    by: actorOf(asked.requestedBy),
    patience: mostLooks,
    places: () => placesOf(floor, people, asked),
    ask: (play, order, context) => play.look(order, context),
    async after(run, { facts, warning, memory }) {
      const found = {
        facts: facts
          .slice(0, 6)
          .map(({ label, value }) => ({ label: clean(label, 60), value: clean(value, 200) })),
        warning: clean(warning, 400),
        memory,
      };
      const after = looked(run, found, await weighAnew(floor, run));
      const places = await placesOf(floor, people, after);
      return { run: after, places, moves: [{ move: 'requested', note: exactly(after) }] };
    },
    giveUp: async (run, says) => ({
      ...fail(floor, run, says),
      places: await placesOf(floor, people, run),
    }),
  };
}

export function actOf(floor: Watchfloor): Deed<Step> {
  return {
    by: bot,
    patience: mostAttempts,
    ask: (play, order, context) => play.act(order, context),
    after(run, step): Turn {
      switch (step.state) {
        case 'under-way':
          return goOn(floor, run, step) ?? fail(floor, run, tooLong);
        case 'done': {
          const at = floor.now().toISOString();
          const says = clean(step.says, 300);
          const after = succeeded(run, { says, ...whatCameOf(run, step) }, at);
          const ends = after.endsAt ? ` It ends by itself at ${clockTime(after.endsAt, at)}.` : '';
          return { run: after, moves: [{ move: 'succeeded', note: `${says}${ends}` }] };
        }
        case 'failed':
          return fail(floor, run, clean(step.says, 300), whatCameOf(run, step));
      }
    },
    giveUp: (run, says) => fail(floor, run, says),
  };
}

/** What stands is taken back however long the far side is away. */
export function undoOf(floor: Watchfloor): Deed<Step> {
  return {
    by: bot,
    patience: Number.POSITIVE_INFINITY,
    async ask(play, order, context) {
      if (!play.undo) throw new Refused(`Nothing takes back "${play.title}" any more.`);
      return play.undo(order, context);
    },
    after(run, step): Turn {
      const says = clean(step.says, 300);
      switch (step.state) {
        case 'under-way':
          return goOn(floor, run, step) ?? failUndo(run, tooLong);
        case 'done':
          return { run: undone(run, says), moves: [{ move: 'undone', note: says }] };
        case 'failed':
          return failUndo(run, says);
      }
    },
    giveUp: failUndo,
  };
}

/** Whose yes it needs by what is known now; what it was said to need where the playbook is gone. */
async function weighAnew(floor: Watchfloor, run: Run): Promise<Pick<Run, 'need' | 'because'>> {
  const play = floor.plays.all.get(run.order.play);
  const { incident } = await incidentOf(floor.db, run);
  return play ? decision(floor, incident, { play, target: run.order.target, by: run.requestedBy }) : run;
}

function fail(
  floor: Watchfloor,
  run: Run,
  says: string,
  came: Partial<Pick<Run, 'outputs' | 'memory'>> = {},
): Turn {
  const after = failed(run, { says, ...came }, floor.now().toISOString());
  return { run: after, moves: [{ move: 'failed', note: says }] };
}

function failUndo(run: Run, says: string): Turn {
  return { run: undoFailed(run, says), moves: [{ move: 'undo-failed', note: says }] };
}

const tooLong = `It has come to no end for ${longestDays} days. See in Azure how it stands.`;

/** It is looked again in a while; `undefined` where it has taken too long. */
function goOn(
  floor: Watchfloor,
  run: Run,
  { says, handle, againMs }: Extract<Step, { state: 'under-way' }>,
): Turn | undefined {
  const now = floor.now().getTime();
  const since =
    now - Date.parse((run.state === 'reversing' ? run.undo?.at : run.startedAt) ?? run.requestedAt);
  if (since > longestDays * 86_400_000) return undefined;
  const nextAt = new Date(now + lookAgainMs(since, againMs)).toISOString();
  return { run: wentOn(run, { says: clean(says, 300), handle }), nextAt };
}

/** What it gave back, cut. */
function whatCameOf(
  run: Run,
  { outputs = [], memory = run.memory }: Extract<Step, { state: 'done' | 'failed' }>,
): Pick<Run, 'outputs' | 'memory'> {
  return {
    memory,
    outputs: outputs
      .slice(0, 3)
      .map((output) =>
        'url' in output
          ? { label: clean(output.label, 60), url: output.url }
          : { label: clean(output.label, 60), text: clean(output.text, 4_000) },
      ),
  };
}

/** On the record it is asked for by whoever did, and of a rule by us. */
function actorOf(requestedBy: Requester): Actor {
  return requestedBy.kind === 'person' ? requestedBy : bot;
}
