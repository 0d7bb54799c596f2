import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drawQuestion } from '../../src/channels/question.ts';
import { absorb } from '../../src/flow/absorb.ts';
import { openAcceptance } from '../../src/flow/accept.ts';
import { answerQuestion, confirmAnswer } from '../../src/flow/answer.ts';
import { openAsking } from '../../src/flow/asking.ts';
import { change } from '../../src/flow/change.ts';
import { openCourtesy } from '../../src/flow/courtesy.ts';
import { openInbox } from '../../src/flow/inbox.ts';
import { noRotasAtHand } from '../../src/flow/on-call/at-hand.ts';
import { noLogs } from '../../src/flow/queries/at-hand.ts';
import { openQuiet } from '../../src/flow/silences/at-hand.ts';
import type { Watchfloor } from '../../src/flow/watchfloor.ts';
import { usualQuestions } from '../../src/incident/consequence.ts';
import { bot, type Incident, type IncidentFact } from '../../src/incident/incident.ts';
import type { Question } from '../../src/incident/question.ts';
import { usualQuiet } from '../../src/incident/quiet-settings.ts';
import { stanceOf } from '../../src/incident/stance.ts';
import { usualWeights } from '../../src/incident/worth.ts';
import { usualEscalation } from '../../src/people/escalation-settings.ts';
import { usualHandovers } from '../../src/people/handover-settings.ts';
import { nobodyOnCall } from '../../src/people/on-call.ts';
import type { Database } from '../../src/store/database.ts';
import { addAlert, openDraft } from '../../src/store/draft.ts';
import { readIncident } from '../../src/store/incidents.ts';
import { beginAsking, claimQuestions, releaseQuestion } from '../../src/store/questions.ts';
import { save } from '../../src/store/save.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { type Stage, setStage } from '../channels/slack/stage.ts';
import { adam, defenderAlert, owner, sentinelIncident } from '../incident/alerts.ts';
import { question as exampleOf } from '../incident/questions.ts';
import { company, peopleOf } from '../people/company.ts';
import { appendTo, openStore, storeIncident } from '../store/open.ts';
import { noPlays, usualAfter } from '../support/at-hand.ts';
import { databases } from '../support/databases.ts';

const log = pino({ level: 'silent' });
const account = { kind: 'account', name: 'adam', upn: adam.upn, oid: adam.id } as const;
const started = Date.parse('2026-11-21T10:00:00.000Z');

