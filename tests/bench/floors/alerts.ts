import { createHash } from 'node:crypto';
import http from 'node:http';
import pg from 'pg';
import { openEmbedded } from '../../../src/store/embedded.ts';
import { numberIn } from '../alerts.ts';

// The least that anything between Defender and Slack does: take the alert, keep it for good, say so, post a card.

const sink = new URL('/slack/api/chat.postMessage', process.env.SINK);
const agent = new http.Agent({ keepAlive: true });
const query = await openStore();
await query(
  'create table alerts (digest text primary key, body text not null, at timestamptz default now())',
  [],
);

http
  .createServer((request, response) => {
    if (request.method === 'GET') return response.end();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', async () => {
      const body = Buffer.concat(chunks).toString('utf8');
      JSON.parse(body);
      const digest = createHash('sha256').update(body).digest('hex');
      const kept = await query('insert into alerts (digest, body) values ($1, $2) on conflict do nothing', [
        digest,
        body,
      ]);
      response.writeHead(kept > 0 ? 202 : 409).end();
      if (kept > 0) postCard(numberIn(body) ?? 0);
    });
  })
  .listen(Number(process.env.PORT), '127.0.0.1');

function postCard(n: number): void {
  const card = JSON.stringify({ channel: 'C0BENCH', text: `bench-${String(n).padStart(6, '0')}`, blocks });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(card) };
  http.request(sink, { method: 'POST', agent, headers }, (answer) => answer.resume()).end(card);
}

/** About as large as one of our cards. */
const blocks = [{ type: 'section', text: { type: 'plain_text', text: 'x'.repeat(2_500) } }];

/** @returns a function that runs one statement, commits it, and tells how many rows it changed */
async function openStore(): Promise<(sql: string, values: string[]) => Promise<number>> {
  const { DATABASE_URL: url, DATA_DIR: folder = '' } = process.env;
  if (url) {
    const pool = new pg.Pool({ connectionString: url, max: 10 });
    return async (sql, values) => (await pool.query(sql, values)).rowCount ?? 0;
  }
  const { lite } = await openEmbedded(folder);
  return async (sql, values) => (await lite.query(sql, values)).affectedRows ?? 0;
}
