import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { appearWithCard, pressInSlack, toldInSlack, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { push, quietPolls } from '../support/pushes.ts';
import {
  azureAlert,
  azureIncident,
  azureState,
  slackCard,
  slackLog,
  slackMessages,
  teamsCard,
  teamsMessages,
} from '../support/rooms.ts';

describe.each(databases)('everything happens once on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind, { POLL_SECONDS: '1' });
  });
  afterAll(() => house.close());

  const cards = async (text: string) => {
    const messages = [...(await slackMessages(house)), ...(await teamsMessages(house))];
    return messages.filter((m) => m.name && !m.thread && m.text.includes(text)).map((m) => m.name);
  };
  const defender = (name: string, properties: object) =>
    house.control<{ id: string }>('POST', '/alerts', {
      source: 'defender',
      body: { name, properties: { alertDisplayName: 'Odd sign-in', ...properties } },
    });

  it('takes no word of our own for somebody else’s: after taking, polls change nothing', async () => {
    const { azure, name } = await appearWithCard(house, 'identity-mfa-fatigue');
    await pressInSlack(house, 'olivia', name, 'take');
    await house.until(
      'Sentinel to be active',
      async () => (await azureIncident(house, azure))?.status === 'Active',
    );
    await house.until('the log', () => slackLog(house, name));
    const before = await everything(name, azure);
    await quietPolls(house, 2);
    expect(await everything(name, azure)).toEqual(before);
  });

  /** How often each message of the incident was written, and what Azure counts. */
  async function everything(name: string, azure: string) {
    const messages = [...(await slackMessages(house)), ...(await teamsMessages(house))];
    const record = (await azureState(house)).incidents.find((i) => i.name === azure);
    return {
      writes: messages.filter((m) => m.name === name).map((m) => [m.id, m.posts]),
      etag: record?.etag,
      comments: record?.comments.length,
    };
  }

  it('makes one card of an alert that is pushed, pushed again and polled', async () => {
    await appearWithCard(house, 'gcp-service-account-key');
    await quietPolls(house, 2);
    expect(await cards('Key created for a service account')).toHaveLength(2);
  });

  it('joins alike alerts to one incident, and opens another where they are long apart', async () => {
    const alike = { alertType: 'OddSignIn', compromisedEntity: 'vm-7' };
    const at = (hours: number) => {
      const time = new Date(Date.now() + hours * 3_600_000).toISOString();
      return { startTimeUtc: time, endTimeUtc: time };
    };
    await defender('first', { ...alike, ...at(-30) });
    const first = await house.until('a card', async () => (await cards('Odd sign-in'))[0]);
    await defender('second', { ...alike, ...at(-29) });
    await house.until('the second to join', async () =>
      (await teamsCard(house, first))?.text.includes('Alert added'),
    );
    await defender('third', { ...alike, ...at(0) });
    const other = await house.until('another card', async () =>
      (await cards('Odd sign-in')).find((n) => n !== first),
    );
    await quietPolls(house, 1);
    expect(new Set(await cards('Odd sign-in'))).toEqual(new Set([first, other]));
  });

  it('makes one incident of those whose Defender alerts a Sentinel incident contains', async () => {
    const ids = ['a', 'b'].map((last) => `2517000000000000000_5e1f0000-0000-4000-8000-00000000000${last}`);
    const names: string[] = [];
    for (const [n, id] of ids.entries()) {
      const title = `Part ${n} of a whole`;
      await defender(id, { alertType: 'Part', alertDisplayName: title, compromisedEntity: `vm-8${n}` });
      names.push(await house.until(`the cards of part ${n}`, async () => (await cards(title)).slice(1)[0]));
    }
    const alerts = ids.map((id) => ({
      kind: 'SecurityAlert',
      properties: { systemAlertId: `of-sentinel-${id}`, providerAlertId: id, vendorOriginalId: id },
    }));
    const properties = { title: 'The whole story', severity: 'High' };
    await house.control('POST', '/alerts', { source: 'sentinel', body: { properties, alerts } });

    const [whole = '', part = ''] = names;
    for (const card of [slackCard, teamsCard]) {
      await house.until('the first to tell the whole', async () =>
        (await card(house, whole))?.text.includes('The whole story'),
      );
      await house.until('the other to say where it went', async () =>
        (await card(house, part))?.text.includes(`merged into ${whole}`),
      );
    }
    expect(await typeInSlack(house, 'adam', `take ${part}`)).toContain(`was merged into ${whole}`);
    expect(new Set(await cards('The whole story'))).toEqual(new Set([whole]));
  });

  it('refuses what is no alert, keeps it, and goes on with the others', async () => {
    const lines = house.logged.length;
    await push(house, 'defender', { hello: 'world' });
    await appearWithCard(house, 'cosmos-key-listing');
    const refused = house.logged.slice(lines).filter((l) => l.msg === 'alert refused');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatch(/Defender alert/);
  });

  it('takes in an alert that holds a NUL, half an emoji and a million characters', async () => {
    const odd = `Odd \u0000 ${'\ud83d'} ${'x'.repeat(1_000_000)}`;
    await defender('odd', {
      alertType: 'Odd',
      alertDisplayName: `Strange bytes`,
      description: odd,
      compromisedEntity: odd.slice(0, 99),
    });
    await house.until('its card', async () => (await cards('Strange bytes')).length === 2);
  });

  it('gives the incident to one of two people who press at once, and tells the other who has it', async () => {
    const { azure, name } = await appearWithCard(house, 'api-probing');
    const [a, b] = ['adam', 'priya'];
    await Promise.all([pressInSlack(house, a, name, 'take'), pressInSlack(house, b, name, 'take')]);
    const words = await house.until('both to be told', async () => {
      const told = [(await toldInSlack(house, a)).at(-1), (await toldInSlack(house, b)).at(-1)];
      return told.every((t) => t?.includes(name)) && told.join(' | ');
    });
    expect(words).toContain(`${name} is yours.`);
    expect(words).toMatch(/(Adam Keller|Priya Nair) has INC-\d+\. Ask them/);
    await house.until(
      'Defender to be in progress',
      async () => (await azureAlert(house, azure))?.status === 'InProgress',
    );
  });

  it('makes few edits of many changes, and shows the last', async () => {
    const { name } = await appearWithCard(house, 'aws-ec2-mining');
    const before = await writes(name);
    for (let n = 1; n <= 20; n += 1) await typeInSlack(house, 'lena', `comment ${name} note ${n}`);
    await house.until('the log to hold the last', async () =>
      (await slackLog(house, name))?.text.includes('note 20'),
    );
    // A post or an edit of card and log a second, while twenty comments take well under two.
    expect((await writes(name)) - before).toBeLessThan(12);
  });
  const writes = async (name: string) =>
    (await slackMessages(house)).filter((m) => m.name === name).reduce((sum, m) => sum + m.posts, 0);

  it('posts a card anew that somebody deleted, when there is news', async () => {
    const { name } = await appearWithCard(house, 'identity-risky-sign-in');
    const [slack, teams] = [await slackCard(house, name), await teamsCard(house, name)];
    await house.control('DELETE', `/slack/messages/C0SOC/${slack?.id}`);
    await house.control('DELETE', `/teams/messages/19:soc@thread.tacv2/${teams?.id}`);
    await typeInSlack(house, 'lena', `take ${name}`);
    await house.until('both to be back', async () => {
      const [s, t] = [await slackCard(house, name), await teamsCard(house, name)];
      return s?.text.includes('Lena Fischer has it') && t?.text.includes('Lena Fischer has it');
    });
  });

  it('ends with the last of many decisions while Azure is slow and polls overtake them', async () => {
    const { azure, name } = await appearWithCard(house, 'postgres-brute-force');
    await house.control('POST', '/faults', { side: 'azure', kind: 'slow', ms: 400 });
    for (const words of ['take', 'close fp inaccurate-data', 'reopen', 'close tp']) {
      expect(
        await typeInSlack(
          house,
          'adam',
          words.replace(/^\w+/, (verb) => `${verb} ${name}`),
        ),
      ).toContain(name);
      await new Promise((resolve) => setTimeout(resolve, 350));
    }
    await house.until(
      'Defender to say Resolved',
      async () => (await azureAlert(house, azure))?.status === 'Resolved',
    );
    await house.control('POST', '/faults', { side: 'azure', kind: 'none' });
    await quietPolls(house, 2);
    expect((await azureAlert(house, azure))?.status).toBe('Resolved');
    expect(await typeInSlack(house, 'adam', `show ${name}`)).toContain('true positive');
  });
});
