import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, codeOn } from '../support/browser.ts';
import { databases } from '../support/databases.ts';
import { appearWithCard, mentionInSlack, toldInSlack, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { slackCard, slackMessages } from '../support/rooms.ts';

const close = 'benign-positive she told me';

describe.each(databases)('people in Slack, on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
  });
  afterAll(() => house.close());

  const type = (as: string, text: string) => typeInSlack(house, as, text);
  const linkIn = (said: string) => /https?:\/\/\S+\/sign-in\/[\w-]{43}/.exec(said)?.[0] ?? said;

  it('prove who they are by signing in, and may then do what needs to be known for sure', async () => {
    const { name } = await appearWithCard(house, 'app-consent');
    expect(await type('priya', `take ${name}`)).toContain(name);
    expect(await type('priya', `close ${name} ${close}`)).toContain('Type "link" and sign in once');

    const link = linkIn(await type('priya', 'link'));
    expect(link).toContain(house.productUrl);
    const browser = new Browser();
    const begun = await browser.get(link);
    expect(begun.html).toContain('Priya Nair');
    expect(begun.html).toContain('U0PRIYA');
    const code = codeOn(await browser.signInBy(link, 'priya'));

    // Somebody who looked over her shoulder.
    expect(await type('mallory', `link ${code}`)).toContain('I wait for no code of yours');
    expect(await type('priya', 'link 12345')).toContain('six digits');
    expect(await type('priya', `link ${code}`)).toContain('you are Priya Nair');
    expect(await type('priya', 'whoami')).toContain('Entra ID vouches for you');
    expect(await type('priya', 'link')).toContain('linked with Priya Nair already');

    await type('priya', `close ${name} ${close}`);
    await house.until('the card to say how it ended', async () =>
      (await slackCard(house, name))?.text.includes('benign positive'),
    );
    expect(await type('priya', 'unlink')).toContain('by your e-mail address alone');
    expect(await type('priya', `reopen ${name}`)).toContain('Type "link" and sign in once');
    expect(await type('olivia', 'unlink')).toContain('an admin');
  });

  it('are shown a link to sign in with where nobody else reads it', async () => {
    const before = (await slackMessages(house)).length;
    await house.control('POST', '/slack/mention', {
      as: 'priya',
      channel: 'C0SOC',
      text: '@Watchfloor link',
    });
    await house.until('the link, for Priya alone', async () =>
      (await toldInSlack(house, 'priya')).some((told) => told.includes('/sign-in/')),
    );
    expect(await slackMessages(house)).toHaveLength(before);
    expect((await mentionInSlack(house, 'olivia', 'list')).text).not.toContain('/sign-in/');
  });

  it('lose with their group what they may do, as soon as somebody is seen to leave', async () => {
    expect(await type('priya', 'whoami')).toContain('analyst');
    const group = 'SOC analysts, night shift';
    const change = (what: 'add' | 'remove') =>
      house.control('POST', '/entra/members', { group, person: 'priya', change: what });
    const leave = { as: 'priya', conversation: '19:soc@thread.tacv2', change: 'remove' };
    await change('remove');
    await house.control('POST', '/teams/membership', leave);
    expect(await type('priya', 'whoami')).toContain('I do not know you');
    await change('add');
    await house.control('POST', '/teams/membership', { ...leave, change: 'add' });
    expect(await type('priya', 'whoami')).toContain('analyst');
  });

  it('may do nothing once their account is switched off, in the directory or in Slack', async () => {
    const account = (enabled: boolean) =>
      house.control('POST', '/entra/accounts', { person: 'adam', enabled });
    await account(false);
    await house.control('POST', '/slack/membership', { as: 'adam', change: 'join' });
    expect(await type('adam', 'list')).toContain('switched off');
    await account(true);
    await house.control('POST', '/slack/membership', { as: 'adam', change: 'join' });
    expect(await type('adam', 'list')).not.toContain('switched off');
    await house.control('POST', '/slack/membership', { as: 'adam', change: 'deactivate' });
    expect(await type('adam', 'list')).toContain('switched off');
  });

  it('are known by what was last known while the directory is away, and then for nothing that could harm', async () => {
    await type('olivia', 'list');
    await house.control('POST', '/faults', { side: 'graph', kind: 'failing' });
    await house.control('POST', '/slack/membership', { as: 'olivia', change: 'join' });
    const { name } = await appearWithCard(house, 'identity-password-spray');
    expect(await type('olivia', `take ${name}`)).toContain(name);
    expect(await type('olivia', `close ${name} ${close}`)).toContain('The directory does not answer');
    await house.control('POST', '/faults', { side: 'graph', kind: 'none' });
  });
});
