import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findPerson, SLACK_TEAM_ID } from '../../src/sandbox/people.ts';
import { readLink } from '../../src/store/links.ts';
import { Browser, codeOn, type Page } from '../support/browser.ts';
import { databases } from '../support/databases.ts';
import { openSignInStage, type SignInStage } from '../support/sign-in.ts';

const minute = 60_000;
const oidOf = (id: string) => findPerson(id).oid;

describe.each(databases)('whoever attacks signing in, on $name', (kind) => {
  let stage: SignInStage;
  let browser: Browser;
  beforeAll(async () => {
    stage = await openSignInStage(kind);
  });
  beforeEach(async () => {
    await stage.reset();
    browser = new Browser();
  });
  afterAll(() => stage.close());

  const linkOf = (as: string) => readLink(stage.db, SLACK_TEAM_ID, findPerson(as).slackId);
  const failures = () => stage.recorded.filter(({ type }) => type === 'sign-in-failed');
  const reasons = () => failures().map(({ data }) => String(data.reason));
  /** There and signed in, but not back yet: where the browser is sent. */
  async function wayBack(link: string, person: string): Promise<string> {
    await browser.get(link);
    return Browser.next(await browser.signIn(Browser.next(await browser.post(link)), person));
  }
  const expectRefused = (page: Page) => {
    expect(page.status).toBe(403);
    expect(page.html).toContain('That did not work');
    expect(page.html).not.toMatch(/link \d{6}/);
  };

  it('is not let in by the way that honest people take', async () => {
    const page = await browser.signInBy(await stage.begin('priya'), 'priya');
    expect(page.status).toBe(200);
    expect(await stage.confirm('priya', codeOn(page))).toContain('you are Priya Nair');
    expect(await linkOf('priya')).toBe(oidOf('priya'));
    expect(stage.recorded.map(({ type }) => type)).toEqual(['signed-in', 'linked']);
    expect(await stage.unlink('priya')).toBe(true);
    expect(await stage.unlink('priya')).toBe(false);
    expect(await linkOf('priya')).toBeUndefined();
  });

  it('cannot use a link twice, and programs that only open it use nothing up', async () => {
    const link = await stage.begin('priya');
    await new Browser().get(link);
    const page = await browser.signInBy(link, 'priya');
    expect(page.status).toBe(200);
    expectRefused(await browser.get(link));
    expectRefused(await new Browser().post(link));
  });

  it('cannot go back the same way twice', async () => {
    const back = await wayBack(await stage.begin('priya'), 'priya');
    expect((await browser.get(back)).status).toBe(200);
    expectRefused(await browser.get(back));
  });

  it('cannot go back with a state of their own, or with none', async () => {
    const back = new URL(await wayBack(await stage.begin('priya'), 'priya'));
    for (const state of ['', 'guess', 'A'.repeat(43)]) {
      back.searchParams.set('state', state);
      expectRefused(await browser.get(back.href));
    }
  });

  it('cannot end in their browser what was begun in another', async () => {
    const back = await wayBack(await stage.begin('priya'), 'priya');
    expectRefused(await new Browser().get(back));
    const mallorys = new Browser();
    await mallorys.get(await stage.begin('mallory'));
    expectRefused(await mallorys.get(back));
    // And nothing is used up by trying.
    expect((await browser.get(back)).status).toBe(200);
  });

  it('cannot make a browser begin from a page of theirs', async () => {
    const link = await stage.begin('mallory');
    // Without the cookie that opening the page sets, as a form of another site comes.
    expectRefused(await browser.post(link));
    await browser.get(link);
    expectRefused(await browser.post(link, {}, { origin: 'https://evil.example' }));
    expectRefused(await browser.post(link, {}, { origin: 'null', 'sec-fetch-site': 'cross-site' }));
  });

  it('cannot put a code of Entra that was made for one attempt into another', async () => {
    const mallorys = new Browser();
    await mallorys.get(await stage.begin('mallory'));
    const link = await stage.begin('mallory');
    await mallorys.get(link);
    const stolen = Browser.next(await mallorys.signIn(Browser.next(await mallorys.post(link)), 'mallory'));
    const back = new URL(await wayBack(await stage.begin('priya'), 'priya'));
    back.searchParams.set('code', new URL(stolen).searchParams.get('code') ?? '');
    expectRefused(await browser.get(back.href));
    // PKCE: the verifier is another one.
    expect(reasons().at(-1)).toContain('AADSTS501481');
  });

  it.each([
    ['signed by somebody else', { forged: true }, /signature/],
    ['with another nonce', { claims: { nonce: 'another' } }, /nonce/],
    ['of another tenant', { claims: { tid: '2b9e61f4-08d7-4a53-bc12-e47f3a90d815' } }, /another tenant/],
    ['for another application', { claims: { aud: 'e8d3b6a2-4c19-4f75-9a60-7b1c5d2e8f34' } }, /aud/],
    ['of another authority', { claims: { iss: 'https://login.evil.example/v2.0' } }, /iss/],
    ['that names no person', { claims: { oid: undefined } }, /lacks tid or oid/],
    [
      'of nobody in the directory',
      { claims: { oid: '0000dead-5a1e-4c0d-9b7a-3f6e2d81c0aa' } },
      /does not know/,
    ],
  ])('is not believed with a token %s', async (_what, spoiled, reason) => {
    const back = await wayBack(await stage.begin('priya'), 'priya');
    stage.entra.spoilNext(spoiled);
    expectRefused(await browser.get(back));
    expect(reasons()).toEqual([expect.stringMatching(reason)]);
  });

  it.each([
    ['a guest', 'guest', /is a guest/],
    ['of another organisation', 'paula', /AADSTS50020/],
    ['switched off', 'dora', /AADSTS50057/],
  ])('cannot sign in with an account that is %s', async (_what, person, says) => {
    const link = await stage.begin('priya');
    await browser.get(link);
    const signedIn = await browser.signIn(Browser.next(await browser.post(link)), person);
    const page = signedIn.status === 302 ? await browser.get(Browser.next(signedIn)) : signedIn;
    expect(page.html).toMatch(says);
    expect(page.html).not.toMatch(/link \d{6}/);
  });

  it('cannot link an account that was switched off while they signed in', async () => {
    const page = await browser.signInBy(await stage.begin('priya'), 'priya');
    stage.directory.setEnabled(findPerson('priya'), false);
    await expect(stage.confirm('priya', codeOn(page))).rejects.toThrow('switched off');
    expect(await linkOf('priya')).toBeUndefined();
  });

  it('gains nothing by sending their own link to somebody: the code is for whoever began', async () => {
    const link = await stage.begin('mallory');
    const begun = await browser.get(link);
    expect(begun.html).toContain('Mallory Stone');
    expect(begun.html).toContain('U0MALLORY');
    const page = await browser.signInBy(link, 'adam');
    // Adam types the code as himself: there is nothing that waits for it.
    await expect(stage.confirm('adam', codeOn(page))).rejects.toThrow('I wait for no code');
    // Mallory does not know it; and with it, her own address still says who she is.
    await expect(stage.confirm('mallory', '000000')).rejects.toThrow(/not the code|belongs to somebody else/);
    await expect(stage.confirm('mallory', codeOn(page))).rejects.toThrow('belongs to somebody else');
    expect(await linkOf('mallory')).toBeUndefined();
    expect(await stage.people.slackIdsOf(oidOf('adam'))).toEqual([]);
  });

  it('guesses five times at a code, and then it is worth nothing', async () => {
    const code = codeOn(await browser.signInBy(await stage.begin('priya'), 'priya'));
    for (let guess = 0; guess < 5; guess += 1) {
      const wrong = String((Number(code) + 1 + guess) % 1_000_000).padStart(6, '0');
      await expect(stage.confirm('priya', wrong)).rejects.toThrow('not the code');
    }
    await expect(stage.confirm('priya', code)).rejects.toThrow('I wait for no code');
    expect(failures()).toHaveLength(5);
  });

  it('guesses no more often by guessing at the same time', async () => {
    const code = codeOn(await browser.signInBy(await stage.begin('priya'), 'priya'));
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    const guesses = Array.from({ length: 12 }, () => stage.confirm('priya', wrong).catch(String));
    const told = await Promise.all(guesses);
    expect(told.filter((one) => one.includes('not the code'))).toHaveLength(5);
  });

  it('comes too late after ten minutes: to begin, to go back, to type the code', async () => {
    const link = await stage.begin('priya');
    stage.clock.ahead = 11 * minute;
    expectRefused(await browser.get(link));
    stage.clock.ahead = 0;
    const back = await wayBack(await stage.begin('priya'), 'priya');
    stage.clock.ahead = 11 * minute;
    expectRefused(await browser.get(back));
    stage.clock.ahead = 0;
    const code = codeOn(await browser.signInBy(await stage.begin('priya'), 'priya'));
    stage.clock.ahead = 11 * minute;
    await expect(stage.confirm('priya', code)).rejects.toThrow('I wait for no code');
  });

  it('has one link at a time: a new one puts an end to the one before', async () => {
    const first = await stage.begin('priya');
    const second = await stage.begin('priya');
    expectRefused(await browser.get(first));
    expect((await browser.get(second)).status).toBe(200);
  });

  it('cannot link a second Slack account to a person, nor a linked one to another', async () => {
    const link = async (as: string, person: string, email: string) => {
      const page = await new Browser().signInBy(await stage.begin(as), person);
      return stage.confirm(as, codeOn(page), { email });
    };
    await link('priya', 'priya', 'priya@contoso.com');
    await expect(link('mallory', 'priya', '')).rejects.toThrow('linked with another Slack account');
    await expect(stage.begin('priya')).rejects.toThrow('linked with Priya Nair already');
    expect(await linkOf('mallory')).toBeUndefined();
  });

  it.each(['guest', 'external', 'bot', 'deactivated'] as const)('begins nothing as %s', async (standing) => {
    await expect(stage.begin('mallory', { standing })).rejects.toThrow();
    await expect(stage.confirm('mallory', '123456', { standing })).rejects.toThrow();
  });

  it('is led to no other place, and sees nothing again that they sent', async () => {
    const evil = '"><script>alert(1)</script>';
    const pages = [
      `/sign-in/callback?state=${encodeURIComponent(evil)}&redirect_uri=https://evil.example`,
      `/sign-in/${encodeURIComponent(evil)}`,
      '/sign-in/%2F%2Fevil.example',
      '/sign-in/callback?error=access_denied&error_description=Call+0800+EVIL',
    ];
    for (const path of pages) {
      const { status, html, headers } = await browser.get(stage.publicUrl + path);
      expect(status).toBe(403);
      expect(headers.get('location')).toBeNull();
      expect(html).not.toMatch(/evil|script>/i);
    }
    const link = await stage.begin('mallory', { name: '<img src=x onerror=alert(1)>' });
    expect((await browser.get(link)).html).not.toContain('<img');
    const { origin } = new URL(Browser.next(await browser.post(`${link}?next=https://evil.example`)));
    expect(origin).toBe(stage.entraUrl);
  });

  it('frames, scripts and keeps no page', async () => {
    const { headers } = await browser.get(await stage.begin('priya'));
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
  });

  it('finds nothing in the database that would help', async () => {
    const link = await stage.begin('priya');
    await browser.get(link);
    const there = new URL(Browser.next(await browser.post(link)));
    const code = codeOn(await browser.get(Browser.next(await browser.signIn(there.href, 'priya'))));
    const { rows } = await sql<object>`select * from sign_ins`.execute(stage.db);
    const stored = JSON.stringify(rows);
    const token = link.split('/').at(-1) ?? '-';
    const secrets = [token, there.searchParams.get('state'), there.searchParams.get('nonce'), `"${code}"`];
    for (const secret of secrets) expect(stored).not.toContain(secret);
  });

  describe('and an answer that has to be confirmed', () => {
    const purpose = {
      kind: 'answer',
      question: 'q-1',
      note: 'I was travelling',
      personId: oidOf('olivia'),
    } as const;

    it('counts once its person signs in anew', async () => {
      const page = await browser.signInBy(await stage.signIns.begin(purpose), 'olivia');
      expect(page.html).toContain('Thank you.');
      expect(stage.confirmed).toEqual([purpose]);
    });

    it('asks for the password even where somebody is signed in', async () => {
      await browser.signInBy(await stage.signIns.begin(purpose), 'olivia');
      const link = await stage.signIns.begin({ ...purpose, question: 'q-2' });
      await browser.get(link);
      const there = new URL(Browser.next(await browser.post(link)));
      expect(there.searchParams.get('prompt')).toBe('login');
      expect((await browser.get(there.href)).html).toContain('Sign in to Contoso');
    });

    it('is not given by another person', async () => {
      expectRefused(await browser.signInBy(await stage.signIns.begin(purpose), 'adam'));
      expect(stage.confirmed).toEqual([]);
      expect(reasons()).toHaveLength(1);
    });

    it.each([
      ['an hour ago', { auth_time: Math.floor(Date.now() / 1_000) - 3_600 }],
      ['nobody knows when', { auth_time: undefined }],
    ])('is not given by a sign-in of %s', async (_when, claims) => {
      const link = await stage.signIns.begin(purpose);
      const back = await wayBack(link, 'olivia');
      stage.entra.spoilNext({ claims });
      expectRefused(await browser.get(back));
      expect(stage.confirmed).toEqual([]);
    });
  });
});
