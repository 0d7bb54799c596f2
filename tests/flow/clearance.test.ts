import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { objectsIn, openInTeams, sentences, toldInSlack, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { slackLog, slackMessages, teamsMessages } from '../support/rooms.ts';
import { settingsWith } from './questions.ts';

const personal = /olivia@contoso|204\.0\.113\.9|204\.0\.113\[\.\]9/;
const password = token('hunter', '2');
const alert = {
  source: 'defender',
  push: true,
  body: {
    properties: {
      severity: 'High',
      // Of those that the route leads to both rooms.
      alertType: 'ARM_Clearance_1',
      alertDisplayName: `olivia@contoso.com ran mysql --password ${password}`,
      compromisedEntity: 'vm-pay-web-01',
      entities: [
        { $id: '1', type: 'account', name: 'olivia', upnSuffix: 'contoso.com' },
        { $id: '2', type: 'ip', address: '204.0.113.9' },
      ],
    },
  },
};

describe.each(databases)('one incident in rooms of three clearances on $name', (kind) => {
  let house: House;
  let name: string;
  beforeAll(async () => {
    const clearance = [
      { slack: 'C0CLOUD', shows: 'masked' },
      { teams: '19:cloud@thread.tacv2', shows: 'existence' },
    ];
    house = await openHouse(kind, {
      POLL_SECONDS: '3600',
      WATCHFLOOR_CONFIG: settingsWith({}, (settings) => Object.assign(settings, { clearance })),
    });
    await house.control('POST', '/alerts', alert);
    name = await house.until('its card', async () => (await slackMessages(house)).find((m) => m.name)?.name);
    await typeInSlack(house, 'adam', `comment ${name} olivia@contoso.com says it was her from 204.0.113.9`);
    await house.until('its log', () => slackLog(house, name));
  });
  afterAll(() => house.close());

  const texts = async (room: 'C0SOC' | 'C0CLOUD' | '19:cloud@thread.tacv2') => {
    const messages = room.startsWith('C')
      ? await slackMessages(house, room)
      : await teamsMessages(house, room);
    return messages.filter((message) => message.name === name);
  };

  it('is whole where nothing else is said, but for secrets', async () => {
    const shown = JSON.stringify(await texts('C0SOC'));
    expect(shown).toMatch(personal);
    expect(shown).not.toContain(password);
    expect(shown).toContain('--password •••');
  });

  it('names nobody in the wide room, and its log neither', async () => {
    const shown = await house.until('card and log', async () => {
      const messages = await texts('C0CLOUD');
      return messages.length === 2 ? messages : undefined;
    });
    expect(JSON.stringify(shown)).not.toMatch(personal);
    expect(JSON.stringify(shown)).toContain('o•••@contoso.com');
    expect(JSON.stringify(shown)).toContain('vm-pay-web-01');
  });

  it('only exists in a room that is told no more, and has no log there', async () => {
    const [card, ...others] = await house.until('its card', async () => {
      const messages = await texts('19:cloud@thread.tacv2');
      return messages.length > 0 ? messages : undefined;
    });
    expect(others).toEqual([]);
    expect(JSON.stringify(card?.raw)).not.toMatch(/mysql|HIGH|vm-pay|Adam/);
    const { body } = await house.control<{ body: unknown }>('POST', '/teams/press', {
      as: 'lena',
      conversation: '19:cloud@thread.tacv2',
      activity: card?.id,
      verb: 'watchfloor/show',
      data: { incident: Number(name.replace('INC-', '')), version: 0 },
    });
    expect(JSON.stringify(body)).toContain('vm-pay-web-01');
  });

  it('is answered about as its room is shown it', async () => {
    const asked = (as: string, channel: string) =>
      house.control('POST', '/slack/command', { as, channel, text: `show ${name}` });
    expect(sentences(JSON.parse(JSON.stringify(await asked('adam', 'C0CLOUD'))))).not.toMatch(personal);
    expect(sentences(JSON.parse(JSON.stringify(await asked('adam', 'C0SOC'))))).toMatch(personal);
    // A chat of one's own is no way around it, save for whoever may reveal.
    expect(JSON.stringify(await asked('olivia', 'D0OLIVIA'))).not.toMatch(personal);
    expect(JSON.stringify(await asked('adam', 'D0ADAM'))).toMatch(personal);
  });

  it('is revealed to one person alone, and that is on its history', async () => {
    const card = (await texts('C0CLOUD')).find(({ thread }) => !thread);
    const option = objectsIn(card?.raw).find(
      ({ value }) => typeof value === 'string' && value.endsWith(':reveal'),
    );
    const action_id = option?.action_id ?? 'incident:more';
    const press = { channel: 'C0CLOUD', ts: card?.id, action_id, value: option?.value };
    await house.control('POST', '/slack/press', { as: 'olivia', ...press });
    expect((await toldInSlack(house, 'olivia')).at(-1)).toContain('"reveal" is for');
    await house.control('POST', '/slack/press', { as: 'adam', ...press });
    const { ephemerals } = await house.control<{ ephemerals: { user: string }[] }>('GET', '/slack');
    const alone = JSON.stringify(ephemerals.filter(({ user }) => user === 'U0ADAM').at(-1));
    expect(alone).toMatch(personal);
    expect(alone).toContain(password);
    expect(await typeInSlack(house, 'lena', `audit ${name}`)).toContain(
      'Adam Keller was shown what cards mask',
    );
    await house.until('the room to know', async () =>
      (await texts('C0CLOUD')).some(({ text }) => text.includes('Masked details shown')),
    );
    expect(JSON.stringify(await texts('C0CLOUD'))).not.toMatch(personal);
  });

  it('names nobody in a dialog either, as a press does not say in which room it was, save to whoever may reveal', async () => {
    const shown = async (as: string, verb: 'comment' | 'ask') => {
      const { body } = await openInTeams(house, as, name, verb);
      return sentencesBesideValues(body);
    };
    expect(await shown('olivia', 'comment')).toContain(`${name} o•••@contoso.com ran mysql`);
    expect(await shown('olivia', 'ask')).not.toMatch(personal);
    expect(await shown('lena', 'comment')).toContain(`${name} olivia@contoso.com ran mysql`);
  });

  it('has a history that tells whoever asks no more than its room', async () => {
    const asked = async (as: string, channel: string) =>
      JSON.stringify(await house.control('POST', '/slack/command', { as, channel, text: `audit ${name}` }));
    expect(await asked('marcus', 'C0CLOUD')).toContain('o•••@contoso.com says it was her');
    expect(await asked('marcus', 'D0MARCUS')).not.toMatch(personal);
    expect(await asked('lena', 'D0LENA')).toMatch(personal);
  });

  it('names nobody in the wide room who was asked whether it was them', async () => {
    await typeInSlack(house, 'lena', `ask ${name} adam@contoso.com`);
    const shown = await house.until('card and log to tell of it', async () => {
      const messages = await texts('C0CLOUD');
      return messages.length === 2 && messages.every(({ text }) => /A•••/.test(text)) ? messages : undefined;
    });
    for (const { text } of shown) expect(text).not.toMatch(/Adam Keller|adam@/);
  });
});

/** What is read of a dialog; a choice carries whom it stands for. */
function sentencesBesideValues(body: unknown): string {
  return objectsIn(body)
    .flatMap(({ text, title, label }) => [text, title, label].filter((one) => typeof one === 'string'))
    .join('\n');
}

function token(...parts: string[]): string {
  return parts.join('');
}
