import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FarSideError } from '../../src/errors.ts';
import { pageBody } from '../../src/flow/escalation/page-body.ts';
import { createHeartbeat } from '../../src/paging/heartbeat.ts';
import { createPager } from '../../src/paging/pager.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import type { CallFarSide } from '../../src/telemetry.ts';
import { sendOnTo, setTrap, type Trap } from '../attack/trap.ts';
import { adam, defenderAlert, owner } from '../incident/alerts.ts';
import { incidentAfter } from '../incident/given.ts';

const callFarSide: CallFarSide = (_side, _what, call) => call();
const word = 'a-word-nobody-else-may-have';
const at = Date.parse('2026-11-30T02:14:00Z');

const pagerTo = (service: Trap) =>
  createPager({
    url: `${service.url}/enqueue`,
    secret: secretOf('PAGING_SECRET', word),
    routingKey: secretOf('PAGING_ROUTING_KEY', 'whose-telephone'),
    now: () => at,
    callFarSide,
  });

const occasion = { about: 'acknowledge', missed: new Date(at).toISOString(), why: '' } as const;
const bodyOf = (incident: ReturnType<typeof incidentAfter>) =>
  pageBody(incident, [owner(adam)], { ...occasion, now: new Date(at).toISOString() });
const event = {
  event_action: 'trigger' as const,
  dedup_key: 'watchfloor-INC-1042',
  client: 'Watchfloor',
  payload: bodyOf(incidentAfter({ type: 'opened', alert: defenderAlert() })),
};

const failureOf = (call: Promise<void>) => call.then(() => undefined).catch((error: FarSideError) => error);

describe('a call to a paging service', () => {
  it('is signed over its time and its very bytes, so that an old or a foreign one is known', async () => {
    await using service = await setTrap();
    await pagerTo(service).send(event);
    const [request = ''] = service.caught;
    const headers = request.split('\n');
    const header = (name: string) => headers[headers.indexOf(name) + 1];
    const timestamp = header('x-watchfloor-timestamp');
    const signed = createHmac('sha256', word)
      .update(`${timestamp}.${headers.at(-1)}`)
      .digest('hex');
    expect(timestamp).toBe(String(at / 1_000));
    expect(header('x-watchfloor-signature')).toBe(`sha256=${signed}`);
    expect(request).not.toContain(word);
  });

  it('follows no redirect, and says neither secret nor answer in its failure', async () => {
    await using trap = await setTrap();
    await using service = await setTrap(sendOnTo(trap.url));
    const failure = await failureOf(pagerTo(service).send(event));
    expect(failure).toMatchObject({ side: 'paging', reason: 'rejected' });
    expect(JSON.stringify([failure?.message, failure?.cause])).not.toMatch(/a-word|whose-telephone|stolen/);
    expect(service.caught).toHaveLength(1);
    expect(trap.caught).toEqual([]);
  });

  it('waits as long as a service that is asked too often says', async () => {
    await using service = await setTrap((_request, response) => {
      response.writeHead(429, { 'retry-after': '7' }).end();
    });
    expect(await failureOf(pagerTo(service).send(event))).toMatchObject({
      reason: 'rate-limited',
      retryAfter: 7_000,
    });
  });

  it('tells of a restricted incident its name, the limit and whom to call, and nothing else', () => {
    const alert = defenderAlert({ title: 'Payroll was read by a director' });
    const open = incidentAfter({ type: 'opened', alert });
    expect(JSON.stringify(bodyOf(open))).toContain('Payroll');
    const told = JSON.stringify(bodyOf({ ...open, severity: 'low', restrictedTo: [owner(adam)] }));
    expect(told).toContain(owner(adam).upn);
    expect(told).not.toMatch(/Payroll|low|info/);
  });
});

describe('the address of the heartbeat', () => {
  it('stands in no error, and leads nowhere else', async () => {
    await using trap = await setTrap();
    await using service = await setTrap(sendOnTo(trap.url));
    const url = `${service.url}/ping/${word}`;
    const redirected = await failureOf(createHeartbeat({ url, callFarSide }).beat());
    expect(redirected).toMatchObject({ reason: 'rejected' });
    await service[Symbol.asyncDispose]();
    const down = await failureOf(createHeartbeat({ url, callFarSide }).beat());
    expect(down).toMatchObject({ reason: 'unavailable' });
    for (const failure of [redirected, down])
      expect(JSON.stringify([failure?.message, failure?.cause, failure?.stack])).not.toContain(word);
    expect(trap.caught).toEqual([]);
  });
});
