import { randomUUID } from 'node:crypto';
import type { dice } from '../support/dice.ts';
import { objectsIn, sentences, submitInSlack } from '../support/hands.ts';
import { readRooms, type Shown } from './cards.ts';
import { begin, type Ledger, look, type Stand, type Story } from './ledger.ts';
import { hold, pressInSlack, typeUntilTold, wasTold } from './presses.ts';
import { bodyOf, isStored } from './pushes.ts';
import type { Stage } from './stage.ts';

/** Numbers that a seed gives again. */
export type Dice = ReturnType<typeof dice>;

/**
 * What vendors and people do. None throws because the product is away: the ledger then holds that nobody was
 * told. Each gives what was done, in a word.
 */
export type Act = (stage: Stage, ledger: Ledger, roll: Dice) => Promise<string>;

/** Any of them; what needs a card comes as a new alert where there is none. */
export const actAtRandom: Act = (stage, ledger, roll) => {
  const acts: Act[] = [appearAndPush, appear, pushOnly, take, take, takeInTeams, typeTake, typeClose];
  acts.push(closeInDialog, raiseInPortal);
  return (acts[roll(acts.length)] ?? appear)(stage, ledger, roll);
};

/** It is in Azure, where a poll finds it. */
export const appear: Act = async (stage, ledger, roll) => {
  const story = begin(ledger, roll(3) === 0 ? 'sentinel' : 'defender', randomUUID());
  ledger.stories.push(story);
  await stage.control('POST', '/alerts', { source: story.source, body: bodyOf(story, roll) });
  return 'poll';
};

/** It is in Azure, which also tells of it. */
export const appearAndPush: Act = async (stage, ledger, roll) => {
  const story = begin(ledger, roll(3) === 0 ? 'sentinel' : 'defender', randomUUID());
  ledger.stories.push(story);
  const { source } = story;
  // That it could not be pushed is the fault we look for: the poll finds it.
  await stage.control('POST', '/alerts', { source, body: bodyOf(story, roll), push: true }).catch(() => {});
  return 'push and poll';
};

/** Only the push tells of it, as when Azure's list is hours behind. */
export const pushOnly: Act = async (stage, ledger, roll) => {
  const story = begin(ledger, 'defender', undefined);
  const push = { story, source: 'defender', body: JSON.stringify(bodyOf(story, roll)) };
  // Counts at once, so that two at a time do not get one number.
  ledger.unheard.push(push);
  if (await isStored(stage, push)) {
    ledger.unheard.splice(ledger.unheard.indexOf(push), 1);
    ledger.stories.push(story);
  }
  return 'push';
};

/** A button in Slack. What it does is told in a message to the presser alone, or shows on the card. */
export const take: Act = async (stage, ledger, roll) => {
  const found = await choose(stage, ledger, roll, 'open');
  if (!found?.slack) return appear(stage, ledger, roll);
  found.story.may.push('taken');
  const pressed = await pressInSlack(stage, found.slack, 'take');
  if (pressed?.status === 200 && (await wasTold(stage, `${found.story.name} is yours`)))
    hold(found.story, 'taken');
  return 'press in Slack';
};

export const takeInTeams: Act = async (stage, ledger, roll) => {
  const found = await choose(stage, ledger, roll, 'open');
  if (!found?.teams) return appear(stage, ledger, roll);
  found.story.may.push('taken');
  const { conversation, id, raw } = found.teams;
  const action = objectsIn(raw).find((e) => e.verb === 'watchfloor/take');
  const answer = await stage
    .control<{ status: number; body?: unknown }>('POST', '/teams/press', {
      as: 'adam',
      conversation,
      activity: id,
      verb: 'watchfloor/take',
      data: action?.data ?? {},
    })
    .catch(() => undefined);
  if (answer?.status === 200 && /has it/.test(sentences(answer.body))) hold(found.story, 'taken');
  return 'press in Teams';
};

export const typeTake: Act = async (stage, ledger, roll) => {
  const found = await choose(stage, ledger, roll, 'open');
  if (!found) return appear(stage, ledger, roll);
  await typeUntilTold(stage, found.story, `take ${found.story.name}`, 'taken', 'is yours');
  return 'typed take';
};

export const typeClose: Act = async (stage, ledger, roll) => {
  const found = await choose(stage, ledger, roll, 'taken');
  if (!found) return appear(stage, ledger, roll);
  await typeUntilTold(
    stage,
    found.story,
    `close ${found.story.name} tp`,
    'closed',
    'is closed as true positive',
  );
  return 'typed close';
};

export const closeInDialog: Act = async (stage, ledger, roll) => {
  const found = await choose(stage, ledger, roll, 'taken');
  if (!found?.slack) return appear(stage, ledger, roll);
  const pressed = await pressInSlack(stage, found.slack, 'close');
  if (!pressed?.view) return 'opened dialog';
  found.story.may.push('closed');
  const choice = { ending: { choice: 'true-positive/suspicious-activity' } };
  const answer = await submitInSlack(stage, 'adam', pressed.view, choice).catch(() => undefined);
  // An empty 200 closes the dialog; it also comes when the work takes longer than Slack waits.
  const closed = answer?.status === 200 && (await wasTold(stage, `${found.story.name} is closed`));
  if (closed) hold(found.story, 'closed');
  return 'closed in dialog';
};

/** A colleague raises the severity in Sentinel's portal. */
export const raiseInPortal: Act = async (stage, ledger, roll) => {
  const calm = ledger.stories.filter(
    ({ source, raised, may }) => source === 'sentinel' && !raised && may.length === 1 && may[0] !== 'closed',
  );
  const story = calm[roll(calm.length)];
  if (!story) return appear(stage, ledger, roll);
  const change = { as: 'lena', properties: { severity: 'High' } };
  story.raised = await stage.control('PATCH', `/azure/incidents/${story.alert}`, change).then(
    () => true,
    () => false,
  );
  return 'portal change';
};

/** A story of which everybody knows where it stands, with its cards. */
async function choose(
  stage: Stage,
  ledger: Ledger,
  roll: Dice,
  stand: Stand,
): Promise<{ story: Story; slack: Shown | undefined; teams: Shown | undefined } | undefined> {
  const sure = ledger.stories.filter(
    ({ name, alert, may }) => name && alert !== undefined && may.length === 1 && may[0] === stand,
  );
  const story = sure[roll(sure.length)];
  if (!story) return undefined;
  const { slack, teams } = await readRooms(stage);
  const offers = (text: string) => (shown: Shown) =>
    shown.name === story.name && !shown.thread && JSON.stringify(shown.raw).includes(text);
  const verb = stand === 'open' ? 'take' : 'close';
  return {
    story,
    slack: slack.find(offers(`"incident:${verb}"`)),
    teams: teams.find(offers(`"watchfloor/${verb}"`)),
  };
}

/** Acts one after the other begins, `everyMs` apart, whether or not the ones before have ended. */
export async function keepActing(
  stage: Stage,
  ledger: Ledger,
  roll: Dice,
  { milliseconds, everyMs, acts }: { milliseconds: number; everyMs: number; acts: readonly Act[] },
): Promise<number> {
  const begun: Promise<string>[] = [];
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    const act = acts[roll(acts.length)] ?? appear;
    begun.push(act(stage, ledger, roll));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    if (begun.length % 5 === 0) await look(stage, ledger);
  }
  await Promise.all(begun);
  return begun.length;
}
