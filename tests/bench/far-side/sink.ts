import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { BOT_FRAMEWORK_ISSUER } from '../../../src/sandbox/teams/token.ts';
import { now, pause } from '../clock.ts';
import { answerWith } from '../worker.ts';
import { openBook } from './book.ts';
import { openLimits } from './limits.ts';
import { type Answer, createSlack } from './slack.ts';
import { createTeams } from './teams.ts';

// Slack, Teams and the Bot Framework's keys in a process of their own, as bare as can be: their limits, a note of
// what stands where since when, and a quick yes. The bench asks what came of it.

const book = openBook();
const limits = openLimits();
const slack = createSlack(book, limits);
const teams = createTeams(book, limits);
let teamsKey: unknown;
let lastCall = now();
let isAway = false;

const server = http.createServer((request, response) => {
  if (isAway) {
    request.socket.destroy();
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    if (isAway) {
      request.socket.destroy();
      return;
    }
    lastCall = now();
    const body = Buffer.concat(chunks).toString('utf8');
    const { status = 200, retryAfter, json } = answer(request, body);
    const text = JSON.stringify(json);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    });
    response.end(text);
  });
});
// Longer than any pause in a run, so that no keep-alive connection ends under a request.
server.keepAliveTimeout = 600_000;
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function answer({ url: path = '', method = '', headers }: http.IncomingMessage, body: string): Answer {
  if (path.startsWith('/slack/api/'))
    return slack(path.slice('/slack/api/'.length), body, headers['content-type'] ?? '');
  if (path === '/slack/hook') return slack('chat.postMessage', body, 'application/json');
  if (path.startsWith('/teams/v3/conversations'))
    return teams(method, path.slice('/teams/v3/conversations'.length), body);
  if (path === '/teams/openid')
    return { json: { issuer: BOT_FRAMEWORK_ISSUER, jwks_uri: `${url}/teams/keys` } };
  if (path === '/teams/keys') return { json: { keys: [teamsKey] } };
  return { json: { ok: true } };
}

const wanted = z.object({
  what: z.enum(['seen', 'taken']),
  numbers: z.array(z.int()),
  patienceMs: z.number(),
});

answerWith({
  open(about) {
    teamsKey = about;
    return url;
  },
  limits(about) {
    limits.on = z.boolean().parse(about);
  },
  away(about) {
    isAway = z.boolean().parse(about);
    if (isAway) server.closeAllConnections();
  },
  /** How many of these are not there when patience ends. */
  async wait(about) {
    const { what, numbers, patienceMs } = wanted.parse(about);
    const end = now() + patienceMs;
    const missing = () => numbers.reduce((count, n) => count + (book[what].has(n) ? 0 : 1), 0);
    while (missing() > 0 && now() < end) await pause(10);
    return missing();
  },
  /** Settles when nothing has come for so long. */
  async quiet(about) {
    const ms = z.number().parse(about);
    const begin = now();
    for (;;) {
      const wait = Math.max(begin, lastCall) + ms - now();
      if (wait <= 0) return;
      await pause(wait);
    }
  },
  read: () => ({
    seen: [...book.seen],
    taken: [...book.taken],
    buttons: [...book.buttons],
    traffic: [...book.traffic],
    messages: [...book.messages.values()]
      .filter(({ thread }) => !thread)
      .map(({ conversation, numbers, at }) => ({ conversation, numbers, at })),
  }),
  forget: () => book.forget(),
});
