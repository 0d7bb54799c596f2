import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBotFrameworkKey } from '../../../src/sandbox/teams/token.ts';
import { type Company, createCompany, openly, SOC } from './company.ts';

let company: Company;
beforeAll(async () => {
  company = await createCompany();
});
afterAll(() => company.stop());

describe('who may speak to the bot', () => {
  beforeEach(() => {
    company.rest();
    company.asked.length = 0;
    company.desk.say = async () => openly({ kind: 'text', text: 'Nothing is open.' });
  });

  /** Refused with this status, told nothing, and nobody was asked. */
  async function expectRefused(sent: Promise<{ status: number; text: string }>, status: number) {
    expect(await sent).toEqual({ status, text: '' });
    expect(company.asked).toEqual([]);
  }

  it('hears a message that Teams signed', async () => {
    expect(await company.send(company.message({ text: 'list' }))).toEqual({ status: 200, text: '' });
    expect(company.asked).toMatchObject([
      { what: 'say', with: ['list', SOC, undefined, { conversation: SOC }] },
    ]);
  });

  it('refuses who shows no token', async () => {
    await expectRefused(company.send(company.message(), {}, { authorization: '' }), 401);
  });

  it('refuses a token signed with another key under the name of the right one', async () => {
    const key = await createBotFrameworkKey();
    const [header = ''] = (await company.standIn.signToken()).split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
    await expectRefused(company.send(company.message(), { key, kid }), 401);
  });

  it('refuses a token without a signature', async () => {
    const [, payload] = (await company.standIn.signToken()).split('.');
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    const authorization = `Bearer ${header}.${payload}.`;
    await expectRefused(company.send(company.message(), {}, { authorization }), 401);
  });

  it('refuses a token of an unknown key', async () => {
    await expectRefused(company.send(company.message(), { kid: 'nobody' }), 401);
  });

  it('refuses a token that has expired', async () => {
    await expectRefused(company.send(company.message(), { expiresIn: '-10m' }), 401);
  });

  it('refuses a token for another bot', async () => {
    await expectRefused(company.send(company.message(), { audience: 'another-bot' }), 401);
  });

  it('refuses a token of another issuer, Entra ID among them', async () => {
    const issuer = 'https://sts.windows.net/7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30/';
    await expectRefused(company.send(company.message(), { issuer }), 401);
  });

  it('refuses a message that names another service URL than its token', async () => {
    const message = company.message({ serviceUrl: 'https://smba.trafficmanager.net/emea/' });
    await expectRefused(company.send(message), 401);
  });

  it('refuses a service URL on a host where our token may not go', async () => {
    const serviceUrl = 'https://attacker.trafficmanager.net/';
    await expectRefused(company.send(company.message({ serviceUrl }), { serviceUrl }), 403);
  });

  it('refuses another channel of the Bot Framework', async () => {
    await expectRefused(company.send(company.message({ channelId: 'webchat' })), 400);
  });

  it('refuses another tenant, in either place', async () => {
    const tenantId = '2b9e61f4-08d7-4a53-bc12-e47f3a90d815';
    await expectRefused(company.send(company.message({ conversation: { id: SOC, tenantId } })), 403);
    await expectRefused(company.send(company.message({ channelData: { tenant: { id: tenantId } } })), 403);
    await expectRefused(company.send(company.message({ conversation: { id: SOC }, channelData: {} })), 403);
  });

  it('refuses what was captured and sent again', async () => {
    const message = company.message();
    expect(await company.send(message)).toMatchObject({ status: 200 });
    company.asked.length = 0;
    await expectRefused(company.send(message), 409);
  });

  it('does not let a forged copy use up the first time', async () => {
    const message = company.message();
    await expectRefused(company.send(message, { audience: 'another-bot' }), 401);
    expect(await company.send(message)).toMatchObject({ status: 200 });
  });

  it('refuses what was said long ago', async () => {
    const timestamp = new Date(company.clock.now - 11 * 60_000).toISOString();
    await expectRefused(company.send(company.message({ timestamp })), 403);
  });

  it('refuses a body that is too large, not JSON, or no object', async () => {
    await expectRefused(company.send(company.message({ text: 'x'.repeat(300_000) })), 413);
    await expectRefused(company.send('list'), 400);
    await expectRefused(company.send('[]'), 400);
    await expectRefused(company.send('null'), 400);
  });

  it('remembers by which service a room is reached', async () => {
    await company.send(company.message());
    expect(company.remembered.get(SOC)).toBe(company.serviceUrl);
  });
});
