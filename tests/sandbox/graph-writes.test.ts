import { afterEach, describe, expect, it } from 'vitest';
import { admKeller, nina } from '../../src/sandbox/logs/samples/estate.ts';
import { findPerson, principalNameOf } from '../../src/sandbox/people.ts';
import {
  type GraphStandIn,
  permissions,
  type StandInOptions,
  startGraph,
  writePermissions,
} from '../azure/graph-stand-in.ts';

const everything = [...permissions, ...writePermissions];
let running: GraphStandIn[] = [];
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
});

async function start(options: StandInOptions = {}) {
  const standIn = await startGraph({ granted: everything, ...options });
  running.push(standIn);
  const token = await standIn.token();
  return async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${standIn.origin}/v1.0/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, ...(text && JSON.parse(text)) };
  };
}

const user = `users/${nina.oid}`;
const risky = 'identityProtection/riskyUsers';
const disabled = { accountEnabled: false };
const renewed = { passwordProfile: { forceChangePasswordNextSignIn: true } };

describe('the Graph stand-in that is written to', () => {
  it('shows to readers what was written', async () => {
    const call = await start();
    const fields = 'accountEnabled,passwordProfile,signInSessionsValidFromDateTime';
    const before = await call('GET', `${user}?$select=${fields}`);
    expect(before).toMatchObject({
      accountEnabled: true,
      passwordProfile: { forceChangePasswordNextSignIn: false },
    });
    expect(await call('PATCH', user, { ...disabled, ...renewed })).toEqual({ status: 204 });
    expect(await call('POST', `${user}/revokeSignInSessions`)).toMatchObject({ status: 200, value: true });
    const after = await call('GET', `${user}?$select=${fields}`);
    expect(after).toMatchObject({ ...disabled, ...renewed });
    expect(
      String(after.signInSessionsValidFromDateTime) > String(before.signInSessionsValidFromDateTime),
    ).toBe(true);
    expect(await call('POST', `${risky}/confirmCompromised`, { userIds: [nina.oid] })).toEqual({
      status: 204,
    });
    expect(await call('GET', `${risky}/${nina.oid}`)).toMatchObject({
      riskLevel: 'high',
      riskState: 'confirmedCompromised',
      riskDetail: 'adminConfirmedUserCompromised',
    });
  });

  it.each([
    ['User.EnableDisableAccount.All', 'PATCH', user, disabled],
    ['User.Read.All', 'PATCH', user, disabled],
    ['User-PasswordProfile.ReadWrite.All', 'PATCH', user, renewed],
    ['User.RevokeSessions.All', 'POST', `${user}/revokeSignInSessions`, undefined],
    ['IdentityRiskyUser.ReadWrite.All', 'POST', `${risky}/confirmCompromised`, { userIds: [nina.oid] }],
    ['IdentityRiskyUser.ReadWrite.All', 'POST', `${risky}/dismiss`, { userIds: [nina.oid] }],
  ])('refuses whoever lacks %s: %s %s', async (permission, method, path, body) => {
    const call = await start({ granted: everything.filter((one) => one !== permission) });
    expect(await call(method, path, body)).toMatchObject({
      status: 403,
      error: { code: 'Authorization_RequestDenied' },
    });
  });

  it.each([
    ['a change of nothing', 'PATCH', user, {}, 400],
    ['a change of what it is not granted', 'PATCH', user, { jobTitle: 'Attacker' }, 400],
    ['a word for yes', 'PATCH', user, { accountEnabled: 'false' }, 400],
    ['a change of nobody', 'PATCH', 'users/nobody@contoso.com', disabled, 404],
    ['a change of an administrator', 'PATCH', `users/${admKeller.oid}`, disabled, 403],
    ['an administrator a new password', 'PATCH', `users/${admKeller.oid}`, renewed, 403],
    ['to sign out nobody', 'POST', 'users/nobody@contoso.com/revokeSignInSessions', undefined, 404],
    ['a judgement of nobody', 'POST', `${risky}/dismiss`, { userIds: [] }, 400],
    ['a judgement by address', 'POST', `${risky}/dismiss`, { userIds: [nina.upn] }, 400],
    [
      'a judgement of more than sixty',
      'POST',
      `${risky}/dismiss`,
      { userIds: Array(61).fill(nina.oid) },
      400,
    ],
  ])('refuses %s as Graph does', async (_what, method, path, body, status) => {
    const call = await start();
    expect(await call(method, path, body)).toMatchObject({ status, error: expect.anything() });
  });

  it('changes whoever holds no role but one that only reads, and ends no sessions of guests', async () => {
    const call = await start();
    expect(await call('PATCH', `users/${findPerson('marcus').oid}`, disabled)).toEqual({ status: 204 });
    const guest = `users/${encodeURIComponent(principalNameOf(findPerson('guest')))}`;
    const before = await call('GET', `${guest}?$select=signInSessionsValidFromDateTime`);
    expect(await call('POST', `${guest}/revokeSignInSessions`)).toMatchObject({ status: 200 });
    expect(await call('GET', `${guest}?$select=signInSessionsValidFromDateTime`)).toEqual(before);
  });

  it('wants Microsoft Entra ID P2 for judgements', async () => {
    const call = await start({ licence: 'P1' });
    const answer = await call('POST', `${risky}/dismiss`, { userIds: [nina.oid] });
    expect(answer).toMatchObject({ status: 403, error: { code: 'Forbidden' } });
  });

  it('leaves at none whoever has no risk to dismiss', async () => {
    const call = await start();
    const { oid } = findPerson('mallory');
    expect(await call('POST', `${risky}/dismiss`, { userIds: [oid] })).toEqual({ status: 204 });
    expect(await call('GET', `${risky}/${oid}`)).toMatchObject({ status: 404 });
  });
});
