import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/store/database.ts';
import { company } from '../../people/company.ts';
import { openStore } from '../../store/open.ts';
import { databases } from '../../support/databases.ts';
import { setPageStage } from '../handover/stage.ts';

const { lena } = company;

describe.each(databases)('closing alike ones on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());

  it('shows the list, closes exactly it once, and takes it back but for what was touched', async () => {
    const stage = setPageStage(store);
    const noise = { type: 'NOISE', product: 'Scanner' };
    const precedent = await stage.incident(noise);
    const one = await stage.incident(noise);
    const two = await stage.incident(noise);
    const grave = await stage.incident({ ...noise, severity: 'high' });
    const lenas = await stage.incident(noise, {
      type: 'assigned',
      owner: { id: lena.id, name: lena.name, upn: lena.upn },
    });
    const hidden = await stage.incident(noise, {
      type: 'restricted',
      to: [{ id: lena.id, name: lena.name, upn: lena.upn }],
    });
    await expect(stage.say('adam', `close-alike INC-${precedent.id}`)).rejects.toThrow(
      'is open. Close it first',
    );
    await stage.say('adam', `close INC-${precedent.id} fp inaccurate-data the weekly scan`);
    await expect(stage.say('olivia', `close-alike INC-${precedent.id}`)).rejects.toThrow('is for analyst');

    const preview = await stage.say('adam', `bulk close INC-${precedent.id}`);
    expect(preview.page?.title).toBe(`Close 2 incidents like INC-${precedent.id}?`);
    expect(preview.text).toContain(`"lead":"INC-${grave.id}","text":"it is of high severity"`);
    expect(preview.text).toContain(`"lead":"INC-${lenas.id}","text":"Lena Fischer has it"`);
    expect(preview.text).not.toContain(`INC-${hidden.id}`);
    const confirm = preview.page?.buttons[0]?.words ?? '';

    // A third one comes meanwhile: what was seen is not what would be closed.
    const three = await stage.incident(noise);
    await expect(stage.say('adam', confirm)).rejects.toThrow('It is another list than you saw.');
    const anew = (await stage.say('adam', `close-alike INC-${precedent.id}`)).page?.buttons[0]?.words ?? '';
    await expect(stage.say('lena', anew)).rejects.toThrow('Adam Keller has to confirm it');

    // Pressed twice at the same moment it is done once.
    const both = await Promise.allSettled([stage.say('adam', anew), stage.say('adam', anew)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const { id } of [one, two, three]) {
      const { closing, status, deeds } = await stage.now({ id } as typeof one);
      expect(status).toBe('closed');
      expect(deeds.filter(({ type }) => type === 'closed')).toHaveLength(1);
      expect(closing).toMatchObject({ classification: 'false-positive', reason: 'inaccurate-data' });
      expect(closing?.comment).toMatch(
        new RegExp(`^Closed with 2 others like INC-${precedent.id} \\(bulk \\d+\\): the weekly scan$`),
      );
    }
    expect((await stage.now(grave)).status).toBe('new');
    const number = Number(/\d+$/.exec(anew)?.[0]);

    await stage.say('lena', `comment INC-${two.id} "wait, this one is real"`);
    const undone = await stage.say('adam', `undo-bulk ${number}`);
    expect(undone.text).toContain(`2 incidents are open again. Somebody has touched INC-${two.id} since`);
    const { status, closing } = await stage.now(one);
    expect({ status, closing }).toEqual({ status: 'new', closing: undefined });
    expect((await stage.now(two)).status).toBe('closed');
    await expect(stage.say('adam', `undo-bulk ${number}`)).rejects.toThrow('is undone already');

    const late = (await stage.say('adam', `close-alike INC-${precedent.id}`)).page?.buttons[0]?.words ?? '';
    await stage.say('adam', late);
    stage.later(11);
    await expect(stage.say('adam', `undo-bulk ${Number(/\d+$/.exec(late)?.[0])}`)).rejects.toThrow(
      'more than ten minutes ago',
    );
  });
});