describe.each(databases)('the lane that asks, on $name', (kind) => {
  let store: Database;
  let stage: Stage;
  let floor: Watchfloor;
  const clock = { now: started };
  const telemetry = createTelemetry(log);
  const people = peopleOf([
    { ...company.lena, slack: 'U0LENA' },
    { ...company.adam, slack: 'U0ADAM', manager: company.lena.id },
    company.olivia,
  ]);

  beforeAll(async () => {
    store = await openStore(kind);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    clock.now = started;
    stage = await setStage();
    floor = openFloor(store, stage, () => new Date(clock.now));
  });
  afterEach(() => stage[Symbol.asyncDispose]());

  async function asked(changes: Partial<Question> = {}): Promise<{ incident: Incident; question: Question }> {
    const question = exampleOf({ id: randomUUID(), channel: 'slack', ...changes });
    const alert = defenderAlert({ sourceId: randomUUID(), entities: [account], tactics: ['Collection'] });
    const opened = await storeIncident(store.db, { alert });
    return { incident: await appendTo(store.db, opened, { type: 'asked', question }), question };
  }
  /** Looks until there is nothing left to do. */
  async function run(): Promise<void> {
    const look = openAsking(floor, people);
    for (;;) {
      const found = await look(10);
      if (typeof found === 'number' || found.tasks.length === 0) return;
      await Promise.all(found.tasks.map((task) => task()));
    }
  }
  /** An alert comes that makes Adam's account one in somebody else's hands. */
  async function doubtAdam(before: Incident): Promise<Incident> {
    const more = { sourceId: randomUUID(), entities: [account], tactics: ['CredentialAccess'] };
    const alert = defenderAlert(more);
    const draft = openDraft();
    const after = change(floor, draft, before, { type: 'join', alert }, bot);
    const shown = { alert, digest: '', stance: stanceOf(after), observedAt: undefined };
    addAlert(draft, shown, { incidentId: after.id, wantedVersion: 0 });
    await save(store.db, draft);
    return after;
  }
  const chat = (person: string) => stage.messages(`D0${person.toUpperCase()}`);
  const stateOf = async (id: number) => (await readIncident(store.db, id))?.incident;

  it('posts once, however often it looks', async () => {
    await asked();
    await run();
    await run();
    expect(chat('adam')).toHaveLength(1);
    clock.now = started + 60 * 60_000;
    await run();
  });

  it('finds what somebody posted who was killed before they wrote it down', async () => {
    const { incident, question } = await asked();
    const lease = { limit: 1, leaseSeconds: 0, replica: 7, now: new Date(clock.now) };
    const [due] = await claimQuestions(store.db, lease);
    const conversation = await stage.slack.channel.direct('U0ADAM');
    await beginAsking(store.db, question.id, { channel: 'slack', conversation });
    const view = drawQuestion(incident.id, { question, askedBy: due?.askedBy ?? '', outcome: undefined });
    await stage.slack.channel.postQuestion(conversation, view, question.id);

    await run();
    expect(chat('adam')).toHaveLength(1);
    clock.now = started + 60 * 60_000;
    await run();
    expect(JSON.stringify(chat('adam'))).toContain('There was no answer in time.');
  });

  it('posts where somebody was killed before they posted', async () => {
    const { question } = await asked();
    await claimQuestions(store.db, { limit: 1, leaseSeconds: 0, replica: 7, now: new Date(clock.now) });
    await beginAsking(store.db, question.id, { channel: 'slack', conversation: 'D0ADAM' });
    await run();
    expect(chat('adam')).toHaveLength(1);
    clock.now = started + 60 * 60_000;
    await run();
  });

  it('gives up once when time is over, raises the severity by one and asks the manager', async () => {
    const { incident, question } = await asked();
    await run();
    clock.now = Date.parse(question.dueAt);
    // Two replicas see at the same time that time is over.
    const [first, second] = await Promise.all(
      [1, 2].map(() =>
        claimQuestions(store.db, { limit: 1, leaseSeconds: 0, replica: 7, now: new Date(clock.now) }),
      ),
    );
    expect((first ?? []).length + (second ?? []).length).toBeGreaterThan(0);
    await Promise.all([run(), run()]);
    const after = await stateOf(incident.id);
    expect(after?.severity).toBe('high');
    expect(after?.deeds.map(({ type }) => type)).toEqual([
      'asked',
      'unanswered',
      'severity-changed',
      'asked',
    ]);
    expect(after?.inquiries.map(({ outcome }) => outcome?.answer)).toEqual(['none', undefined]);
    expect(chat('lena').filter(({ text }) => text?.startsWith('Was this Adam Keller?'))).toHaveLength(1);

    clock.now += 60 * 60_000;
    await run();
    const last = await stateOf(incident.id);
    expect(last?.inquiries.map(({ outcome }) => outcome?.answer)).toEqual(['none', 'none']);
    expect(JSON.stringify(chat('lena'))).toContain('There was no answer in time.');
  });

  it('calls somebody unreachable whom no chat lets be asked, and asks the manager', async () => {
    const olivia = owner(company.olivia);
    const { incident } = await asked({ about: olivia, asked: olivia });
    await run();
    expect((await stateOf(incident.id))?.inquiries[0]?.outcome?.answer).toBe('unreachable');
  });

  it('does not ask through an account that came to be in doubt meanwhile', async () => {
    const question = exampleOf({ id: randomUUID(), channel: 'slack' });
    const alert = defenderAlert({
      sourceId: randomUUID(),
      entities: [account],
      tactics: ['CredentialAccess'],
    });
    const opened = await storeIncident(store.db, { alert });
    await appendTo(store.db, opened, { type: 'asked', question });
    await run();
    expect(chat('adam')).toEqual([]);
    expect(chat('lena')).toHaveLength(1);
    expect((await stateOf(opened.id))?.inquiries[0]?.outcome?.answer).toBe('unreachable');
  });

  const toOlivia: IncidentFact = { type: 'restricted', to: [owner(company.olivia)] };
  const later = async () => {
    clock.now += 60 * 60_000;
    await run();
  };

  it('tells no manager by itself of an incident that is for named people only', async () => {
    const { incident } = await asked();
    await run();
    await appendTo(store.db, incident, toOlivia);
    await later();
    expect(chat('lena')).toEqual([]);
    const after = await stateOf(incident.id);
    expect(after?.inquiries.map(({ outcome }) => outcome?.answer)).toEqual(['none']);
    expect(after?.severity).toBe('high');
  });

  it('asks the manager who is one of the named people', async () => {
    const { incident } = await asked();
    await run();
    await appendTo(store.db, incident, { type: 'restricted', to: [owner(company.lena)] });
    clock.now += 60 * 60_000;
    await run();
    expect(chat('lena')).toHaveLength(1);
    await later();
  });

  it.each([company.adam, company.lena])(
    'does not ask $name any more where the incident was restricted before the message went out',
    async (person) => {
      const { incident } = await asked({ asked: owner(person) });
      await appendTo(store.db, incident, toOlivia);
      await run();
      expect([...chat('adam'), ...chat('lena')]).toEqual([]);
      const after = await stateOf(incident.id);
      expect(after?.inquiries.map(({ outcome }) => outcome?.answer)).toEqual(['unreachable']);
    },
  );

  it('never asks whoever wanted to know in place of somebody else', async () => {
    const { incident } = await asked({ asker: company.lena.id });
    await run();
    await later();
    expect(chat('lena')).toEqual([]);
    expect((await stateOf(incident.id))?.inquiries).toHaveLength(1);
  });

  const adamInSlack = {
    id: 'U0ADAM',
    name: 'Adam',
    standing: 'member',
    channel: 'slack',
    teamId: 'T0CONTOSO',
    email: adam.upn,
  } as const;

  it.each(['yes', 'not-sure'] as const)(
    'takes a %s of an account that came to be in doubt for no answer: raises, and asks the manager',
    async (answer) => {
      const { incident, question } = await asked();
      await run();
      await doubtAdam(incident);
      await answerQuestion(floor, people, adamInSlack, question.id, { answer, note: 'it was me' });
      await run();
      const after = await stateOf(incident.id);
      expect(after?.inquiries.map(({ outcome }) => outcome?.answer)).toEqual([answer, undefined]);
      expect(after?.inquiries[1]?.question.detour).toBe(
        "Adam Keller answered from an account that may be in somebody else's hands, so Lena Fischer, their manager, is asked.",
      );
      expect(after?.severity).toBe('high');
      expect(chat('lena')).toHaveLength(1);
      await later();
    },
  );

  it('takes a fresh sign-in of an account in doubt for no answer either', async () => {
    floor.questions = { ...usualQuestions, yes: 'close' };
    const { incident, question } = await asked();
    await run();
    await doubtAdam(incident);
    const purpose = { kind: 'answer', question: question.id, note: '', personId: adam.id } as const;
    await confirmAnswer(floor, people, purpose);
    const after = await stateOf(incident.id);
    expect(after?.inquiries[0]?.outcome).toMatchObject({ answer: 'yes', confirmed: false });
    expect(after?.inquiries[1]?.question.asked.name).toBe('Lena Fischer');
    expect([after?.status, after?.severity]).toEqual(['new', 'high']);
    await run();
    await later();
  });

  it('says to call where an account in doubt answered and the incident is not for the manager', async () => {
    const { incident, question } = await asked();
    await run();
    await doubtAdam(await appendTo(store.db, incident, toOlivia));
    await answerQuestion(floor, people, adamInSlack, question.id, { answer: 'yes', note: '' });
    await run();
    expect(chat('lena')).toEqual([]);
    const after = await stateOf(incident.id);
    expect(after?.severity).toBe('high');
    expect(after?.deeds.at(-1)).toMatchObject({
      type: 'commented',
      text: expect.stringContaining('Call Adam Keller by phone.'),
    });
  });

  it('takes the yes of an account in doubt where people sign in to Slack otherwise', async () => {
    floor.questions = { ...usualQuestions, slackSignIn: 'separate' };
    const { incident, question } = await asked();
    await run();
    await doubtAdam(incident);
    await answerQuestion(floor, people, adamInSlack, question.id, { answer: 'yes', note: '' });
    await run();
    const after = await stateOf(incident.id);
    expect(after?.inquiries.map(({ outcome }) => outcome?.answer)).toEqual(['yes']);
    expect(after?.severity).toBe('medium');
  });

  /** As though the pause were over. */
  const again = async (id: string) => {
    await releaseQuestion(store.db, id);
    await run();
  };

  it('waits for a token of ours that is good again, and calls nobody unreachable for it', async () => {
    const { incident, question } = await asked();
    stage.faults.set('slack', { kind: 'revoked' });
    await run();
    await again(question.id);
    expect((await stateOf(incident.id))?.inquiries.map(({ outcome }) => outcome)).toEqual([undefined]);
    stage.faults.set('slack', { kind: 'none' });
    await again(question.id);
    expect(chat('adam')).toHaveLength(1);
    expect(chat('lena')).toEqual([]);

    // Nor does the message stay open for ever where the token fails just when it is to be shown as settled.
    clock.now = Date.parse(question.dueAt);
    stage.faults.set('slack', { kind: 'revoked' });
    await run();
    stage.faults.set('slack', { kind: 'none' });
    await again(question.id);
    expect(JSON.stringify(chat('adam'))).toContain('There was no answer in time.');
    const instead = (await stateOf(incident.id))?.inquiries[1]?.question.id ?? '';
    await again(instead);
    await later();
  });

  it('goes on with what was asked on a part that merges into the whole', async () => {
    const { incident, question } = await asked({ note: 'Were you at work?' });
    await run();
    const whole = await merge(incident);
    await run();
    const [carried] = whole.inquiries;
    expect(carried?.question).toEqual({ ...question, id: carried?.question.id });
    expect(carried?.question.id).not.toBe(question.id);
    const [old, fresh] = chat('adam');
    expect(JSON.stringify(old)).toContain('No answer is needed any more.');
    expect(JSON.stringify(fresh)).toContain('Were you at work?');
    const given = { answer: 'no', note: '' } as const;
    await answerQuestion(floor, people, adamInSlack, carried?.question.id ?? '', given);
    expect((await stateOf(whole.id))?.inquiries[0]?.outcome?.answer).toBe('no');
    await run();
  });

  it('tells the whole of what was asked on a part and cannot be asked there', async () => {
    const { incident } = await asked();
    await run();
    const whole = await merge(incident, toOlivia);
    expect(whole.inquiries).toEqual([]);
    expect(whole.deeds.at(-1)).toMatchObject({
      type: 'commented',
      text: `adam@contoso.com was asked on INC-${incident.id} whether it was them; that question ended with the merge: ask again here.`,
    });
    await run();
    expect(chat('adam')).toHaveLength(1);
  });

  /** A Sentinel incident turns out to hold the alerts of a part. */
  async function merge(part: Incident, ...past: IncidentFact[]): Promise<Incident> {
    const contains = part.alerts.map(({ sourceId }) => sourceId);
    const alert = sentinelIncident({ sourceId: randomUUID(), contains });
    const opened = await storeIncident(store.db, { alert });
    const before = past.length > 0 ? await appendTo(store.db, opened, ...past) : opened;
    const draft = openDraft();
    const after = await absorb(floor, draft, before, alert, []);
    await save(store.db, draft);
    return after;
  }

  it('shows once how it ended', async () => {
    const { incident, question } = await asked();
    await run();
    const given = {
      question: question.id,
      about: owner(adam),
      answer: 'yes',
      note: '',
      confirmed: false,
    } as const;
    await appendTo(store.db, incident, { type: 'answered', ...given });
    await run();
    await run();
    expect(chat('adam')).toMatchObject([{ posts: 2 }]);
    expect(JSON.stringify(chat('adam'))).toContain('You said: yes, that was me.');
  });

  function openFloor({ db, boss, replica }: Database, { slack }: Stage, now: () => Date): Watchfloor {
    const inbox = openInbox();
    const ringIntake = () => {};
    return {
      db,
      boss,
      replica,
      log,
      telemetry,
      now,
      sources: new Map(),
      channels: new Map([['slack', slack.channel]]),
      route: { name: 'everything', match: {}, priority: 0, to: [], continue: false, routes: [] },
      clearance: [],
      worth: { rules: [], weights: usualWeights },
      enrichers: new Map(),
      plays: noPlays,
      after: usualAfter,
      quiet: openQuiet(usualQuiet),
      ringSilences: () => {},
      onCall: nobodyOnCall,
      digests: { timeZone: 'UTC', plans: [] },
      rotas: noRotasAtHand,
      handovers: usualHandovers,
      escalation: { ...usualEscalation, enabled: false },
      ringRuns: () => {},
      ringWeigh: () => {},
      ringEnrich: () => {},
      windowHours: 24,
      storm: { waiting: 5, perMinute: 30 },
      limits: { personPerMinute: 1_000, deniedPerMinute: 1_000 },
      questions: usualQuestions,
      courtesy: openCourtesy(),
      recorder: { note: async () => {}, count: () => {} },
      signIns: { begin: async () => '' },
      accept: openAcceptance({ db, inbox, ringIntake, telemetry }),
      inbox,
      ringIntake,
      ringDeliver: () => {},
      ringWriteBack: () => {},
      ringQuestions: () => {},
      ringQueries: () => {},
      ringNotices: () => {},
      ringEscalation: () => {},
      ringAnswers: () => {},
      atHand: noLogs,
    };
  }
});
