import { describe, expect, test } from 'vitest';
import { setStage } from './stage.ts';

describe('an account that an admin of the workspace changes', () => {
  test('is looked at anew at once, and so is the directory', async () => {
    await using stage = await setStage();
    let changed = 0;
    stage.desk.peopleChanged = () => {
      changed += 1;
    };
    const type = () => stage.control('command', { as: 'priya', channel: 'C0SOC', text: 'help' });
    await type();
    await stage.control('membership', { as: 'priya', change: 'deactivate' });
    await type();
    expect(stage.asked.map(({ user }) => user.standing)).toEqual(['member', 'deactivated']);
    expect(changed).toBe(1);
  });

  test('costs no look into the directory where nobody heard of them lately', async () => {
    await using stage = await setStage();
    let changed = 0;
    stage.desk.peopleChanged = () => {
      changed += 1;
    };
    await stage.control('membership', { as: 'marcus', change: 'deactivate' });
    expect(changed).toBe(0);
    await stage.control('membership', { as: 'marcus', change: 'join' });
    await stage.control('membership', { as: 'marcus', change: 'revoke-tokens' });
    expect(changed).toBe(2);
  });
});

describe('what another bot writes in Slack', () => {
  test('is not listened to, in a room and in a direct chat', async () => {
    await using stage = await setStage();
    await stage.control('mention', { as: 'robo', channel: 'C0SOC', text: '@Watchfloor help' });
    await stage.control('mention', { as: 'robo', channel: 'D0ROBO', text: 'help' });
    expect(stage.asked).toEqual([]);
  });
});
