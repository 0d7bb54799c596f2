import { createHmac, randomUUID } from 'node:crypto';
import { IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRate } from '../../src/edge/rate.ts';
import { createSenderOf } from '../../src/edge/sender.ts';
import { databases } from '../support/databases.ts';
import { typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { push } from '../support/pushes.ts';

const [embedded] = databases;
if (!embedded) throw new Error('There is always an embedded database.');

/** Every path that is served, with the one method it is served by. */
const doors = [
  ['POST', '/webhooks/defender'],
  ['POST', '/slack/events'],
  ['POST', '/api/messages'],
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/metrics'],
  ['GET', '/on-call/soc.ics'],
] as const;

describe('every door', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(embedded, { LOG_LEVEL: 'warn' });
  });
  afterAll(() => house.close());

  const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(`${house.productUrl}${path}`, { method, headers, ...(method === 'POST' && { body: '{}' }) });

  it.each([...doors, ['GET', '/no/such/path'] as const])(
    '%s %s says nothing of what we are made of',
    async (method, path) => {
      const { headers } = await ask(method, path);
      for (const name of ['server', 'x-powered-by', 'via']) expect(headers.get(name)).toBeNull();
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy':
          "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringContaining('max-age='),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    },
  );

  it.each(doors)('but %s %s is refused by any other method, without a body', async (method, path) => {
    const others = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST'].filter(
      (one) => one !== method,
    );
    for (const other of others) {
      const answer = await ask(other, path);
      expect([other, answer.status]).toEqual([other, 405]);
      expect(await answer.text()).toBe('');
    }
  });

  it('answers what is no HTTP, and no method of ours, with an error and goes on', async () => {
    for (const sent of [
      'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n',
      'BREW /webhooks/defender HTTP/1.1\r\nHost: x\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'POST /webhooks/defender HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
      'GET /healthz HTTP/1.1\r\n\r\n',
    ]) {
      const status = await talk(house.productUrl, sent);
      expect([sent.slice(0, 40), status]).toEqual([
        sent.slice(0, 40),
        expect.stringMatching(/^(4\d\d|closed)$/),
      ]);
    }
    expect((await ask('GET', '/healthz')).status).toBe(200);
  });

  it('is closed to whoever stands in it and says nothing', async () => {
    const { server } = await openServer();
    expect(server.headersTimeout).toBe(10_000);
    expect(server.requestTimeout).toBe(20_000);
    expect(server.maxConnections).toBe(2_048);
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
  });

  it('is open to half of all connections from one address, and to others then', async () => {
    const { server } = await openServer();
    const knock = (remoteAddress: string) => {
      const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
      server.emit('connection', socket);
      return socket;
    };
    const knocking = Array.from({ length: 1_030 }, () => knock('203.0.113.7'));
    expect(knocking.filter(({ destroyed }) => destroyed)).toHaveLength(6);
    const other = knock('203.0.113.8');
    expect(other.destroyed).toBe(false);
    const [first] = knocking;
    first?.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    const last = knock('203.0.113.7');
    expect([last.destroyed, knock('203.0.113.7').destroyed]).toEqual([false, true]);
    last.destroy();
    for (const socket of [...knocking, other]) socket.destroy();
  });
});

