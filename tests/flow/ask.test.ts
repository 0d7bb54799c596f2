import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../support/browser.ts';
import { databases } from '../support/databases.ts';
import {
  appearWithCard,
  breakSide,
  openInTeams,
  pressInSlack,
  sayInTeams,
  sentences,
  submitInSlack,
  submitInTeams,
  toldInSlack,
  toldInTeams,
  typeInSlack,
} from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { azureComments, slackCard, slackLog, teamsCard } from '../support/rooms.ts';
import {
  answerInSlack,
  answerInTeams,
  idOf,
  isOpen,
  questionsTo,
  questionTo,
  settingsWith,
  slackChat,
  teamsChat,
} from './questions.ts';

const shown = (house: House, name: string, text: string) =>
  Promise.all([
    house.until(`"${text}" on ${name} in Slack`, async () =>
      (await slackCard(house, name))?.text.includes(text),
    ),
    house.until(`"${text}" on ${name} in Teams`, async () =>
      (await teamsCard(house, name))?.text.includes(text),
    ),
  ]);

describe.each(databases)('"was this you?" on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
  });
  afterAll(() => house.close());

  it('is asked where it was asked for, answered by the person, and shown everywhere', async () => {
    const { azure, name } = await appearWithCard(house, 'identity-mass-download');
    const { view } = await pressInSlack(house, 'olivia', name, 'ask');
    expect(sentences(view)).toContain('adam@contoso.com');
    await submitInSlack(house, 'olivia', view, { note: { text: 'Were you at work then?' } });
    await house.until('Olivia to be told', async () =>
      (await toldInSlack(house, 'olivia')).includes('Adam Keller is asked.'),
    );

    const asked = await questionTo(house, 'adam', 'slack');
    for (const told of [
      'Was this you, Adam?',
      'Olivia Marsh asks for the security team',
      'Were you at work then?',
      '2,140 files',
      '198.51.100[.]31 (Germany), NB-KELLER',
      'medium severity, says Microsoft Defender for Cloud Apps',
    ])
      expect(asked.text).toContain(told);
    await shown(house, name, 'Adam Keller is asked (open until');

    await answerInSlack(house, 'adam', asked, 'no', 'I was asleep');
    await house.until('Adam to be thanked', async () =>
      (await toldInSlack(house, 'adam')).at(-1)?.includes('The security team is told and will call you.'),
    );
    await shown(house, name, 'Adam Keller: no, that was not me “I was asleep”');
    await shown(house, name, 'Treat adam@contoso.com as taken over');
    await shown(house, name, 'HIGH · NEW');
    await questionTo(house, 'adam', 'slack', (text) => text.includes('You said: no') && !isOpen(text));
    expect(await questionsTo(house, 'adam', 'slack')).toHaveLength(1);
    await house.until('the log to tell', async () =>
      (await slackLog(house, name))?.text.includes('Adam Keller answered no, that was not me: I was asleep'),
    );
    await house.until('Sentinel to be told', async () =>
      (await azureComments(house, azure)).some((text) => text.includes('answered no, that was not me')),
    );

    const again = { as: 'adam', channel: slackChat('adam'), ts: asked.id, action_id: 'question:yes' };
    await expect(house.control('POST', '/slack/press', again)).rejects.toThrow('No action_id');
  });

  it('is asked of the manager where the account may be in other hands, and a yes lowers nothing', async () => {
    const { name } = await appearWithCard(house, 'identity-employee-sign-in');
    const { data } = await openInTeams(house, 'olivia', name, 'ask');
    await submitInTeams(house, 'olivia', {
      ...data,
      account: '00000002-5a1e-4c0d-9b7a-3f6e2d81c0a2',
      note: '',
    });
    const detour =
      "Adam Keller's account may be in somebody else's hands, so Lena Fischer, their manager, is asked";
    await shown(house, name, detour);
    const asked = await questionTo(house, 'lena', 'teams');
    expect(asked.text).toContain('Was this Adam Keller?');
    expect(asked.text).toContain('by phone or in person, not in writing');
    expect(await questionsTo(house, 'adam', 'teams')).toEqual([]);

    await answerInTeams(house, 'lena', asked, 'yes', 'he is in Lisbon');
    await shown(house, name, 'Lena Fischer: yes, that was Adam Keller “he is in Lisbon”');
    await shown(house, name, 'MEDIUM · NEW');
  });

  it('is not asked of people who sign in as somebody else, who left, or who ask', async () => {
    const { name } = await appearWithCard(house, 'identity-risky-sign-in');
    expect(await typeInSlack(house, 'olivia', `ask ${name} dora@contoso.com`)).toContain('switched off');
    expect(await typeInSlack(house, 'olivia', `ask ${name} olivia@contoso.com`)).toContain(
      'It is your own account',
    );
    expect(await typeInSlack(house, 'olivia', `ask ${name} nobody@contoso.com`)).toContain(
      'no account nobody',
    );
    expect(await typeInSlack(house, 'guest', `ask ${name} adam@contoso.com`)).toContain('"ask" is for');
  });

  it('is not asked of a manager who is none of the people that a restricted incident is for', async () => {
    const { name } = await appearWithCard(house, 'identity-employee-sign-in');
    await typeInSlack(house, 'amara', `restrict ${name} to Olivia`);
    const before = await questionsTo(house, 'lena', 'slack');
    expect(await typeInSlack(house, 'olivia', `ask ${name}`)).toContain(
      'is restricted, and Lena Fischer, the manager who would be asked instead, may not see it. Call Adam Keller by phone.',
    );
    expect(await questionsTo(house, 'lena', 'slack')).toEqual(before);
  });

  it('may be answered in words by whoever was asked, and by nobody else', async () => {
    const { name } = await appearWithCard(house, 'app-consent');
    expect(await typeInSlack(house, 'olivia', `ask ${name} mallory@contoso.com about the new app`)).toContain(
      'Mallory Stone is asked.',
    );
    const asked = await questionTo(house, 'mallory', 'teams');
    const question = idOf(asked);
    // Somebody else knows the id and sends it from a chat of their own.
    for (const as of ['adam', 'lena', 'guest']) {
      const [own] = await questionsTo(house, as, 'teams');
      const activity = own?.id ?? (await sayInTeams(house, as, 'whoami', 'direct')).id;
      const press = { as, conversation: teamsChat(as), activity, verb: 'watchfloor/answer' };
      await house.control('POST', '/teams/press', { ...press, data: { question, answer: 'yes' } });
      expect((await toldInTeams(house, as)).at(-1)).toMatch(
        /Only Mallory Stone may answer|people of this organisation/,
      );
    }
    // In another chat the right person's word does not count either.
    expect(await typeInSlack(house, 'mallory', 'yes')).not.toContain('Thank you');
    await shown(house, name, 'Mallory Stone is asked (open until');

    const said = await sayInTeams(house, 'mallory', 'Yes, for the travel team', 'direct');
    expect(said.text).toContain('Thank you. The security team sees your answer.');
    await shown(house, name, 'Mallory Stone: yes, that was me “for the travel team”');
    // A role is still what everything else needs.
    expect((await sayInTeams(house, 'mallory', `show ${name}`, 'direct')).text).toContain(
      'I do not know you',
    );
  });

  it('ends with the incident: the message says so, and an answer is refused', async () => {
    const { name } = await appearWithCard(house, 'sql-unusual-export');
    await typeInSlack(house, 'olivia', `ask ${name} vera@contoso.com`);
    const asked = await questionTo(house, 'vera', 'slack');
    await typeInSlack(house, 'adam', `close ${name} undetermined`);
    await questionTo(house, 'vera', 'slack', (text) => text.includes('No answer is needed any more.'));
    // The same person, by what they kept of it, from a chat in which they were not asked.
    const { body } = await house.control<{ body: unknown }>('POST', '/teams/press', {
      as: 'vera',
      conversation: teamsChat('vera'),
      activity: (await sayInTeams(house, 'vera', 'whoami', 'direct')).id,
      verb: 'watchfloor/answer',
      data: { question: idOf(asked), answer: 'no' },
    });
    expect(sentences(body)).toContain('Answer where you were asked');
    await house.control('POST', '/slack/mention', { as: 'vera', channel: slackChat('vera'), text: 'no' });
    const log = await house.until('the log', async () => (await slackLog(house, name))?.text);
    expect(log).not.toContain('Vera Lindqvist answered');
  });
});

