import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import {
  appearWithCard,
  mentionInSlack,
  openInTeams,
  pressInSlack,
  pressInTeams,
  sayInTeams,
  sentences,
  submitInSlack,
  submitInTeams,
  toldInSlack,
  toldInTeams,
  typeInSlack,
} from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import {
  azureAlert,
  azureComments,
  azureIncident,
  slackCard,
  slackLog,
  slackMessages,
  teamsCard,
  teamsLog,
} from '../support/rooms.ts';

describe.each(databases)('the whole way on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
  });
  afterAll(() => house.close());

  const shown = async (name: string, text: string) => {
    await house.until(`"${text}" on ${name} in Slack`, async () =>
      (await slackCard(house, name))?.text.includes(text),
    );
    await house.until(`"${text}" on ${name} in Teams`, async () =>
      (await teamsCard(house, name))?.text.includes(text),
    );
  };
  const logged = async (name: string, text: string) => {
    await house.until(`"${text}" in the log of ${name} in Slack`, async () =>
      (await slackLog(house, name))?.text.includes(text),
    );
    await house.until(`"${text}" in the log of ${name} in Teams`, async () =>
      (await teamsLog(house, name))?.text.includes(text),
    );
  };
  const status = (alert: string, wanted: string) =>
    house.until(`Defender to say ${wanted}`, async () => (await azureAlert(house, alert))?.status === wanted);

  it('shows a Sentinel incident in both rooms, takes it in Slack, closes it in Teams, and Azure holds the same', async () => {
    const { azure, name } = await appearWithCard(house, 'identity-password-spray');

    await pressInSlack(house, 'olivia', name, 'take');
    const taken = await house.until('Sentinel to hold the owner', async () => {
      const incident = await azureIncident(house, azure);
      return incident?.owner.userPrincipalName === 'olivia@contoso.com' ? incident : undefined;
    });
    expect(taken.status).toBe('Active');
    expect(taken.labels.map((label) => label.labelName)).toContain(name);
    await house.until('our comment', async () =>
      (await azureComments(house, azure)).some((c) => c.includes('Olivia Marsh took it')),
    );
    await shown(name, 'Olivia Marsh has it');
    await logged(name, 'Olivia Marsh took it');

    const { data } = await openInTeams(house, 'adam', name, 'close');
    const faulty = await submitInTeams(house, 'adam', { ...data, comment: 'contained' });
    expect(sentences(faulty.body)).toContain('Choose what it was.');
    expect(JSON.stringify(faulty.body)).toContain('contained');
    const ending = 'true-positive/suspicious-activity';
    await submitInTeams(house, 'adam', { ...data, ending, comment: 'contained' });
    const closed = await house.until('Sentinel to be closed', async () => {
      const incident = await azureIncident(house, azure);
      return incident?.status === 'Closed' ? incident : undefined;
    });
    expect(closed).toMatchObject({
      classification: 'TruePositive',
      classificationReason: 'SuspiciousActivity',
      classificationComment: 'contained',
    });
    await shown(name, 'is closed');
    await house.until('our one comment to tell the end', async () => {
      const comments = await azureComments(house, azure);
      return comments.length === 1 && comments[0]?.includes('Adam Keller closed it');
    });
  });

  it('finds by polling what was not pushed, and shows what is changed in the portal, by whom', async () => {
    const { azure, name } = await appearWithCard(house, 'identity-impossible-travel', { push: false });
    const owner = {
      objectId: '00000003-5a1e-4c0d-9b7a-3f6e2d81c0a3',
      email: 'priya@contoso.com',
      assignedTo: 'Priya Nair',
      userPrincipalName: 'priya@contoso.com',
    };
    await house.control('PATCH', `/azure/incidents/${azure}`, {
      as: 'lena',
      properties: { owner, status: 'Active', severity: 'High' },
    });
    await shown(name, 'HIGH · ACTIVE · Priya Nair has it');
    await house.control('POST', `/azure/incidents/${azure}/comments`, {
      as: 'lena',
      message: 'Nina is on leave.',
    });
    await logged(name, 'Nina is on leave.');
    const log = (await slackLog(house, name))?.text;
    expect(log).toContain('assigned it to Priya Nair');
    expect(log).toContain('set the severity to high');
    expect(log).toMatch(/lena\S* in Microsoft Sentinel|Lena Fischer in Microsoft Sentinel/);
  });

  it('brings a Defender alert to the status that people decided, and back', async () => {
    const { azure, name } = await appearWithCard(house, 'vm-malware-cleaned');
    await pressInTeams(house, 'adam', name, 'take');
    await status(azure, 'InProgress');
    await shown(name, 'Adam Keller has it');

    const { view } = await pressInSlack(house, 'adam', name, 'close');
    await submitInSlack(house, 'adam', view, { ending: { choice: 'true-positive/suspicious-activity' } });
    await status(azure, 'Resolved');
    await shown(name, 'is closed');

    await pressInSlack(house, 'adam', name, 'reopen');
    await status(azure, 'InProgress');

    await typeInSlack(house, 'adam', `close ${name} benign-positive`);
    await status(azure, 'Dismissed');
    await shown(name, 'benign positive');
  });

  it('understands typed words in both rooms, in threads without the name of the incident', async () => {
    const { azure, name } = await appearWithCard(house, 'app-consent');

    expect(await typeInSlack(house, 'priya', 'help')).toContain('take [INC-1042]');
    expect(await typeInSlack(house, 'priya', 'list')).toContain(name);
    expect(await typeInSlack(house, 'priya', `show ${name}`)).toContain('nobody has it');
    expect(await typeInSlack(house, 'priya', `tkae ${name}`)).toContain('Did you mean "take"?');
    expect(await typeInSlack(house, 'priya', `ack ${name}`)).toContain(`${name} is acknowledged.`);
    expect(await typeInSlack(house, 'priya', `assign ${name} to adam`)).toContain('Adam Keller has');
    expect(await typeInSlack(house, 'olivia', `severity ${name} low`)).toContain('is low now');

    const teams = await teamsCard(house, name);
    const under = { under: teams?.id ?? '' };
    expect((await sayInTeams(house, 'lena', 'list mine', under)).text).toContain('No open incidents');
    expect((await sayInTeams(house, 'lena', 'comment "Nina says yes"', under)).text).toContain('Written to');
    const direct = await sayInTeams(house, 'lena', `show ${name}`, 'direct');
    expect(direct.text).toContain('Adam Keller has it');
    const typo = await sayInTeams(house, 'lena', `clsoe ${name}`, 'direct');
    expect(typo.text).toContain('Did you mean "close"?');

    const thread = (await slackCard(house, name))?.id;
    const closed = await mentionInSlack(house, 'adam', 'close fp inaccurate-data', thread);
    expect(closed.text).toContain(`${name} is closed as false positive, inaccurate data`);
    expect((await sayInTeams(house, 'adam', 'reopen', under)).text).toContain(`${name} is open again.`);
    await house.until('Sentinel to be open again', async () => {
      const incident = await azureIncident(house, azure);
      return incident?.status === 'Active' && incident.severity === 'Low' && !incident.classification;
    });
    const comments = await azureComments(house, azure);
    expect(comments.join()).toContain('Lena Fischer: Nina says yes');
  });

  it('offers the same people in both rooms, and lets the manager assign but the guest only look', async () => {
    const { name } = await appearWithCard(house, 'identity-risky-sign-in', { push: true });

    const { view } = await pressInSlack(house, 'marcus', name, 'assign');
    const slack = await house.control('POST', '/slack/suggest', {
      as: 'marcus',
      view_id: view?.id,
      block_id: 'owner',
      action_id: 'person',
      value: 'nai',
    });
    expect(sentences(slack)).toContain('Priya Nair');
    expect(sentences(slack)).not.toContain('Gus Estrada');
    await submitInSlack(house, 'marcus', view, { owner: { person: '00000003-5a1e-4c0d-9b7a-3f6e2d81c0a3' } });
    await shown(name, 'Priya Nair has it');

    const { data } = await openInTeams(house, 'marcus', name, 'assign');
    const teams = await house.control<{ body: unknown }>('POST', '/teams/search', {
      as: 'marcus',
      conversation: '19:soc@thread.tacv2',
      dataset: 'watchfloor/people',
      value: 'ola',
    });
    expect(sentences(teams.body)).toBe('');
    const found = await house.control<{ body: unknown }>('POST', '/teams/search', {
      as: 'marcus',
      conversation: '19:soc@thread.tacv2',
      dataset: 'watchfloor/people',
      value: 'oliv',
    });
    expect(sentences(found.body)).toContain('Olivia Marsh');
    await submitInTeams(house, 'marcus', { ...data, owner: '00000001-5a1e-4c0d-9b7a-3f6e2d81c0a1' });
    await shown(name, 'Olivia Marsh has it');

    expect(await typeInSlack(house, 'guest', `show ${name}`)).toContain('Olivia Marsh has it');
    expect(await typeInSlack(house, 'guest', `comment ${name} hello`)).toContain('"comment" is for');
    const { view: none } = await pressInSlack(house, 'guest', name, 'close');
    expect(none).toBeUndefined();
    expect((await toldInSlack(house, 'guest')).at(-1)).toContain('"close" is for');
    await openInTeams(house, 'guest', name, 'close');
    expect((await toldInTeams(house, 'guest')).at(-1)).toContain('"close" is for');
  });

  it('keeps an alert out of the rooms that was dealt with before we heard of it', async () => {
    const properties = { alertType: 'Old', alertDisplayName: 'An old story', status: 'Dismissed' };
    await house.control('POST', '/alerts', { source: 'defender', body: { properties } });
    await appearWithCard(house, 'vm-rdp-brute-force', { push: false });
    expect((await slackMessages(house)).map((m) => m.text).join()).not.toContain('An old story');
  });
});
