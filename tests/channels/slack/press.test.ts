import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Refused } from '../../../src/errors.ts';
import { cardView, ROOM, type Stage, setStage } from './stage.ts';

async function cardIn(stage: Stage): Promise<{ channel: string; ts: string }> {
  const ref = await stage.slack.channel.post(ROOM, cardView(), 'mark');
  return { channel: ref.conversation, ts: ref.message };
}

const told = (stage: Stage) =>
  stage.standIn.state().ephemerals.map((one) => ({ user: one.user, text: one.text }));

async function open(stage: Stage, as = 'olivia'): Promise<string> {
  const card = await cardIn(stage);
  const answer = await stage.control('press', { as, ...card, action_id: 'incident:close' });
  expect(answer).toMatchObject({ status: 200, view: { title: { text: 'Close INC-1042' } } });
  return stage.standIn.state().views.at(-1)?.id ?? '';
}

const filled = {
  classification: { choice: 'true-positive' },
  owner: { person: null },
  comment: { text: 'Contained.' },
};

describe('a button', () => {
  test('acts for the one who pressed it', async () => {
    await using stage = await setStage();
    const card = await cardIn(stage);
    const answer = await stage.control('press', { as: 'olivia', ...card, action_id: 'incident:take' });
    expect(answer.status).toBe(200);
    const user = {
      channel: 'slack',
      id: 'U0OLIVIA',
      name: 'Olivia Marsh',
      email: 'olivia@contoso.com',
      standing: 'member',
    };
    expect(stage.asked).toMatchObject([{ what: 'press', user, verb: 'take', incident: 42, version: 3 }]);
    expect(told(stage)).toEqual([]);
  });

  test('behind "…" acts alike', async () => {
    await using stage = await setStage();
    const card = await cardIn(stage);
    const value = '42:3:comment:dialog';
    await stage.control('press', { as: 'olivia', ...card, action_id: 'incident:more', value });
    expect(stage.asked).toMatchObject([{ what: 'open', verb: 'comment', incident: 42, version: 3 }]);
  });

  test('tells a refusal to the presser alone, and what it says is no markup', async () => {
    await using stage = await setStage();
    stage.desk.press = async () => {
      throw new Refused('<!channel> Adam Keller has it. Ask Adam Keller.');
    };
    const card = await cardIn(stage);
    await stage.control('press', { as: 'priya', ...card, action_id: 'incident:take' });
    await expect
      .poll(() => told(stage))
      .toEqual([{ user: 'U0PRIYA', text: '&lt;!channel&gt; Adam Keller has it. Ask Adam Keller.' }]);
    expect(stage.messages()).toHaveLength(1);
  });

  test('says neutrally that it did not work when we are at fault, and logs why', async () => {
    await using stage = await setStage();
    stage.desk.press = async () => {
      throw new Error('relation "incidents" does not exist');
    };
    const card = await cardIn(stage);
    await stage.control('press', { as: 'priya', ...card, action_id: 'incident:take' });
    await expect
      .poll(() => told(stage))
      .toEqual([{ user: 'U0PRIYA', text: 'That did not work. It was recorded; try again.' }]);
    expect(stage.logged.join()).toContain('does not exist');
  });

  test('is answered in time although the work takes longer, and the person is told afterwards', async () => {
    await using stage = await setStage();
    stage.desk.press = async () => {
      await sleep(2_800);
      return { card: cardView(), told: 'Done after all.', changed: true };
    };
    const card = await cardIn(stage);
    const started = Date.now();
    const answer = await stage.control('press', { as: 'olivia', ...card, action_id: 'incident:take' });
    expect(answer.status).toBe(200);
    expect(Date.now() - started).toBeLessThan(3_000);
    await expect
      .poll(() => told(stage), { timeout: 3_000 })
      .toEqual([{ user: 'U0OLIVIA', text: 'Done after all.' }]);
  });

  test.each([
    ['olivia', 'member', 'T0CONTOSO'],
    ['mallory', 'member', 'T0CONTOSO'],
    ['guest', 'guest', 'T0CONTOSO'],
    ['paula', 'external', 'T0PARTNER'],
    ['dora', 'deactivated', 'T0CONTOSO'],
    ['robo', 'bot', 'T0CONTOSO'],
  ])('pressed by %s comes as of a %s', async (as, standing, teamId) => {
    await using stage = await setStage();
    const card = await cardIn(stage);
    await stage.control('press', { as, ...card, action_id: 'incident:take' });
    expect(stage.asked).toMatchObject([{ user: { id: `U0${as.toUpperCase()}`, standing, teamId } }]);
  });
});

describe('a dialog', () => {
  test('opens, suggests people, takes the answer and tells how it went', async () => {
    await using stage = await setStage();
    const view_id = await open(stage);
    const { options } = await stage.control('suggest', {
      as: 'olivia',
      view_id,
      block_id: 'owner',
      action_id: 'person',
      value: 'oli',
    });
    expect(options).toMatchObject([{ value: 'oid-olivia', text: { text: 'Olivia Marsh' } }]);
    const values = { ...filled, owner: { person: 'oid-olivia' } };
    const answer = await stage.control('submit', { as: 'olivia', view_id, values });
    expect(answer.status).toBe(200);
    expect(stage.asked.at(-1)).toMatchObject({
      what: 'submit',
      verb: 'close',
      incident: 42,
      version: 3,
      fields: { classification: 'true-positive', owner: 'oid-olivia', comment: 'Contained.' },
    });
    expect(stage.standIn.state().views).toEqual([]);
    await expect.poll(() => told(stage)).toEqual([{ user: 'U0OLIVIA', text: 'Closed INC-1042.' }]);
  });

  test('stays open with what is wrong beside the field', async () => {
    await using stage = await setStage();
    const view_id = await open(stage);
    stage.desk.submit = async () => ({ faults: { comment: 'Say what was found.', gone: 'And this.' } });
    const { body } = await stage.control('submit', { as: 'olivia', view_id, values: filled });
    expect(body).toEqual({
      response_action: 'errors',
      errors: { comment: 'Say what was found.', classification: 'And this.' },
    });
    expect(stage.standIn.state().views).toHaveLength(1);
  });

  test('shows a refusal on its first field, so that nothing typed is lost', async () => {
    await using stage = await setStage();
    const view_id = await open(stage);
    stage.desk.submit = async () => {
      throw new Refused('Adam Keller closed it meanwhile.');
    };
    const { body } = await stage.control('submit', { as: 'olivia', view_id, values: filled });
    expect(body).toEqual({
      response_action: 'errors',
      errors: { classification: 'Adam Keller closed it meanwhile.' },
    });
  });

  test('carries ids only', async () => {
    await using stage = await setStage();
    await open(stage);
    const metadata = stage.standIn.state().views[0]?.view.private_metadata;
    expect(JSON.parse(String(metadata))).toEqual({
      incident: 42,
      version: 3,
      verb: 'close',
      conversation: ROOM,
    });
  });

  test('that may not be opened says so to the presser alone', async () => {
    await using stage = await setStage();
    stage.desk.open = async () => {
      throw new Refused('Only responders close incidents. Ask Lena Fischer.');
    };
    const card = await cardIn(stage);
    await stage.control('press', { as: 'marcus', ...card, action_id: 'incident:close' });
    await expect
      .poll(() => told(stage))
      .toEqual([{ user: 'U0MARCUS', text: 'Only responders close incidents. Ask Lena Fischer.' }]);
  });
});
