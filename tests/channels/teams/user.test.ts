import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PARTNER_TENANT_ID, people, TENANT_ID } from '../../../src/sandbox/people.ts';
import { type Company, createCompany, openly, SOC } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await createCompany();
  // Teams tells of the installation by itself; this ends after that has.
  await company.act('install', { change: 'add' });
  company.desk.say = async () => openly({ kind: 'text', text: 'Heard.' });
});
afterEach(() => company.stop());

const oidOf = (id: string) => people.find((person) => person.id === id)?.oid;
const say = (as: string) => company.act('say', { as, conversation: SOC, text: '@Watchfloor help' });

describe('whoever writes in Teams', () => {
  it.each([
    ['olivia', 'member', TENANT_ID],
    ['mallory', 'member', TENANT_ID],
    // An account of our own directory, which knows it for a guest's.
    ['guest', 'member', TENANT_ID],
    ['paula', 'external', PARTNER_TENANT_ID],
  ])('is known by the id of the directory: %s comes as %s', async (as, standing, tenantId) => {
    await say(as);
    expect(company.asked).toMatchObject([{ what: 'say', user: { id: oidOf(as), standing, tenantId } }]);
  });

  it('and whom no directory knows is of another organisation', async () => {
    await company.send(company.message({ from: { id: '29:1visitor', name: 'Visitor' } }));
    expect(company.asked).toMatchObject([
      { user: { id: '29:1visitor', standing: 'external', tenantId: '' } },
    ]);
  });

  it('from a chat with a partner is not even listened to', async () => {
    const { status } = await company.act('say', { as: 'paula', conversation: 'a:1paula', text: 'help' });
    expect(status).toBe(403);
    expect(company.asked).toEqual([]);
  });
});

describe('another bot in Teams', () => {
  it('is not answered, for two bots that answer each other never end', async () => {
    const before = company.messages().length;
    await say('robo');
    expect(company.asked).toEqual([]);
    expect(company.messages()).toHaveLength(before + 1);
  });

  it.each([
    { id: '28:another-bot', name: 'Robot', aadObjectId: oidOf('adam') },
    { id: '29:1adam-contoso', name: 'Adam Keller', aadObjectId: oidOf('adam'), role: 'skill' },
  ])('is a bot whatever else it claims to be: $id', async (from) => {
    const value = {
      action: { type: 'Action.Execute', verb: 'watchfloor/take', data: { incident: 1, version: 1 } },
    };
    const invoke = { ...company.message({ from }), type: 'invoke', name: 'adaptiveCard/action', value };
    await company.send(invoke);
    expect(company.asked).toMatchObject([{ what: 'press', user: { standing: 'bot' } }]);
  });
});

describe('somebody who comes or goes', () => {
  it.each(['add', 'remove'])('makes that people are asked about anew: %s', async (change) => {
    let changed = 0;
    company.desk.peopleChanged = () => {
      changed += 1;
    };
    expect(await company.act('membership', { as: 'priya', conversation: SOC, change })).toMatchObject({
      status: 200,
    });
    expect(changed).toBe(1);
  });
});
