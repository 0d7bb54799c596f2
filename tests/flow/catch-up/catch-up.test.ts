import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database.ts';
import { company } from '../../people/company.ts';
import { openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { setPageStage } from '../handover/stage.ts';
import { userOf } from '../queries/stage.ts';

const owner = ({ id, name, upn }: typeof company.adam) => ({ id, name, upn });

describe.each(databases)('coming back on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  it('tells what changed since one was last here, and not what one did or may not see', async () => {
    const stage = setPageStage(store);
    // Events of the stage are of ten o'clock.
    stage.clock.now = Date.parse('2026-11-21T08:00:00.000Z');
    await stage.say('olivia', 'list');
    stage.clock.now = Date.parse('2026-11-21T10:30:00.000Z');
    const high = await stage.incident({ severity: 'high', title: 'A new and grave one' });
    const hidden = await stage.incident(
      { severity: 'high', title: 'About the board' },
      {
        type: 'restricted',
        to: [owner(company.lena)],
      },
    );
    const closed = await stage.incident({ title: 'Adam ends this' });
    await stage.say('adam', `close INC-${closed.id} undetermined nobody knows`);

    // Pressing around after coming back forgets nothing.
    await stage.say('olivia', 'list');
    stage.later(10);
    await stage.say('olivia', `take INC-${high.id}`);
    const told = await stage.say('olivia', 'catchup');
    expect(told.isPrivate).toBe(true);
    expect(told.page?.facts).toEqual([{ label: 'Since', at: '2026-11-21T08:00:00.000Z' }]);
    expect(told.page?.sections.map(({ title }) => title)).toEqual([
      'New, of high severity',
      'Closed',
      'New besides',
    ]);
    expect(told.text).toContain('A new and grave one');
    expect(told.text).toContain('Adam Keller closed it as undetermined: nobody knows');
    expect(told.text).not.toContain('About the board');
    expect(told.text).not.toContain('Olivia Marsh took it');
    expect(told.page?.buttons[0]).toMatchObject({ words: `show INC-${high.id}` });
    expect((await stage.say('lena', 'catchup')).text).toContain(`INC-${hidden.id}`);

    stage.later(5);
    expect((await stage.say('olivia', 'catchup --since 10:41')).page?.title).toBe(
      'Nothing happened while you were away',
    );
    const inBerlin = { ...userOf('olivia'), zone: 'Europe/Berlin' };
    const since = await stage.desk.say(inBerlin, 'catchup --since 10:59', 'D0OLIVIA', undefined);
    // By the clock that she sees; at ten o'clock UTC it was eleven there.
    expect(since.view).toMatchObject({
      page: { facts: [{ label: 'Since', at: '2026-11-21T09:59:00.000Z' }] },
    });
    await expect(stage.say('olivia', 'catchup --since 30d')).rejects.toThrow('I look back 14 days');
    await expect(stage.say('olivia', 'catchup now')).rejects.toThrow('Say catchup');
  });
});
