import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import { markOf, numbersIn } from '../alerts.ts';
import { person, signingSecret, teamsApp } from '../company.ts';
import { conversationOf } from '../rooms.ts';
import { openStore } from './store.ts';

// The least that anything durable between Defender and a chat does, through bare parts. An alert: take it, keep it
// for good, say so, post a card. A press: check who sent it, keep it for good, say so, edit the card.

const chat = process.env.CHAT ?? '';
const agent = new http.Agent({ keepAlive: true });
const teamsKeys = createRemoteJWKSet(new URL('/teams/keys', chat));
const query = await openStore();
await query(
  `create table alerts (
    digest text primary key, number integer not null, body text not null, owner text,
    at timestamptz default now()
  )`,
  [],
);
await query('create index alerts_number on alerts (number)', []);

http
  .createServer((request, response) => {
    if (request.method === 'GET') return response.end();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', async () => {
      const body = Buffer.concat(chunks).toString('utf8');
      response.writeHead(await take(request, body)).end();
    });
  })
  .listen(Number(process.env.PORT), '127.0.0.1');

async function take({ url, headers }: http.IncomingMessage, body: string): Promise<number> {
  if (url === '/webhooks/defender') return takeAlert(body);
  if (url === '/slack/events') return takePress(body, headers);
  return takeInvoke(body, headers.authorization ?? '');
}

const alert = z.object({ name: z.string(), properties: z.object({ compromisedEntity: z.string() }) });

async function takeAlert(body: string): Promise<number> {
  const { name, properties } = alert.parse(JSON.parse(body));
  const [n = 0] = numbersIn(name);
  const digest = createHash('sha256').update(body).digest('hex');
  const kept = await query(
    'insert into alerts (digest, number, body) values ($1, $2, $3) on conflict do nothing',
    [digest, n, body],
  );
  if (kept === 0) return 200;
  const room = /^vm-(.+?)-bench/.exec(properties.compromisedEntity)?.[1] ?? '';
  postCard(n, conversationOf(room));
  return 202;
}

const press = z.object({
  actions: z.tuple([z.object({ value: z.string() })]),
  channel: z.object({ id: z.string() }),
  message: z.object({ ts: z.string() }),
});

async function takePress(body: string, headers: http.IncomingHttpHeaders): Promise<number> {
  const stamp = headers['x-slack-request-timestamp'];
  const proof = `v0=${createHmac('sha256', signingSecret).update(`v0:${stamp}:${body}`).digest('hex')}`;
  const shown = String(headers['x-slack-signature']);
  if (shown.length !== proof.length || !timingSafeEqual(Buffer.from(shown), Buffer.from(proof))) return 401;
  const { actions, channel, message } = press.parse(
    JSON.parse(new URLSearchParams(body).get('payload') ?? ''),
  );
  const n = Number(actions[0].value.split(':')[0]);
  await own(n);
  send('POST', '/slack/api/chat.update', {
    channel: channel.id,
    ts: message.ts,
    text: owned(n),
    blocks: padding,
  });
  return 200;
}

const invoke = z.object({
  conversation: z.object({ id: z.string() }),
  replyToId: z.string(),
  value: z.object({ action: z.object({ data: z.object({ incident: z.int() }) }) }),
});

async function takeInvoke(body: string, authorization: string): Promise<number> {
  await jwtVerify(authorization.replace('Bearer ', ''), teamsKeys, { audience: teamsApp.clientId });
  const { conversation, replyToId, value } = invoke.parse(JSON.parse(body));
  const n = value.action.data.incident;
  await own(n);
  const place = encodeURIComponent(conversation.id);
  send('PUT', `/teams/v3/conversations/${place}/activities/${replyToId}`, {
    text: owned(n),
    blocks: padding,
  });
  return 200;
}

const own = (n: number) => query('update alerts set owner = $2 where number = $1', [n, person.name]);
const owned = (n: number) => `${markOf(n)} ${person.name}`;

function send(method: 'POST' | 'PUT', path: string, message: object): void {
  const body = JSON.stringify(message);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  http.request(new URL(path, chat), { method, agent, headers }, (answer) => answer.resume()).end(body);
}

function postCard(n: number, conversation: string): void {
  const text = markOf(n);
  const button = { verb: 'watchfloor/take', data: { incident: n, version: 1 } };
  if (conversation.startsWith('19:')) {
    const activity = { text, attachments: [...padding, button] };
    send('POST', '/teams/v3/conversations', { channelData: { channel: { id: conversation } }, activity });
  } else {
    const blocks = [...padding, { type: 'button', value: `${n}:1:take` }];
    send('POST', '/slack/api/chat.postMessage', { channel: conversation, text, blocks });
  }
}

/** About as large as one of our cards. */
const padding = [{ type: 'section', text: { type: 'plain_text', text: 'x'.repeat(2_500) } }];