describe.each(databases)('whoever knocks too often, on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
  });
  afterAll(() => house.close());

  it('is answered 429 at every door after sixty refusals, and what is believed is let in all the same', async () => {
    const guesses = Array.from({ length: 90 }, (_, n) =>
      push(house, 'defender', '{}', { authorization: `Bearer guess-number-${n}` }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    const believedNot = statuses.filter((status) => status === 401).length;
    // The sandbox knocks at the doors of the chats before they are open, which counts as well.
    expect(believedNot).toBeGreaterThanOrEqual(50);
    expect(statuses.filter((status) => status === 429)).toHaveLength(90 - believedNot);
    // The log has no more than sixty lines, and none of what was guessed.
    const lines = house.logged.filter(({ msg }) => msg === 'request refused');
    expect(lines).toHaveLength(60);
    expect(JSON.stringify(lines)).not.toContain('guess-number');

    const unsigned = await fetch(`${house.productUrl}/slack/events`, { method: 'POST', body: '{}' });
    const untold = await fetch(`${house.productUrl}/api/messages`, { method: 'POST', body: '{}' });
    const nowhere = await fetch(`${house.productUrl}/admin`);
    expect([unsigned.status, untold.status, nowhere.status]).toEqual([429, 429, 429]);

    // A burst of alerts from the very same address.
    const alerts = Array.from({ length: 400 }, () => push(house, 'defender', { hello: randomUUID() }));
    expect(new Set((await Promise.all(alerts)).map(({ status }) => status))).toEqual(new Set([202]));
    expect(await typeInSlack(house, 'adam', 'list')).toContain('No open incidents');
  });

  it('is answered 429 by everything but doors and probes after six hundred a minute', async () => {
    const statuses = new Set<number>();
    for (let n = 0; n < 620; n += 1) statuses.add((await fetch(`${house.productUrl}/metrics`)).status);
    expect([...statuses]).toEqual([200, 429]);
    // Whoever shares its address with the balancer must not take us out of service.
    expect((await fetch(`${house.productUrl}/healthz`)).status).toBe(200);
    expect((await fetch(`${house.productUrl}/readyz`)).status).toBe(200);
    expect((await push(house, 'defender', { hello: randomUUID() })).status).toBe(202);
  });

  it('twice with the same signed press is refused the second time', async () => {
    const body = new URLSearchParams({
      command: '/soc',
      text: 'list',
      user_id: 'U0ADAM',
      team_id: 'T0CONTOSO',
      channel_id: 'C0SOC',
      response_url: `${house.sandbox.url}/slack/response/none`,
      trigger_id: randomUUID(),
    }).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const secret = house.env.SLACK_SIGNING_SECRET ?? '';
    const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    const press = () =>
      fetch(`${house.productUrl}/slack/events`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${digest}`,
        },
        body,
      });
    expect((await press()).status).toBe(200);
    expect([409, 429]).toContain((await press()).status);
  });
});

describe('one person', () => {
  it('who types more than anybody means is told to wait, and nobody beside them', async () => {
    const house = await openHouse(embedded, { WATCHFLOOR_CONFIG: await strictSettings() });
    const said: string[] = [];
    for (let n = 0; n < 12; n += 1) said.push(await typeInSlack(house, 'adam', 'list'));
    expect(said.slice(0, 10).join()).not.toContain('Wait a minute');
    expect(said[10]).toContain('That is more than 10 a minute. Wait a minute, then go on.');
    expect(said[11]).toContain('That is more than 10 a minute.');
    expect(await typeInSlack(house, 'priya', 'list')).toContain('No open incidents');
    await house.close();
  });

  it('whom nobody knows is heard twenty times a minute', async () => {
    const house = await openHouse(embedded);
    const said: string[] = [];
    for (let n = 0; n < 22; n += 1)
      said.push(await typeInSlack(house, 'guest', 'close INC-1001 undetermined'));
    expect(said.slice(0, 20).join()).not.toContain('Wait a minute');
    expect(said[21]).toContain('You were told 20 times within a minute. Wait a minute, then go on.');
    await house.close();
  });
});

describe('the sender of a request', () => {
  const from = (peer: string, forwarded?: string) => {
    const request = new IncomingMessage(new Socket());
    Object.defineProperty(request.socket, 'remoteAddress', { value: peer });
    if (forwarded) request.headers['x-forwarded-for'] = forwarded;
    return request;
  };

  it('is whoever holds the connection, whatever they say, unless that is a proxy that is trusted', () => {
    const none = createSenderOf([]);
    expect(none(from('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7');
    const behind = createSenderOf(['10.0.0.0/8', 'loopback']);
    expect(behind(from('10.1.2.3', '198.51.100.1'))).toBe('198.51.100.1');
    expect(behind(from('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7');
    // What the client wrote itself stands to the left of what the proxy saw.
    expect(behind(from('10.1.2.3', '127.0.0.1, 198.51.100.1'))).toBe('198.51.100.1');
  });

  it('is one for a whole IPv6 network, and the same for both ways to write an IPv4 address', () => {
    const of = createSenderOf([]);
    expect(of(from('2001:db8:1:2:aaaa::1'))).toBe(of(from('2001:db8:1:2:bbbb:0:0:9')));
    expect(of(from('2001:db8:1:3::1'))).not.toBe(of(from('2001:db8:1:2::1')));
    expect(of(from('2001:db8::1'))).toBe('2001:db8:0:0::/64');
    expect(of(from('::ffff:203.0.113.7'))).toBe('203.0.113.7');
    expect(of(from(''))).toBe('');
  });

  it('is nobody new where a forwarded address is none', () => {
    const behind = createSenderOf(['loopback']);
    expect(behind(from('127.0.0.1', 'unknown, <script>, 1.2.3.4.5'))).toMatch(
      /^(127\.0\.0\.1|1\.2\.3\.4\.5)$/,
    );
  });
});

describe('a rate', () => {
  it('counts each key for itself, and all that are too many together', async () => {
    const rate = createRate(2);
    for (let n = 0; n < 10_000; n += 1) expect(await rate.take(`address ${n}`)).toBe(true);
    expect(await rate.take('address 5')).toBe(true);
    expect(await rate.take('address 5')).toBe(false);
    const late = [];
    for (let n = 0; n < 5; n += 1) late.push(await rate.take(`late ${n}`));
    expect(late).toEqual([true, true, false, false, false]);
    expect(await rate.take('address 6')).toBe(true);
  });
});

async function openServer() {
  const { createServer } = await import('../../src/edge/server.ts');
  const { pino } = await import('pino');
  const log = pino({ level: 'silent' });
  return createServer(log, {
    refuse: async (_request, _edge, status) => status,
    isTooMuch: async () => false,
  });
}

async function strictSettings(): Promise<string> {
  const { default: fs } = await import('node:fs');
  const { default: os } = await import('node:os');
  const { default: path } = await import('node:path');
  const file = path.join(os.tmpdir(), `watchfloor-strict-${randomUUID()}.yaml`);
  const usual = fs.readFileSync('src/sandbox/watchfloor.yaml', 'utf8');
  fs.writeFileSync(file, `${usual}\nlimits: { personPerMinute: 10 }\n`);
  return file;
}

/** The status that raw bytes get, or `closed`. */
function talk(url: string, sent: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(sent, 'latin1'));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      heard += chunk;
      socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1] ?? 'closed'));
  });
}
