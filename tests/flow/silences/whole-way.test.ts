import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import {
  appearWithCard,
  openInTeams,
  pressInSlack,
  sentences,
  submitInSlack,
  submitInTeams,
  toldInSlack,
  typeInSlack,
} from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { azureState, slackMessages, teamsMessages } from '../../support/rooms.ts';

describe.each(databases)('silences, the whole way on $name', { timeout: 120_000 }, (kind) => {
  let house: House;
  let name: string;
  beforeAll(async () => {
    house = await openHouse(kind);
    ({ name } = await appearWithCard(house, 'vm-rdp-brute-force'));
  }, 240_000);
  afterAll(() => house?.close());

  const numberIn = (text: string): string => {
    const [, number] = /SIL-(\d+)/.exec(text) ?? [];
    if (!number) throw new Error(`No silence is spoken of: ${text}`);
    return number;
  };
  const cards = async () => (await slackMessages(house)).filter((message) => !message.thread).length;
  const listed = (words: string | RegExp) =>
    house.until(`silences to say ${words}`, async () => {
      const said = await typeInSlack(house, 'lena', 'silences');
      return said.match(words) ? said : undefined;
    });

  it('from a card in Slack: a form, faults at its fields, and a preview for whoever filled it', async () => {
    const opened = await pressInSlack(house, 'adam', name, 'silence');
    const fill = (until: string) =>
      submitInSlack(house, 'adam', opened.view, {
        scope: { choice: 'rule' },
        until: { text: until },
        reason: { text: 'penetration test' },
      });
    expect(JSON.stringify(await fill('whenever'))).toContain('Say for how long, or until when');
    await fill('4h');
    const preview = await house.until('a preview in Slack', async () =>
      (await toldInSlack(house, 'adam')).find((text) => text.includes('is a preview')),
    );
    expect(preview).toContain('1 incident in 30 days');
    expect(await typeInSlack(house, 'adam', `silence confirm ${numberIn(preview)}`)).toContain('is on until');
  });

  it('and from a card in Teams, with the same preview', async () => {
    const { data, ...opened } = await openInTeams(house, 'adam', name, 'silence');
    expect(sentences(opened.body)).toContain('What is kept quiet');
    const answer = await submitInTeams(house, 'adam', {
      ...data,
      scope: 'entity',
      until: '2h',
      reason: 'penetration test',
    });
    expect(sentences(answer.body)).toContain('Nothing is silenced yet. I have answered in our own chat.');
    const preview = await house.until('a preview in their own chat', async () =>
      (await teamsMessages(house, 'a:1adam')).find(({ text }) => text.includes('nothing is silenced yet')),
    );
    expect(preview.text).toContain('1 incident in 30 days');
    expect(await typeInSlack(house, 'adam', `silence confirm ${numberIn(preview.text)}`)).toContain(
      'is on until',
    );
  });

  it('hides what comes, and shows it once that is ended', async () => {
    const shown = await typeInSlack(house, 'adam', 'silence host=vm-else-* for 4h "patching"');
    await typeInSlack(house, 'adam', `silence confirm ${numberIn(shown)}`);
    const before = await cards();
    await house.control('POST', '/alerts', {
      source: 'defender',
      push: true,
      body: {
        properties: {
          severity: 'Low',
          alertType: 'VM_SecretRule',
          alertDisplayName: 'Something else on another machine',
          compromisedEntity: 'vm-else-01',
          intent: 'Execution',
          entities: [{ $id: '1', type: 'host', hostName: 'vm-else-01' }],
        },
      },
    });
    const said = await listed(/hid [1-9]/);
    expect(await cards()).toBe(before);
    for (const [, number] of said.matchAll(/SIL-(\d+)/g))
      await typeInSlack(house, 'adam', `silence end ${number}`);
    await house.until('its card', async () => (await cards()) > before);
  });

  it('is held by Azure from a lead’s word until it is ended, and longer where it is extended', async () => {
    const rules = async (kind: 'suppression' | 'automation') =>
      (await azureState(house)).rules.filter((rule) => rule.kind === kind);
    for (const [matcher, kind, holder] of [
      [
        'rule=VM_SecretRule severity=high,medium,low,informational',
        'suppression',
        'Microsoft Defender for Cloud',
      ],
      ['title="Password spray*"', 'automation', 'Microsoft Sentinel'],
    ] as const) {
      const shown = await typeInSlack(house, 'lena', `silence ${matcher} for 4h "known" --write-back`);
      const number = numberIn(shown);
      await typeInSlack(house, 'lena', `silence confirm ${number}`);
      const held = await house.until('Azure to hold it', async () => {
        const found = await rules(kind);
        return found.length > 0 ? found : undefined;
      });
      expect(JSON.stringify(held)).toContain(`SIL-${number}`);
      await listed(`held by ${holder}`);
      await typeInSlack(house, 'lena', `silence extend ${number} for 8h`);
      await house.until('Azure to hold it for longer', async () => {
        const found = JSON.stringify(await rules(kind));
        return found !== JSON.stringify(held) && found.includes(`SIL-${number}`);
      });
      await typeInSlack(house, 'adam', `silence end ${number}`);
      await house.until('Azure to have let it go', async () => (await rules(kind)).length === 0);
    }
  });
});
