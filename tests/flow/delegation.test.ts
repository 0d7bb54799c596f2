import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDelegated } from '../../src/azure/delegated.ts';
import { openDelegations, openRefreshTokens } from '../../src/flow/delegation.ts';
import type { Delegations } from '../../src/flow/sign-in.ts';
import { findPerson, TENANT_ID } from '../../src/sandbox/people.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import { Browser } from '../support/browser.ts';
import { databases } from '../support/databases.ts';
import { clientId, openSignInStage, type SignInStage, secret, tokenKey } from '../support/sign-in.ts';

const audience = 'https://api.loganalytics.io';
const adam = findPerson('adam').oid;
const olivia = findPerson('olivia').oid;

describe.each(databases)('asking logs in a person’s own name, on $name', (kind) => {
  let stage: SignInStage;
  let delegations: Delegations;
  let browser: Browser;
  let keys: [string, ...string[]];

  beforeAll(async () => {
    stage = await openSignInStage(kind);
  });
  beforeEach(async () => {
    await stage.reset();
    await sql`delete from delegations`.execute(stage.db);
    keys = [tokenKey];
    browser = new Browser();
    delegations = openDelegations(stage, tokens());
  });
  afterAll(() => stage.close());

  const tokens = () => openRefreshTokens(stage, () => keys);

  /** As one replica signs in as people. */
  function replica() {
    const credentialFor = createDelegated({
      authorityHost: stage.entraUrl,
      tenantId: TENANT_ID,
      clientId,
      clientSecret: secretOf('AZURE_CLIENT_SECRET', secret),
      scope: `${audience}/.default`,
      tokens: tokens(),
      now: () => Date.now() + stage.clock.ahead,
    });
    return async (personId: string): Promise<string> => {
      const access = await (await credentialFor(personId)).getToken('');
      return access?.token ?? '';
    };
  }
  const claimsOf = (token: string) => stage.entra.verify(`Bearer ${token}`, [audience]);
  const stored = async () => {
    const { rows } = await sql<{ person_id: string; sealed: string }>`
      select person_id, sealed from delegations order by person_id`.execute(stage.db);
    return rows;
  };
  const allow = async (as: string) => browser.signInBy(await delegations.begin(findPerson(as).oid), as);

  it('begins with a page that says what for, and Azure then sees this very person', async () => {
    expect(await delegations.has(adam)).toBe(false);
    const link = await delegations.begin(adam);
    expect((await browser.get(link)).html).toContain('Ask the logs in your name');
    const page = await browser.signInBy(link, 'adam');
    expect(page.html).toContain('From now on Watchfloor asks the logs in your name.');
    expect(await delegations.has(adam)).toBe(true);
    const claims = await claimsOf(await replica()(adam));
    expect(claims).toMatchObject({ oid: adam, upn: findPerson('adam').upn, scp: 'Data.Read', aud: audience });
    expect(stage.recorded.map(({ type, by }) => [type, by.id])).toEqual([['signed-in', adam]]);
  });

  it('is for the person alone who began it', async () => {
    const page = await browser.signInBy(await delegations.begin(adam), 'olivia');
    expect(page.status).toBe(403);
    expect(page.html).toContain('another account');
    expect(await stored()).toEqual([]);
  });

  it('is not had of whoever never allowed it, and nobody else is asked in their place', async () => {
    await allow('adam');
    await expect(replica()(olivia)).rejects.toMatchObject({ name: 'Refused' });
  });

  it('leaves nothing in the database that can be read there or moved to another row', async () => {
    await allow('adam');
    const [row] = await stored();
    expect(row?.person_id).toBe(adam);
    expect(row?.sealed).toMatch(/^eyJ[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
    await sql`insert into delegations (person_id, sealed, allowed_at)
      values (${olivia}, ${row?.sealed}, now())`.execute(stage.db);
    expect(await delegations.has(olivia)).toBe(false);
    await expect(replica()(olivia)).rejects.toMatchObject({ name: 'Refused' });
  });

  it('goes on through a change of the key, and ends with the last one that opens it', async () => {
    await allow('adam');
    keys = ['another-key-of-at-least-thirty-two-chars', tokenKey];
    const [before] = await stored();
    await claimsOf(await replica()(adam));
    const [renewed] = await stored();
    expect(renewed?.sealed).not.toBe(before?.sealed);
    keys = ['another-key-of-at-least-thirty-two-chars'];
    expect(await delegations.has(adam)).toBe(true);
    keys = ['a-third-key-of-at-least-thirty-two-chars'];
    expect(await delegations.has(adam)).toBe(false);
  });

  it('asks Entra once for what runs at the same time, and again when the hour is over', async () => {
    await allow('adam');
    const tokenFor = replica();
    const [first, second] = await Promise.all([tokenFor(adam), tokenFor(adam)]);
    expect(second).toBe(first);
    expect(await tokenFor(adam)).toBe(first);
    stage.clock.ahead = 55 * 60_000;
    expect(await tokenFor(adam)).not.toBe(first);
  });

  it('works in two replicas that renew it at the same time', async () => {
    await allow('adam');
    const [one, another] = [replica(), replica()];
    await Promise.all([one(adam), another(adam)]);
    stage.clock.ahead = 55 * 60_000;
    await Promise.all([one(adam), another(adam)]);
    expect(await stored()).toHaveLength(1);
    expect((await claimsOf(await replica()(adam))).oid).toBe(adam);
  });

  it.each([
    ['revoked', () => stage.entra.revoke(adam)],
    ['of an account that was switched off', () => stage.directory.setEnabled(findPerson('adam'), false)],
  ])('ends where it is %s: they have to sign in again', async (_what, end) => {
    await allow('adam');
    end();
    await expect(replica()(adam)).rejects.toThrow('you get a link to sign in');
    expect(await delegations.has(adam)).toBe(false);
    expect(await stored()).toEqual([]);
  });

  it('ends at once in every replica where they take it back', async () => {
    await allow('adam');
    const tokenFor = replica();
    await tokenFor(adam);
    expect(await delegations.remove(adam)).toBe(true);
    expect(await delegations.remove(adam)).toBe(false);
    await expect(tokenFor(adam)).rejects.toMatchObject({ name: 'Refused' });
  });

  it('goes on where Entra cannot be reached for a moment', async () => {
    await allow('adam');
    const unreachable = createDelegated({
      authorityHost: 'https://127.0.0.1:1',
      tenantId: TENANT_ID,
      clientId,
      clientSecret: secretOf('AZURE_CLIENT_SECRET', secret),
      scope: `${audience}/.default`,
      tokens: tokens(),
      now: Date.now,
    });
    await expect(unreachable(adam)).rejects.toMatchObject({ name: 'FarSideError', reason: 'unavailable' });
    expect(await delegations.has(adam)).toBe(true);
  });

  it('tells no token in any error', async () => {
    await allow('adam');
    const token = (await tokens().read(adam)) ?? '';
    expect(token.length).toBeGreaterThan(40);
    stage.entra.revoke();
    const error = await replica()(adam).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token.slice(0, 30));
  });
});
