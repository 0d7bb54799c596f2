import { appearAndPush } from './acts.ts';
import { cardsIn, readRooms } from './cards.ts';
import type { Fault, Opening, Setting } from './fault.ts';
import { type Ledger, look, openLedger, type Story } from './ledger.ts';
import { hold, pressInSlack, typeUntilTold, wasTold } from './presses.ts';
import { settle, type Tally } from './settle.ts';
import { openStage, type Stage } from './stage.ts';

/** What people do to rooms and cards. */
export const roomFaults: Fault[] = [
  { name: 'room-closed', on: ['PostgreSQL'], run: closeRooms },
  { name: 'press-before-answer', on: ['PostgreSQL', 'embedded'], quick: true, run: pressEarly },
  { name: 'card-deleted', on: ['PostgreSQL'], run: deleteCards },
];

/** A card is to be seen before Slack or Teams has told where it is; somebody presses at that very moment. */
export async function pressEarly({ create, roll }: Opening): Promise<Tally> {
  const stage = await openStage(await create(), { rooms: 2 });
  const ledger = openLedger(2);
  try {
    // Adam's profile is known, as on any day.
    await stage.control('POST', '/slack/command', { as: 'adam', channel: 'C0SOC', text: 'list' });
    for (let n = 0; n < 3; n += 1) {
      await stage.control('POST', '/faults', { side: 'slack', kind: 'late-answer', ms: 4_000 });
      await appearAndPush(stage, ledger, roll);
      const story = last(ledger);
      const card = await stage.until('the card', async () => cardOf(stage, story), 60_000);
      story.name = card.name;
      story.may.push('taken');
      const pressed = await pressInSlack(stage, card, 'take');
      await stage.control('POST', '/faults', { side: 'slack', kind: 'none' });
      if (pressed?.status === 200 && (await wasTold(stage, `${story.name} is yours`))) hold(story, 'taken');
    }
    return await settle(stage, ledger, 'pressed 3 times before Slack had answered the post', { crashes: 0 });
  } finally {
    await stage.close();
  }
}

export async function deleteCards({ create, roll }: Opening): Promise<Tally> {
  const stage = await openStage(await create(), { rooms: 2 });
  const ledger = openLedger(2);
  try {
    for (let n = 0; n < 3; n += 1) await appearAndPush(stage, ledger, roll);
    await stage.until(
      'all cards',
      () => look(stage, ledger).then(() => ledger.stories.every((s) => s.name)),
      60_000,
    );
    await stage.until('Teams', async () => cardsIn((await readRooms(stage)).teams).size === 3, 60_000);
    const { slack, teams } = await readRooms(stage);
    for (const story of ledger.stories) {
      for (const [side, messages] of [
        ['slack', slack],
        ['teams', teams],
      ] as const) {
        const [card] = cardsIn(messages).get(story.title) ?? [];
        await stage.control('DELETE', `/${side}/messages/${card?.conversation}/${card?.id}`);
      }
      await typeUntilTold(stage, story, `take ${story.name}`, 'taken', 'is yours');
    }
    return await settle(stage, ledger, '3 cards deleted in both rooms, then news', { crashes: 0 });
  } finally {
    await stage.close();
  }
}

/** The bot is taken out of one room, another is archived. People are told elsewhere, and all comes once it is mended. */
async function closeRooms({ create, roll, isQuick }: Setting): Promise<Tally> {
  const stage = await openStage(await create(), { rooms: 2 });
  const ledger = openLedger(2);
  const closed = ['C0ROOM1', 'C0ROOM2'];
  const change = (channel: string, how: string) =>
    stage.control('POST', '/slack/room', { channel, change: how });
  try {
    await change('C0ROOM1', 'remove');
    await change('C0ROOM2', 'archive');
    for (let n = 0; n < 4; n += 1) await appearAndPush(stage, ledger, roll);
    const untold = isQuick ? [] : await findUntold(stage, closed);
    await change('C0ROOM1', 'invite');
    await change('C0ROOM2', 'unarchive');
    const done = 'the bot taken out of one room, another archived, both mended';
    const tally = await settle(stage, ledger, done, { crashes: 0, patienceMs: 300_000 });
    tally.violations.push(...untold.map((room) => `nobody was told that ${room} is closed`));
    return tally;
  } finally {
    await stage.close();
  }
}

/** Rooms of which no card in the operators' room speaks within four minutes. */
async function findUntold(stage: Stage, closed: string[]): Promise<string[]> {
  const untold = async () => {
    const { slack } = await readRooms(stage);
    const told = slack.filter((m) => m.conversation === 'C0SOC').map((m) => m.text);
    return closed.filter((room) => !told.some((text) => text.includes(room)));
  };
  await stage.until('people to be told', async () => (await untold()).length === 0, 240_000).catch(() => {});
  return untold();
}

async function cardOf(stage: Stage, story: Story) {
  return cardsIn((await readRooms(stage)).slack).get(story.title)?.[0];
}

function last(ledger: Ledger): Story {
  const story = ledger.stories.at(-1);
  if (!story) throw new Error('Nothing has appeared yet.');
  return story;
}