describe.each(databases)('a yes that may lower the severity, on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: settingsWith({ yes: 'lower' }) });
  });
  afterAll(() => house.close());

  const linkIn = (text: string) => /https?:\/\/\S+\/sign-in\/[\w-]{43}/.exec(text)?.[0] ?? text;

  it('counts once the person has signed in anew, and lowers by one', async () => {
    const { name } = await appearWithCard(house, 'identity-mass-download');
    await typeInSlack(house, 'olivia', `ask ${name}`);
    const asked = await questionTo(house, 'adam', 'slack');
    await answerInSlack(house, 'adam', asked, 'yes', 'for the audit');
    const told = await house.until('a way to sign in', async () =>
      (await toldInSlack(house, 'adam')).find((text) => text.includes('/sign-in/')),
    );
    expect(told).toContain('Sign in once more');
    await shown(house, name, 'Adam Keller is asked (open until');

    const stranger = await new Browser().signInBy(linkIn(told), 'priya').catch(String);
    expect(JSON.stringify(stranger)).not.toContain('Thank you');
    // A link is good once: he asks for another one.
    await answerInSlack(house, 'adam', asked, 'yes', 'for the audit');
    const again = await house.until('another link', async () =>
      (await toldInSlack(house, 'adam')).find((text) => text.includes('/sign-in/') && text !== told),
    );
    const page = await new Browser().signInBy(linkIn(again), 'adam');
    expect(JSON.stringify(page)).toContain('Thank you. The security team sees your answer.');
    await shown(house, name, 'Adam Keller: yes, that was me, signed in anew “for the audit”');
    await shown(house, name, 'LOW · NEW');
    await questionTo(house, 'adam', 'slack', (text) => text.includes('You said: yes') && !isOpen(text));
  });

  it('is a note like any other where the account is in doubt: whoever has it could sign in', async () => {
    const { name } = await appearWithCard(house, 'identity-employee-sign-in');
    await typeInSlack(house, 'olivia', `ask ${name}`);
    const asked = await questionTo(house, 'lena', 'slack');
    await answerInSlack(house, 'lena', asked, 'yes');
    await shown(house, name, 'Lena Fischer: yes, that was Adam Keller');
    await shown(house, name, 'MEDIUM · NEW');
    expect((await toldInSlack(house, 'lena')).join()).not.toContain('/sign-in/');
  });
});

