import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { appear, mentionInSlack, objectsIn, sayInTeams } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import {
  azureComments,
  type Seen,
  slackCard,
  slackLog,
  slackMessages,
  teamsCard,
  teamsMessages,
} from '../../support/rooms.ts';
import { settingsWith } from '../questions.ts';

const soc = { slack: 'C0SOC', teams: '19:soc@thread.tacv2' };
/** The first to ask waits for the guard and for the logs of the sandbox to get ready. */
const patience = 120_000;
const typed = 'query SigninLogs | project TimeGenerated, UserPrincipalName, ResultType | take 25 --last 7d';

/** Messages of queries that have come to an answer. */
const answeredIn = (messages: Seen[], thread: string) =>
  messages.filter((m) => m.thread === thread && / rows · /.test(m.text));

describe.each(databases)('a query, the whole way, on $name', (kind) => {
  let house: House;
  let incident: { azure: string; name: string };
  beforeAll(async () => {
    // A busy machine evaluates slowly, and what is slow is ended.
    const file = settingsWith({}, (settings) =>
      Object.assign(settings, { logs: { ...Object(settings.logs), seconds: 300 } }),
    );
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: file });
    const azure = await appear(house, 'identity-password-spray');
    const card = await house.until('a card in Slack', () => slackCard(house), patience);
    await house.until('a card in Teams', () => teamsCard(house, card.name), patience);
    incident = { azure, name: card.name };
  }, 4 * patience);
  afterAll(() => house.close());

  const inSlack = async () => {
    const card = await slackCard(house, incident.name);
    return answeredIn(await slackMessages(house), card?.id ?? '');
  };
  const pressInSlack = (as: string, message: Seen, verb: string) =>
    house.control<{ status: number; body?: unknown }>('POST', '/slack/press', {
      as,
      channel: soc.slack,
      ts: message.id,
      action_id: `query:${verb}`,
    });

  it(
    'typed in Slack becomes a table, is paged, sent as a file and pinned; the story and Sentinel tell of it',
    async () => {
      const card = await slackCard(house, incident.name);
      await house.control('POST', '/slack/mention', {
        as: 'adam',
        channel: soc.slack,
        text: `@Watchfloor ${typed}`,
        thread_ts: card?.id,
      });
      const table = await house.until('a table in Slack', async () => (await inSlack())[0], patience);
      expect(table.text).toContain('25 rows');

      await pressInSlack('lena', table, 'next');
      await house.until('the second page', async () => {
        const [now] = await inSlack();
        return now && now.posts > table.posts;
      });
      expect(JSON.stringify((await inSlack())[0]?.raw)).toContain('11');

      await pressInSlack('adam', table, 'csv');
      await house.until('a file in Slack', async () => {
        const { conversations } = await house.control<{ conversations: object[] }>('GET', '/slack');
        return JSON.stringify(conversations).includes('.csv');
      });

      await pressInSlack('adam', table, 'pin');
      const log = await house.until('the log tells of it', async () => {
        const seen = await slackLog(house, incident.name);
        return seen?.text.includes('pinned evidence') ? seen : undefined;
      });
      expect(log.text).toMatch(/Adam Keller pinned evidence: Query, 25 rows of soc/);
      const comment = await house.until('the comment at Sentinel', async () => {
        const all = (await azureComments(house, incident.azure)).join('\n');
        return all.includes('pinned evidence') ? all : undefined;
      });
      expect(comment.match(/pinned evidence/g)).toHaveLength(1);
      const { text } = await mentionInSlack(house, 'adam', 'evidence', card?.id);
      expect(text).toContain('copy fits SHA-256');
    },
    4 * patience,
  );

  it(
    'typed in Teams becomes a table beneath the card, and pages',
    async () => {
      const card = await teamsCard(house, incident.name);
      await house.control('POST', '/teams/say', {
        as: 'adam',
        conversation: soc.teams,
        text: `@Watchfloor ${typed}`,
        replyTo: card?.id,
      });
      const answered = async () => answeredIn(await teamsMessages(house), card?.id ?? '');
      const table = await house.until('a table in Teams', async () => (await answered())[0], patience);
      const next = objectsIn(table.raw).find(({ verb }) => verb === 'watchfloor/query/next');
      expect(next).toBeDefined();
      await house.control('POST', '/teams/press', {
        as: 'lena',
        conversation: soc.teams,
        activity: table.id,
        verb: 'watchfloor/query/next',
        data: next?.data,
      });
      await house.until('the second page in Teams', async () => {
        const [now] = await answered();
        return now && now.posts > table.posts;
      });
    },
    4 * patience,
  );

  it(
    'that the guard refuses is told to whoever typed it, and nothing is asked',
    async () => {
      const said = await sayInTeams(
        house,
        'adam',
        'query externaldata(x: string) ["https://evil.example/x"] | take 1',
        'direct',
      );
      expect(said.text).toContain('Refused (');
    },
    patience,
  );
});
