import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { BOT_FRAMEWORK_ISSUER } from '../../src/sandbox/teams/token.ts';
import { numberIn } from './alerts.ts';
import { person } from './company.ts';

/** Slack and the Bot Framework's keys, as bare as can be: the time of a card's coming, and a quick yes. */
export interface Sink {
  url: string;
  /** Number of the alert → `performance.now()` when its card came. */
  cards: Map<number, number>;
  /** Number of the alert → incident that its card shows. */
  incidents: Map<number, number>;
  /** How many cards came to show that somebody took them. */
  taken(): number;
  /** A new database counts its incidents from the start again. */
  forget(): void;
  /** Settles when nothing has come for `ms`. */
  quiet(ms: number): Promise<void>;
  close(): Promise<void>;
}

export async function openSink(teamsKey: object): Promise<Sink> {
  const cards = new Map<number, number>();
  const incidents = new Map<number, number>();
  const taken = new Set<string>();
  let lastCall = 0;
  let ts = 0;
  const nextTs = () => `1700000000.${String(++ts).padStart(6, '0')}`;

  function answer(url: string, body: string): object {
    switch (url) {
      case '/slack/api/chat.postMessage':
        if (!/(^|&)thread_ts=/.test(body)) noteCard(body);
        return { ok: true, channel: 'C0BENCH', ts: nextTs() };
      case '/slack/api/auth.test':
        return {
          ok: true,
          user_id: 'U0WATCHFLOOR',
          bot_id: 'B0WATCHFLOOR',
          team_id: person.slackTeam,
        };
      case '/slack/api/users.info':
        return {
          ok: true,
          user: {
            id: person.slackId,
            team_id: person.slackTeam,
            profile: { real_name: person.name, email: person.upn },
          },
        };
      case '/teams/openid':
        return { issuer: BOT_FRAMEWORK_ISSUER, jwks_uri: `${origin()}/teams/keys` };
      case '/teams/keys':
        return { keys: [teamsKey] };
      case '/slack/api/chat.update':
        noteTaken(body);
        return { ok: true };
      default:
        return { ok: true };
    }
  }

  function noteCard(body: string): void {
    const n = numberIn(body);
    if (n === undefined) return;
    cards.set(n, lastCall);
    const incident = /INC-(\d+)/.exec(body)?.[1];
    if (incident) incidents.set(n, Number(incident));
  }

  function noteTaken(body: string): void {
    const incident = /INC-(\d+)/.exec(body)?.[1];
    if (incident && body.includes('Olivia')) taken.add(incident);
  }

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      lastCall = performance.now();
      const json = JSON.stringify(answer(request.url ?? '', Buffer.concat(chunks).toString('latin1')));
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(json),
      });
      response.end(json);
    });
  });
  // Longer than any pause in a run, so that no keep-alive connection ends under a request.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: origin(),
    cards,
    incidents,
    taken: () => taken.size,
    forget() {
      for (const kept of [cards, incidents, taken]) kept.clear();
    },
    async quiet(ms) {
      const begin = performance.now();
      for (;;) {
        const wait = Math.max(begin, lastCall) + ms - performance.now();
        if (wait <= 0) return;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
