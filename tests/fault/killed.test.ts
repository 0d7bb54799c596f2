import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Hut, openHut } from '../support/child.ts';
import { databases } from '../support/databases.ts';
import { dice } from '../support/dice.ts';
import { typeInSlack } from '../support/hands.ts';
import { azureAlert, slackMessages, teamsMessages } from '../support/rooms.ts';

const rounds = 20;
const actsARound = 1;
const seed = Number(process.env.TEST_SEED ?? Date.now() % 100_000);

/** Everything that was answered, and what must hold of it in the end. */
interface Story {
  title: string;
  alert: string;
  name: string | undefined;
  /** What Defender must say, after what somebody was told is done. */
  status: 'Active' | 'InProgress' | 'Resolved';
}

describe.each(databases)(`killed ${rounds} times on $name (TEST_SEED=${seed})`, (kind) => {
  let hut: Hut;
  beforeAll(async () => {
    hut = await openHut(kind);
  });
  afterAll(() => hut.close());

  const cardsOf = async (title: string) => ({
    slack: (await slackMessages(hut)).filter((m) => m.name && !m.thread && m.text.includes(title)),
    teams: (await teamsMessages(hut)).filter((m) => m.name && !m.thread && m.text.includes(title)),
  });

  it('forgets nothing that it accepted, and shows nothing twice in Slack', { timeout: 240_000 }, async () => {
    const roll = dice(seed);
    const stories: Story[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (let act = 0; act < actsARound; act += 1) {
        const open = stories.filter((story) => story.name && story.status !== 'Resolved');
        const known = open[roll(open.length)];
        if (known && roll(5) > 1) await decide(known);
        else stories.push(await accept(round * actsARound + act));
      }
      await sleep(roll(4) * 10);
      await hut.kill();
      await hut.start();
      // Some rounds are left in the middle of their work, others have been shown.
      await sleep(roll(3) * 300);
      for (const story of stories) story.name ??= (await cardsOf(story.title)).slack[0]?.name;
    }

    for (const story of stories) {
      await hut.until(`${story.title} in both rooms`, () => isShown(story), 45_000);
      await hut.until(
        `Defender to say ${story.status} of ${story.title}`,
        async () => (await azureAlert(hut, story.alert))?.status === story.status,
        45_000,
      );
    }
    for (const { title } of stories) expect((await cardsOf(title)).slack, title).toHaveLength(1);
  });

  /** Appears in Azure and is pushed; the control fails where the product does not answer 202. */
  async function accept(number: number): Promise<Story> {
    const title = `Story number ${number} of many`;
    const properties = {
      alertType: `Kill${number}`,
      alertDisplayName: title,
      compromisedEntity: `vm-${number}`,
    };
    const { id } = await hut.control<{ id: string }>('POST', '/alerts', {
      source: 'defender',
      body: { properties },
      push: true,
    });
    return { title, alert: id, name: undefined, status: 'Active' };
  }

  async function decide(story: Story): Promise<void> {
    const taking = story.status === 'Active';
    const words = taking ? `take ${story.name}` : `close ${story.name} tp`;
    const answer = await typeInSlack(hut, 'adam', words);
    expect(answer).toContain(taking ? 'is yours' : 'is closed as true positive');
    story.status = taking ? 'InProgress' : 'Resolved';
  }

  async function isShown(story: Story): Promise<boolean> {
    const said = { Active: 'nobody has it', InProgress: 'Adam Keller has it', Resolved: 'is closed' }[
      story.status
    ];
    const { slack, teams } = await cardsOf(story.title);
    return slack.some((m) => m.text.includes(said)) && teams.some((m) => m.text.includes(said));
  }
});
