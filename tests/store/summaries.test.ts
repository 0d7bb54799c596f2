import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../src/incident/incident.ts';
import { claimCards, type DueCard, recordFailure, recordShown } from '../../src/store/cards.ts';
import type { Database } from '../../src/store/database.ts';
import { append, openDraft, setAlone } from '../../src/store/draft.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { save } from '../../src/store/save.ts';
import {
  claimThinned,
  joinSummary,
  leaveSummaries,
  readSummary,
  recordSummaryFailure,
  recordSummaryShown,
  rowsBehind,
  type Summary,
  stormPriority,
} from '../../src/store/summaries.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { databases } from '../support/databases.ts';
import { appendTo, events, openStore, storeIncident } from './open.ts';

const soc = { channel: 'slack', conversation: 'C0SOC' };
const teams = { channel: 'teams', conversation: '19:soc@thread.tacv2' };
const most = { rows: 40, messages: 10 };
const lease = { limit: 10, leaseSeconds: 60, replica: 7 };
const failed = { reason: 'no answer', maybePosted: false, lost: false, retrySeconds: 0, restSeconds: 0 };

describe.each(databases)('a storm’s message on $name', (kind) => {
  let store: Database;
  beforeAll(async () => {
    store = await openStore(kind);
  });
  beforeEach(async () => {
    await sql`delete from cards`.execute(store.db);
    await sql`delete from summaries`.execute(store.db);
    await sql`delete from conversations`.execute(store.db);
  });
  afterAll(() => store.close());

  /** New incidents whose cards wait, of these priorities. */
  async function wait(priorities: number[], places = [soc]): Promise<Incident[]> {
    const incidents = [];
    for (const priority of priorities) incidents.push(await storeIncident(store.db, { priority, places }));
    return incidents;
  }

  async function claim(): Promise<DueCard> {
    const [card] = await claimCards(store.db, { ...lease, limit: 1 });
    if (!card) throw new Error('No card is due.');
    return card;
  }

  const none = async () => expect(await claimCards(store.db, lease)).toEqual([]);
  const join = async (limits = most) => joinSummary(store.db, await claim(), limits);
  const read = (id: string) => readSummary(store.db, id, most.rows);
  const idsIn = async (id: string) => (await read(id)).incidents.map((incident) => incident.id);

  /** Draws and posts it, or edits it, as it is now. */
  async function show(id: string, message = 'the storm'): Promise<Summary> {
    const wanted = await rowsBehind(store.db, id);
    const summary = await read(id);
    await recordSummaryShown(store.db, summary, {
      ref: { conversation: summary.conversation, message },
      wanted,
      paceMs: 0,
    });
    return summary;
  }

  async function takeIt(incident: Incident): Promise<void> {
    const draft = openDraft();
    append(draft, incident, events({ type: 'acknowledged' }), { priorityOf: () => 4, forSources: true });
    setAlone(draft, incident.id);
    await save(store.db, draft);
  }

  it('has a row for every card that waits in its conversation, the gravest first', async () => {
    const [minor, major, middle] = await wait([2, 9, 4]);
    await wait([3], [teams]);
    const id = await join();
    expect(await show(id)).toMatchObject({
      ...soc,
      ref: undefined,
      inDoubt: false,
      total: 3,
      open: 3,
      counts: { medium: 3 },
    });
    expect(await idsIn(id)).toEqual([major?.id, middle?.id, minor?.id]);
    expect(await stormPriority(store.db, soc)).toBe(9);
    expect(await stormPriority(store.db, teams)).toBeUndefined();
    const [elsewhere, ...more] = await claimCards(store.db, lease);
    expect(elsewhere).toMatchObject(teams);
    expect(more).toEqual([]);
  });

  it('counts severities and what is still open over all rows, and lists only some', async () => {
    const incidents = await wait([4, 4, 4]);
    const [closed] = incidents;
    if (closed) {
      await appendTo(store.db, closed, {
        type: 'closed',
        closing: { classification: 'undetermined', reason: undefined, comment: '' },
      });
    }
    await storeIncident(store.db, {
      alert: defenderAlert({ sourceId: crypto.randomUUID(), severity: 'high' }),
      places: [soc],
    });
    const summary = await readSummary(store.db, await join(), 2);
    expect(summary).toMatchObject({ total: 4, open: 3, counts: { medium: 3, high: 1 } });
    expect(summary.incidents.map((one) => one.status)).toEqual(['new', 'new']);
  });

  it('is as grave as the gravest that came in the storm, also where that has a card of its own', async () => {
    await wait([4, 4]);
    await show(await join());
    expect(await stormPriority(store.db, soc)).toBe(4);
    await wait([9]);
    const card = await claim();
    await recordShown(store.db, card, {
      ref: { conversation: soc.conversation, message: 'grave' },
      revision: card.wantedRevision,
      paceMs: 0,
    });
    expect(await stormPriority(store.db, soc)).toBe(9);
    await sql`update summaries set joined_at = now() - interval '11 minutes'`.execute(store.db);
    expect(await stormPriority(store.db, soc)).toBeUndefined();
  });

  it('takes in what comes later, and no card that was shown, is in doubt or is somebody’s', async () => {
    const [first] = await wait([9]);
    const card = await claim();
    await recordShown(store.db, card, {
      ref: { conversation: soc.conversation, message: 'first' },
      revision: card.wantedRevision,
      paceMs: 0,
    });
    await wait([8]);
    const doubtful = await claim();
    await recordFailure(store.db, doubtful, { ...failed, maybePosted: true, retrySeconds: 60 });
    const [taken] = await wait([2]);
    if (taken) await takeIt(taken);

    const [early] = await wait([7]);
    const id = await join();
    await show(id);
    const [late] = await wait([6]);
    expect(await join()).toBe(id);
    expect(await idsIn(id)).toEqual([early?.id, late?.id]);
    expect(first?.id).toBeLessThan(early?.id ?? 0);
  });

  it('is behind again when one of its incidents changes, also while it is being shown', async () => {
    const [one, two] = await wait([4, 4]);
    const id = await join();
    await show(id);
    await none();

    const changed = one && (await appendTo(store.db, one, { type: 'commented', text: 'more' }));
    expect(await claim()).toMatchObject({ incidentId: one?.id, summaryId: id, ref: undefined });
    const wanted = await rowsBehind(store.db, id);
    const summary = await read(id);
    expect(summary.ref).toMatchObject({ message: 'the storm' });
    if (changed) await appendTo(store.db, changed, { type: 'commented', text: 'meanwhile' });
    const ref = { conversation: soc.conversation, message: 'the storm' };
    const more = await recordSummaryShown(store.db, summary, { ref, wanted, paceMs: 0 });
    expect(more).toBe(true);
    expect((await claim()).summaryId).toBe(id);
    await show(id);
    await none();
    expect(two?.id).toBeGreaterThan(one?.id ?? 0);
  });

  it('lets one go that somebody asks for, in that channel only, and is behind until it shows that', async () => {
    const [picked, other] = await wait([4, 4], [soc, teams]);
    const ids = new Map<string, string>();
    for (const card of await claimCards(store.db, lease)) {
      const id = await joinSummary(store.db, card, most);
      ids.set(card.channel, id);
      await show(id);
    }
    const slack = ids.get('slack') ?? '';
    expect(await claimThinned(store.db, lease)).toEqual([]);

    expect(await leaveSummaries(store.db, picked?.id ?? 0, 'slack')).toBe(true);
    expect(await leaveSummaries(store.db, picked?.id ?? 0, 'slack')).toBe(false);
    const card = await claim();
    expect(card).toMatchObject({ ...soc, incidentId: picked?.id, summaryId: undefined, alone: true });
    // One message at a time goes into a conversation.
    expect(await claimThinned(store.db, lease)).toEqual([]);
    await recordShown(store.db, card, {
      ref: { conversation: soc.conversation, message: 'picked' },
      revision: card.wantedRevision,
      paceMs: 0,
    });
    expect(await claimThinned(store.db, lease)).toEqual([{ id: slack, channel: 'slack' }]);
    expect(await show(slack)).toMatchObject({ total: 1 });
    expect(await idsIn(slack)).toEqual([other?.id]);
    expect(await idsIn(ids.get('teams') ?? '')).toEqual([picked?.id, other?.id]);
    expect(await claimThinned(store.db, lease)).toEqual([]);
    await none();
  });

  it('lets one go that somebody takes, everywhere, and it never joins a storm again', async () => {
    const [taken] = await wait([4, 4]);
    const id = await join();
    await show(id);
    if (taken) await takeIt(taken);
    expect(await claim()).toMatchObject({ incidentId: taken?.id, summaryId: undefined, alone: true });
    expect(await rowsBehind(store.db, id)).toEqual([]);
    await sql`update conversations set rest_until = now()`.execute(store.db);
    expect(await claimThinned(store.db, lease)).toEqual([{ id, channel: 'slack' }]);
    const summary = await show(id);
    expect(summary.incidents.map((incident) => incident.id)).not.toContain(taken?.id);
  });

  it('says so when the last one has left it', async () => {
    const [only] = await wait([4]);
    const id = await join();
    await show(id);
    if (only) await takeIt(only);
    expect(await claimThinned(store.db, lease)).toEqual([{ id, channel: 'slack' }]);
    expect(await show(id)).toMatchObject({ total: 0, open: 0, incidents: [] });
  });

  it('is behind again where another leaves while it is being shown', async () => {
    const [one, two] = await wait([4, 4, 4]);
    const id = await join();
    await show(id);
    await leaveSummaries(store.db, one?.id ?? 0, 'slack');
    const summary = await read(id);
    await leaveSummaries(store.db, two?.id ?? 0, 'slack');
    await recordSummaryShown(store.db, summary, {
      ref: { conversation: soc.conversation, message: 'the storm' },
      wanted: [],
      paceMs: 0,
    });
    expect(await claimThinned(store.db, lease)).toEqual([{ id, channel: 'slack' }]);
  });

  it('that cannot be shown thinner is tried again after its pause', async () => {
    const [one] = await wait([4, 4]);
    const id = await join();
    await show(id);
    if (one) await leaveSummaries(store.db, one.id, 'slack');
    await recordSummaryFailure(store.db, await read(id), { ...failed, retrySeconds: 60 });
    expect(await claimThinned(store.db, lease)).toEqual([]);
    await sql`update summaries set try_after = now()`.execute(store.db);
    expect(await claimThinned(store.db, lease)).toHaveLength(1);
  });

  it('is over after ten minutes with nothing new: the next storm has a message of its own', async () => {
    const [old] = await wait([9]);
    const id = await join();
    await show(id);
    await sql`update summaries set joined_at = now() - interval '9 minutes'`.execute(store.db);
    await wait([4]);
    expect(await join()).toBe(id);
    await show(id);

    await sql`update summaries set joined_at = now() - interval '11 minutes'`.execute(store.db);
    expect(await stormPriority(store.db, soc)).toBeUndefined();
    await wait([3]);
    const next = await join();
    expect(next).not.toBe(id);
    await show(next);
    expect(await stormPriority(store.db, soc)).toBe(3);
    // What happens to the incidents of the old one still shows there.
    if (old) await appendTo(store.db, old, { type: 'commented', text: 'late' });
    expect((await claim()).summaryId).toBe(id);
  });

  it('goes on in a second message when the first is full, and in the last without end', async () => {
    const few = { rows: 3, messages: 2 };
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      await wait([4, 4]);
      while ((await waiting()) > 0) {
        const id = await join(few);
        if (!ids.includes(id)) ids.push(id);
        await show(id);
      }
    }
    const totals = await Promise.all(ids.map(async (id) => (await read(id)).total));
    expect(totals).toEqual([3, 5]);
  });
  const waiting = async () => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::integer as n from cards where part = 'card' and behind and summary_id is null`.execute(
      store.db,
    );
    return rows[0]?.n ?? 0;
  };

  it('is posted anew with all its rows where somebody deleted it', async () => {
    const [one] = await wait([4, 4]);
    const id = await join();
    await show(id);
    if (one) await appendTo(store.db, one, { type: 'commented', text: 'more' });
    await claim();
    await recordSummaryFailure(store.db, await read(id), { ...failed, lost: true });
    expect((await claim()).summaryId).toBe(id);
    const anew = await show(id, 'anew');
    expect(anew).toMatchObject({ ref: undefined, inDoubt: false, total: 2 });
    expect((await read(id)).ref).toMatchObject({ message: 'anew' });
    await none();
  });

  it('is in doubt after a post that may have happened, and not after one that was refused', async () => {
    await wait([4, 4]);
    const id = await join();
    const first = await read(id);
    expect(first).toMatchObject({ inDoubt: false, attempts: 0 });
    await recordSummaryFailure(store.db, first, failed);
    expect((await claim()).summaryId).toBe(id);
    const second = await read(id);
    expect(second).toMatchObject({ inDoubt: false, attempts: 1 });
    await recordSummaryFailure(store.db, second, { ...failed, maybePosted: true });
    await claim();
    expect(await read(id)).toMatchObject({ inDoubt: true, attempts: 2 });
  });

  it('that was refused rests as long as it is told to', async () => {
    await wait([4]);
    const id = await join();
    await recordSummaryFailure(store.db, await read(id), { ...failed, retrySeconds: 60 });
    await none();
    expect(await read(id)).toMatchObject({ attempts: 1 });
  });

  it('changes and is shown at the same time, and nobody waits for each other for ever', async () => {
    let incidents = await wait([4, 4, 4, 4, 4, 4]);
    const id = await join();
    await show(id);
    let pouring = true;
    const decide = async () => {
      for (let n = 0; n < 8; n += 1) {
        incidents = await Promise.all(
          incidents.map((one) => appendTo(store.db, one, { type: 'commented', text: `note ${n}` })),
        );
      }
      pouring = false;
    };
    const send = async () => {
      for (;;) {
        const [card] = await claimCards(store.db, lease);
        if (card) await show(card.summaryId ?? '');
        else if (pouring) await new Promise((resolve) => setImmediate(resolve));
        else return;
      }
    };
    await Promise.all([decide(), send(), send()]);
    await send();
    expect(await rowsBehind(store.db, id)).toEqual([]);
    for (const { id, version } of incidents) {
      expect((await readIncident(store.db, id))?.incident.version).toBe(version);
    }
  });
});
