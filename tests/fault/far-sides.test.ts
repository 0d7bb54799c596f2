import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import {
  appear,
  appearWithCard,
  breakSide,
  pressInSlack,
  pressInTeams,
  typeInSlack,
} from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import {
  azureAlert,
  azureIncident,
  type Seen,
  slackCard,
  slackLog,
  slackMessages,
  teamsCard,
  teamsMessages,
} from '../support/rooms.ts';

describe.each(databases)('far sides that fail, on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind, { POLL_SECONDS: '1' });
    // Everybody's profile is known from here on, as on any day.
    for (const who of ['adam', 'lena']) await typeInSlack(house, who, 'list');
  });
  afterEach(async () => {
    for (const side of ['azure', 'slack', 'teams'])
      await house.control('POST', '/faults', { side, kind: 'none' });
  });
  afterAll(() => house.close());

  const about = (messages: Seen[], title: string) =>
    messages.filter((m) => m.name && !m.thread && m.text.includes(title));
  const inTeams = async (title: string) => about(await teamsMessages(house), title)[0]?.name;

  it('waits as long as Slack asks, answers people meanwhile, and then shows the card once', async () => {
    const { name } = await appearWithCard(house, 'cosmos-key-listing');
    const throttled = Date.now();
    await breakSide(house, 'slack', { kind: 'throttled', ms: 3_000, count: 1 });
    await appear(house, 'keyvault-enumeration');
    await house.until('Teams, which is not held up', () => inTeams('listed and read secrets'));
    expect(await typeInSlack(house, 'adam', `take ${name}`)).toContain('is yours');
    await house.until('Slack', async () => about(await slackMessages(house), 'listed and read secrets')[0]);
    expect(Date.now() - throttled).toBeGreaterThan(2_900);
    await house.until('the decision', async () =>
      (await slackCard(house, name))?.text.includes('Adam Keller has it'),
    );
    expect(about(await slackMessages(house), 'listed and read secrets')).toHaveLength(1);
  });

  it('shows what happened while Slack was down, once it is well', async () => {
    const well = await breakSide(house, 'slack', { kind: 'failing' });
    await appear(house, 'vm-credential-dump');
    const name = await house.until('the card in Teams', () => inTeams('Memory of the sign-in'));
    await pressInTeams(house, 'lena', name, 'take');
    expect(about(await slackMessages(house), 'Memory of the sign-in')).toHaveLength(0);
    await well();
    await house.until('Slack', async () =>
      (await slackCard(house, name))?.text.includes('Lena Fischer has it'),
    );
    expect(about(await slackMessages(house), 'Memory of the sign-in')).toHaveLength(1);
    await house.until('its log', () => slackLog(house, name));
  });

  it('does not post twice in Slack when the answer to a post is lost', async () => {
    await breakSide(house, 'slack', { kind: 'lost-answer', count: 1 });
    await appear(house, 'dns-tunnel');
    const card = await house.until(
      'the card',
      async () => about(await slackMessages(house), 'through DNS')[0],
    );
    // That it is known where the card is shows in that it can still be edited.
    await typeInSlack(house, 'adam', `take ${card.name}`);
    await house.until('the edit', async () =>
      (await slackCard(house, card.name))?.text.includes('Adam Keller has it'),
    );
    const cards = about(await slackMessages(house), 'through DNS');
    expect(cards.map((m) => m.id)).toEqual([card.id]);
  });

  it('shows everything in Slack while Teams is down, and in Teams once it is well', async () => {
    const well = await breakSide(house, 'teams', { kind: 'failing' });
    const azure = await appear(house, 'storage-mass-deletion');
    const { name } = await house.until(
      'Slack',
      async () => about(await slackMessages(house), 'blobs deleted')[0],
    );
    await pressInSlack(house, 'adam', name, 'take');
    await house.until('Defender', async () => (await azureAlert(house, azure))?.status === 'InProgress');
    await well();
    await house.until('Teams', async () =>
      (await teamsCard(house, name))?.text.includes('Adam Keller has it'),
    );
  });

  it('says on the card that Azure does not hold a decision, and heals by itself', async () => {
    const { azure, name } = await appearWithCard(house, 'identity-password-spray');
    const well = await breakSide(house, 'azure', { kind: 'failing' });
    await pressInSlack(house, 'adam', name, 'take');
    for (const card of [slackCard, teamsCard]) {
      await house.until('the card to say so', async () =>
        (await card(house, name))?.text.includes('Microsoft Sentinel does not hold this yet'),
      );
    }
    await well();
    await house.until(
      'Sentinel',
      async () => (await azureIncident(house, azure))?.status === 'Active',
      15_000,
    );
    await house.until('the card to be clean again', async () =>
      [await slackCard(house, name), await teamsCard(house, name)].every(
        (c) => !c?.text.includes('does not hold'),
      ),
    );
  });

  it('tries again at once when somebody presses Retry', async () => {
    const { azure, name } = await appearWithCard(house, 'sql-unusual-export');
    const well = await breakSide(house, 'azure', { kind: 'failing' });
    await pressInSlack(house, 'adam', name, 'take');
    await house.until('Retry on the card', async () =>
      (await slackCard(house, name))?.text.includes('Retry sync'),
    );
    await well();
    await pressInSlack(house, 'lena', name, 'retry');
    await house.until(
      'Defender',
      async () => (await azureAlert(house, azure))?.status === 'InProgress',
      3_000,
    );
  });

  it('keeps both a decision here and a change in the portal that were made at the same moment', async () => {
    const { azure, name } = await appearWithCard(house, 'app-consent');
    await house.control('PATCH', `/azure/incidents/${azure}`, {
      as: 'lena',
      properties: { severity: 'High' },
    });
    await pressInSlack(house, 'adam', name, 'take');
    const both = await house.until('Sentinel to hold both', async () => {
      const incident = await azureIncident(house, azure);
      return incident?.status === 'Active' ? incident : undefined;
    });
    expect(both).toMatchObject({ severity: 'High', owner: { userPrincipalName: 'adam@contoso.com' } });
    await house.until('the card to hold both', async () =>
      (await slackCard(house, name))?.text.includes('HIGH · ACTIVE · Adam Keller has it'),
    );
  });

  it('leaves Azure at the last of several quick decisions while it is slow', async () => {
    const { azure, name } = await appearWithCard(house, 'registry-malicious-image');
    await breakSide(house, 'azure', { kind: 'slow', ms: 300 });
    for (const words of ['take', 'close', 'reopen']) {
      const rest = words === 'close' ? ' fp inaccurate-data' : '';
      expect(await typeInSlack(house, 'adam', `${words} ${name}${rest}`)).toContain(name);
    }
    await house.until('the card', async () => (await slackCard(house, name))?.text.includes('ACTIVE'));
    await expect
      .poll(async () => (await azureAlert(house, azure))?.status, { timeout: 8_000 })
      .toBe('InProgress');
    await expect(stays(async () => (await azureAlert(house, azure))?.status, 'InProgress')).resolves.toBe(
      true,
    );
  });

  /** Whether it is still so two seconds later: a late write would have come by then. */
  async function stays(look: () => Promise<unknown>, wanted: unknown): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return (await look()) === wanted;
  }
});
