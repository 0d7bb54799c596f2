import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refused } from '../../../src/errors.ts';
import { pageView } from '../pages.ts';
import { type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage[Symbol.asyncDispose]());

const open = (as: string) => stage.control('home', { as });
const home = (user = 'U0ADAM') => stage.standIn.state().homes.find((one) => one.user === user);
const shown = () => JSON.stringify(home()?.view);

/** Slack is answered first; the tab follows. */
async function until(what: string): Promise<void> {
  for (let tries = 0; !shown().includes(what); tries += 1) {
    if (tries > 200) throw new Error(`The Home tab never said ${what}: ${shown()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const press = (action_id: string) =>
  stage.control('press', { as: 'adam', view_id: home()?.id ?? '', action_id });

describe('the Home tab in Slack', () => {
  it('is drawn when somebody opens it, for them alone', async () => {
    await open('adam');
    expect(stage.asked).toMatchObject([{ what: 'home', user: { id: 'U0ADAM' } }]);
    expect(shown()).toContain('Watchfloor for Olivia Marsh');
    expect(home('U0OLIVIA')).toBeUndefined();
  });

  it('says why where they may see nothing', async () => {
    stage.desk.home = async () => {
      throw new Refused('I do not know you.');
    };
    await open('adam');
    expect(shown()).toContain('I do not know you.');
    expect(stage.standIn.state().notes).toEqual([]);
  });

  it('is drawn anew by its button, without a word in any chat', async () => {
    await open('adam');
    stage.desk.home = async () => pageView({ title: 'Later', refresh: 'dashboard' });
    await press('say:1');
    await until('Later');
    expect(stage.asked.filter(({ what }) => what === 'say')).toEqual([]);
  });

  it('tells what came of its other buttons, which are said in the direct chat', async () => {
    await open('adam');
    await press('say:2');
    await until('You said take INC-1042');
    expect(stage.asked.find(({ what }) => what === 'say')).toMatchObject({
      text: 'take INC-1042',
      conversation: 'D0ADAM',
    });
    stage.desk.say = async () => ({ view: { kind: 'page', page: pageView() }, private: true });
    await press('say:2');
    await until('direct chat, under Messages');
  });
});