describe.each(databases)('"was this you?" in Slack alone on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    const WATCHFLOOR_CONFIG = settingsWith({ slackSignIn: 'separate', minutes: 30 });
    house = await openHouse(kind, { TEAMS_APP_ID: '', WATCHFLOOR_CONFIG });
  });
  afterAll(() => house.close());

  const card = (name: string, text: string) =>
    house.until(`"${text}" on ${name}`, async () => (await slackCard(house, name))?.text.includes(text));

  async function appear(sample: string): Promise<string> {
    const known = (await slackCard(house))?.name;
    await house.control('POST', '/alerts', { sample, push: true });
    return house.until('a card', async () => {
      const name = (await slackCard(house))?.name;
      return name === known ? undefined : name;
    });
  }

  it('is asked where people sign in otherwise, although the account is in doubt, and posted once when the answer got lost', async () => {
    const name = await appear('identity-employee-sign-in');
    // Known by now, Olivia's account is not asked for again: what gets lost are answers to opening and posting.
    await typeInSlack(house, 'olivia', 'list');
    const mend = await breakSide(house, 'slack', { kind: 'lost-answer', count: 4 });
    const told = await typeInSlack(house, 'olivia', `ask ${name}`);
    expect(told).toContain('so they are asked in Slack, where they sign in otherwise');
    const asked = await questionTo(house, 'adam', 'slack');
    await mend();
    await card(name, 'where they sign in otherwise (open until');

    await answerInSlack(house, 'adam', asked, 'yes', 'on holiday in Lisbon');
    expect((await toldInSlack(house, 'adam')).at(-1)).toContain(
      'Thank you. The security team sees your answer.',
    );
    await card(name, 'Adam Keller: yes, that was me “on holiday in Lisbon”');
    await card(name, 'MEDIUM · NEW');
    await questionTo(house, 'adam', 'slack', (text) => text.includes('You said: yes') && !isOpen(text));
    expect(await questionsTo(house, 'adam', 'slack')).toHaveLength(1);
  });

  it('is refused for whoever nobody vouches for, and for a forged question', async () => {
    const name = await appear('identity-mass-download');
    expect(await typeInSlack(house, 'olivia', `ask ${name} priya@contoso.com`)).toContain(
      'Priya Nair cannot be reached in chat, so Lena Fischer, their manager, is asked.',
    );
    const asked = await questionTo(house, 'lena', 'slack');
    await house.control('POST', '/slack/mention', { as: 'lena', channel: slackChat('lena'), text: 'No!' });
    await card(name, 'Lena Fischer: no, that was not Priya Nair');
    await answerInSlack(house, 'lena', asked, 'yes').catch(() => undefined);
    expect((await slackCard(house, name))?.text).not.toContain('yes, that was Priya');
  });
});

describe.each(databases)('"was this you?" without an answer on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    // Two seconds and a half.
    const WATCHFLOOR_CONFIG = settingsWith({ minutes: 0.042 });
    house = await openHouse(kind, { WATCHFLOOR_CONFIG });
  });
  afterAll(() => house.close());

  it('raises the severity and asks the manager, once each, and then gives up', async () => {
    const { azure, name } = await appearWithCard(house, 'identity-mass-download');
    await typeInSlack(house, 'olivia', `ask ${name}`);
    await questionTo(house, 'adam', 'slack');
    const manager = await questionTo(house, 'lena', 'slack');
    expect(manager.text).toContain('Was this Adam Keller?');
    await shown(house, name, 'HIGH · NEW');
    await shown(house, name, 'Adam Keller: no answer in time');
    await shown(house, name, 'Lena Fischer: no answer in time');
    await questionTo(house, 'adam', 'slack', (text) => text.includes('There was no answer in time.'));
    await questionTo(house, 'lena', 'slack', (text) => text.includes('There was no answer in time.'));
    expect(await questionsTo(house, 'adam', 'slack')).toHaveLength(1);
    expect(await questionsTo(house, 'lena', 'slack')).toHaveLength(1);
    expect(await questionsTo(house, 'marcus', 'slack')).toEqual([]);
    await house.until('Sentinel to be told', async () =>
      (await azureComments(house, azure)).some((text) => text.includes('Adam Keller did not answer')),
    );
  });
});
