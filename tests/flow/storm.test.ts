import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { objectsIn, toldInSlack, toldInTeams, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { type Seen, slackLog, slackMessages, teamsLog, teamsMessages } from '../support/rooms.ts';

interface Room {
  name: string;
  messages(house: House): Promise<Seen[]>;
  log(house: House, name: string): Promise<Seen | undefined>;
  /** Picks an incident from the storm's message. */
  pick(house: House, as: string, storm: Seen, name: string): Promise<unknown>;
  told(house: House, as: string): Promise<string[]>;
}

const slack: Room = {
  name: 'Slack',
  messages: (house) => slackMessages(house),
  log: slackLog,
  pick(house, as, storm, name) {
    const value = chosen(storm, name, /^\d+:\d+:show$/);
    const what = { action_id: 'incident:show', value };
    return house.control('POST', '/slack/press', { as, channel: 'C0SOC', ts: storm.id, ...what });
  },
  told: toldInSlack,
};

const teams: Room = {
  name: 'Teams',
  messages: (house) => teamsMessages(house),
  log: teamsLog,
  pick(house, as, storm, name) {
    const inputs = { chosen: chosen(storm, name, /^\d+:\d+$/) };
    const at = { as, conversation: '19:soc@thread.tacv2', activity: storm.id };
    return house.control('POST', '/teams/press', { ...at, verb: 'watchfloor/show', inputs });
  },
  told: toldInTeams,
};

const rooms = [slack, teams];
const stormSize = 12;

// Nothing is polled after the start, so that what came is what was sent.
describe.each(databases)('a storm on $name', (kind) => {
  let house: House;
  const names: string[] = [];
  beforeAll(async () => {
    house = await openHouse(kind, { POLL_SECONDS: '3600' });
  });
  afterAll(() => house.close());

  const alert = (n: number, severity: string) =>
    house.control('POST', '/alerts', {
      source: 'defender',
      push: true,
      body: {
        properties: {
          severity,
          alertType: `Storm_${n}`,
          alertDisplayName: `Odd thing ${n}`,
          compromisedEntity: `vm-${n}`,
        },
      },
    });
  const storms = async (room: Room) => (await room.messages(house)).filter(isStorm);
  const cards = async (room: Room) =>
    (await room.messages(house)).filter((m) => !m.thread && m.name && !isStorm(m));
  const cardOf = async (room: Room, name: string) => (await cards(room)).find((card) => card.name === name);
  const storm = async (room: Room) => {
    const [only, ...more] = await storms(room);
    if (!only || more.length > 0) throw new Error(`${room.name} has ${more.length + 1} storms.`);
    return only;
  };
  /** Who is on a card, and who is a row of the storm's message. */
  const shown = async (room: Room) => {
    const [message] = await storms(room);
    return {
      cards: (await cards(room)).map((card) => card.name).sort(),
      rows: message ? rowsOf(message) : [],
    };
  };

  it('makes one message of twelve alerts, and names each of them once in either room', async () => {
    await Promise.all(Array.from({ length: stormSize }, (_, n) => alert(n, 'Medium')));
    for (const room of rooms) {
      const { cards, rows } = await house.until(`all of them in ${room.name}`, async () => {
        const now = await shown(room);
        return now.cards.length + now.rows.length >= stormSize ? now : undefined;
      });
      expect(cards.length).toBeLessThanOrEqual(2);
      expect(new Set([...cards, ...rows]).size).toBe(stormSize);
      expect((await storm(room)).text).toContain(`Storm: ${rows.length} new incidents here since`);
      names.push(...[...cards, ...rows].filter((name) => !names.includes(name)));
    }
    expect(names).toHaveLength(stormSize);
  });

  it.each(rooms)('gives the one that somebody picks in $name a card of its own there', async (room) => {
    const before = await storm(room);
    const name = rowsOf(before).at(-1) ?? '';
    await room.pick(house, 'olivia', before, name);
    await house.until('its card', () => cardOf(room, name));
    await house.until('the storm to let it go', async () => !rowsOf(await storm(room)).includes(name));
    await house.until('the presser to be told', async () =>
      (await room.told(house, 'olivia')).some((text) => text.includes(`${name} gets its own card here.`)),
    );
    expect((await storm(room)).id).toBe(before.id);
  });

  it('gives the one that somebody takes a card of its own in both rooms', async () => {
    const [inSlack, inTeams] = [rowsOf(await storm(slack)), rowsOf(await storm(teams))];
    const name = inSlack.find((row) => inTeams.includes(row)) ?? '';
    expect(await typeInSlack(house, 'adam', `take ${name.replace('INC-', '')}`)).toContain(name);
    for (const room of rooms) {
      await house.until(`its card in ${room.name}`, async () =>
        (await cardOf(room, name))?.text.includes('Adam Keller has it'),
      );
      await house.until(`its log in ${room.name}`, () => room.log(house, name));
      await house.until(
        `its row in ${room.name} to go`,
        async () => !rowsOf(await storm(room)).includes(name),
      );
    }
  });

  it('shows on its row what becomes of an incident that has no card', async () => {
    const [inSlack, inTeams] = [rowsOf(await storm(slack)), rowsOf(await storm(teams))];
    const name = inSlack.find((row) => inTeams.includes(row)) ?? '';
    await typeInSlack(house, 'lena', `close ${name} fp inaccurate-data`);
    for (const room of rooms) {
      const told = await house.until(`the row in ${room.name}`, async () => {
        const { text } = await storm(room);
        return text.includes('closed, false positive') && text;
      });
      expect(told).toContain('still open,');
      expect(await cardOf(room, name)).toBeUndefined();
    }
  });

  it('gives a graver one a card of its own, and takes in those that are not', async () => {
    await alert(100, 'Medium');
    const known = names.length;
    for (const room of rooms) {
      await house.until(`the next one in ${room.name}`, async () => {
        const { rows } = await shown(room);
        const late = rows.find((row) => !names.slice(0, known).includes(row));
        if (late && !names.includes(late)) names.push(late);
        return late;
      });
    }
    await alert(101, 'High');
    for (const room of rooms) {
      const grave = await house.until(`the grave one in ${room.name}`, async () =>
        (await cards(room)).find((card) => card.text.includes('Odd thing 101')),
      );
      expect(rowsOf(await storm(room))).not.toContain(grave.name);
      if (!names.includes(grave.name)) names.push(grave.name);
    }
    // The next one is as grave, and nothing that people were not woken for yet.
    await alert(102, 'High');
    for (const room of rooms) {
      const message = await house.until(`the second grave one in ${room.name}`, async () => {
        const now = await storm(room);
        return now.text.includes('Odd thing 102') ? now : undefined;
      });
      names.push(...rowsOf(message).filter((row) => !names.includes(row)));
    }
    expect(names).toHaveLength(stormSize + 3);
  });

  it('says so when all of it is closed', async () => {
    for (const name of names) await typeInSlack(house, 'lena', `close ${name} fp inaccurate-data`);
    for (const room of rooms) {
      const { text } = await house.until(`the end in ${room.name}`, async () => {
        const message = await storm(room);
        return message.text.startsWith('Storm over:') ? message : undefined;
      });
      expect(text).toContain(`Storm over: all ${rowsOf(await storm(room)).length} incidents are closed.`);
    }
    expect(house.logged.filter(({ level }) => level >= 50)).toEqual([]);
  });
});

function isStorm(message: Seen): boolean {
  return !message.thread && message.text.startsWith('Storm');
}

/** The incidents that a storm's message lists: those that can be picked. */
function rowsOf(storm: Seen): string[] {
  const lines = storm.text.split('\n').filter((line) => !line.startsWith('Storm'));
  return [...new Set(lines.flatMap((line) => line.match(/INC-\d+/g) ?? []))].sort();
}

/** What the choice of an incident carries. */
function chosen(storm: Seen, name: string, kind: RegExp): unknown {
  const id = name.replace('INC-', '');
  const choice = objectsIn(storm.raw).find(
    ({ value }) => typeof value === 'string' && kind.test(value) && value.startsWith(`${id}:`),
  );
  if (!choice) throw new Error(`The storm offers no choice of ${name}.`);
  return choice.value;
}
