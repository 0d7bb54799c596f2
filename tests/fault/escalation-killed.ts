import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { Call } from '../../src/incident/escalation.ts';
import { openDatabase } from '../../src/store/database.ts';
import { readDeeds } from '../../src/store/escalation-audit.ts';
import type { TestDatabase } from '../support/databases.ts';
import type { Dice } from './acts.ts';
import { readRooms } from './cards.ts';
import { begin, type Ledger, look, openLedger } from './ledger.ts';
import { typeUntilTold } from './presses.ts';
import { bodyOf } from './pushes.ts';
import type { Tally } from './settle.ts';
import { openStage, type Stage } from './stage.ts';

/** Seconds in place of minutes, so that kills fall between a call's being due, written down and told. */
const settings = {
  escalation: {
    policies: [
      {
        name: 'drill',
        limits: [{ acknowledge: '3s', remediate: '1h' }],
        chain: [
          { limit: 'acknowledge', after: '3s', whom: 'on-call', how: ['direct', 'mention', 'page'] },
          { limit: 'acknowledge', after: '9s', whom: 'second', how: ['direct', 'mention', 'page'] },
          { limit: 'acknowledge', after: '15s', whom: 'lead', how: ['direct', 'mention'] },
        ],
      },
    ],
  },
};
const steps = settings.escalation.policies[0]?.chain.length ?? 0;
const patienceMs = 120_000;
/** What is late, or doubled late, comes within this. */
const quietMs = 20_000;

/**
 * SIGKILL `points` times while calls are due. In the end every incident that nobody took went through its whole chain, in
 * order, and each call that is on record stands exactly once where it was to be read, and once at the paging service.
 */
export async function killEscalationsAtAnyPoint(
  database: TestDatabase,
  roll: Dice,
  points: number,
): Promise<Tally> {
  const stage = await openStage(database, { settings });
  const ledger = openLedger();
  let taken = 0;
  try {
    for (let point = 0; point < points; point += 1) {
      if (point % 2 === 0) await appearGravely(stage, ledger, roll);
      const act = roll(3) === 0 ? takeOne(stage, ledger, roll) : undefined;
      await sleep(roll(2) === 0 ? roll(300) : roll(4_000));
      await stage.replica.kill();
      if (await act) taken += 1;
      await stage.replica.start();
      await look(stage, ledger);
    }
    await untilAllAreCalled(stage);
    await look(stage, ledger);
    await stage.replica.kill();
    return await count(stage, database, ledger, `${points} kills, ${taken} taken`);
  } finally {
    await stage.close();
  }
}

async function appearGravely(stage: Stage, ledger: Ledger, roll: Dice): Promise<void> {
  const story = begin(ledger, 'defender', randomUUID());
  ledger.stories.push(story);
  const body = bodyOf(story, roll, ['High']);
  await stage.control('POST', '/alerts', { source: 'defender', body, push: true }).catch(() => {});
}

/** Whether somebody was told that it is theirs; where not, it may be all the same. */
async function takeOne(stage: Stage, { stories }: Ledger, roll: Dice): Promise<boolean> {
  const open = stories.filter(({ name, may }) => name && may.join() === 'open');
  const story = open[roll(open.length)];
  if (!story) return false;
  await typeUntilTold(stage, story, `take ${story.name}`, 'taken', 'is yours');
  return story.may[0] === 'taken';
}

/** Until nobody is called any more: the chain's longest pause, and what a busy platform takes, is well within. */
async function untilAllAreCalled(stage: Stage): Promise<void> {
  const end = Date.now() + patienceMs;
  let known = -1;
  let since = Date.now();
  while (Date.now() < end && Date.now() - since < quietMs) {
    const { length } = await callsIn(stage);
    if (length !== known) since = Date.now();
    known = length;
    await sleep(1_000);
  }
}

/** A message that calls somebody: whose direct chat it stands in, or in which room under the incident's card. */
interface Shown {
  name: string;
  place: string;
}

async function callsIn(stage: Stage): Promise<Shown[]> {
  const { slack, teams } = await readRooms(stage);
  return [...slack, ...teams]
    .filter(({ text }) => /needs you|(is|are) called/.test(text))
    .map(({ name, conversation }) => ({ name, place: chatOf(conversation) ?? conversation }));
}

/** Of whom it is the direct chat, in Slack or in Teams: each is called in the first that lets us in. */
function chatOf(conversation: string): string | undefined {
  const [, who] = /^(?:D0|a:1)(\w+)$/i.exec(conversation) ?? [];
  return who && `the chat of ${who.toLowerCase()}`;
}

async function count(
  stage: Stage,
  database: TestDatabase,
  { stories }: Ledger,
  done: string,
): Promise<Tally> {
  const shown = await callsIn(stage);
  const { calls } = await stage.control<{ calls: { key: string; triggers: number }[] }>('GET', '/paging');
  const { db, close } = await openDatabase({ ...database, log: pino({ level: 'silent' }) });
  const tally: Tally = {
    done,
    alerts: stories.length,
    cards: stories.filter(({ name }) => name).length,
    lost: 0,
    doubledInSlack: 0,
    doubledInTeams: 0,
    acknowledgements: stories.filter(({ may }) => may[0] === 'taken').length,
    acknowledgementsLost: 0,
    violations: [],
    printed: stage.printed().slice(-4_000),
  };
  try {
    for (const { name = 'an incident without a card', may } of stories) {
      const events = await readDeeds(db, Number(name.replace('INC-', '')));
      const made = events.filter((event) => event.type === 'escalated');
      const order = made.map(({ step }) => step);
      const isTaken = may.length > 1 || may[0] === 'taken';
      const whole = Array.from({ length: isTaken ? order.length : steps }, (_, place) => place + 1);
      if (order.join() !== whole.join())
        tally.violations.push(`${name} was escalated in the steps ${order.join(', ')}`);
      for (const [place, wanted] of placesOf(made)) {
        const there = shown.filter((one) => one.name === name && one.place === place).length;
        // A call that was not told yet is not told any more once somebody has it.
        if (there < wanted && !isTaken) {
          tally.lost += wanted - there;
          tally.violations.push(`${name}: ${there} of ${wanted} calls stand in ${place}`);
        }
        if (there <= wanted) continue;
        if (place !== 'C0SOC') tally.doubledInTeams += there - wanted;
        else tally.doubledInSlack += there - wanted;
      }
      const paged = calls.find(({ key }) => key === `watchfloor-${name}`)?.triggers ?? 0;
      const wanted = made.filter(({ how }) => how.includes('page')).length;
      if (isTaken ? paged > wanted : paged === 0)
        tally.violations.push(`${name}: ${wanted} calls at the paging service became ${paged}`);
    }
  } finally {
    await close();
  }
  return tally;
}

/** How many messages are to stand where: in the direct chats of those who are called, and under the card in both rooms. */
function placesOf(made: Call[]): Map<string, number> {
  const places = new Map<string, number>();
  const add = (place: string) => places.set(place, (places.get(place) ?? 0) + 1);
  for (const { how, to } of made) {
    if (how.includes('direct'))
      for (const { name } of to) add(`the chat of ${name.split(' ', 1)[0]?.toLowerCase()}`);
    if (!how.includes('mention')) continue;
    add('C0SOC');
    add('19:soc@thread.tacv2');
  }
  return places;
}
