import { request } from 'node:https';
import { text as readAll } from 'node:stream/consumers';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

/** Posts to Slack's Web API stand-in, as the product does. */
export async function postToSlack(sandbox: Sandbox, channel: string, message: object): Promise<string> {
  const answer = await fetch(`${sandbox.env.SLACK_API_URL}chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${sandbox.env.SLACK_BOT_TOKEN}` },
    body: JSON.stringify({ channel, ...message }),
  });
  const said = await answer.json();
  if (!said.ok) throw new Error(JSON.stringify(said));
  return said.ts;
}

/** Posts a card to the Bot Connector stand-in, as the product does. */
export async function postToTeams(sandbox: Sandbox, conversation: string, card: object): Promise<string> {
  const path = `v3/conversations/${encodeURIComponent(conversation)}/activities`;
  const answer = await fetch(`${sandbox.env.TEAMS_SERVICE_URL}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await botToken(sandbox)}` },
    body: JSON.stringify({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }],
    }),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(said));
  return said.id;
}

export function botToken({ env, caCertificate }: Sandbox): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: env.TEAMS_APP_ID ?? '',
    client_secret: env.TEAMS_APP_SECRET ?? '',
    scope: 'https://api.botframework.com/.default',
  });
  return new Promise((resolve, reject) => {
    const call = request(
      `${env.AZURE_AUTHORITY_HOST}/${env.AZURE_TENANT_ID}/oauth2/v2.0/token`,
      {
        method: 'POST',
        ca: caCertificate,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      async (answer) => {
        const text = await readAll(answer);
        resolve(JSON.parse(text).access_token);
      },
    );
    call.on('error', reject);
    call.end(form.toString());
  });
}
