import { signRequest } from '../../src/sandbox/slack/signing.ts';
import { person, signingSecret, teamsApp, tenantId } from './company.ts';
import type { FarSide } from './far-side.ts';

export interface Click {
  path: string;
  body: string;
  headers: Record<string, string>;
}

/** Slack sends the card along with every press of one of its buttons. */
const cardText = 'A card of some three kilobytes, as Slack sends it back. '.repeat(54);

/** `Take it` pressed in Slack, signed now. */
export function pressInSlack({ sink }: FarSide, incident: number): Click {
  const container = { type: 'message', message_ts: '1700000000.000001', channel_id: 'C0BENCH' };
  const payload = {
    type: 'block_actions',
    team: { id: person.slackTeam, domain: 'bench' },
    user: { id: person.slackId, username: 'olivia', team_id: person.slackTeam },
    api_app_id: 'A0BENCH',
    trigger_id: '1.1.bench',
    response_url: `${sink.url}/response/${incident}`,
    channel: { id: 'C0BENCH', name: 'bench' },
    container,
    message: { type: 'message', ts: container.message_ts, text: cardText },
    actions: [
      {
        type: 'button',
        action_id: 'incident:take',
        block_id: 'actions',
        action_ts: '1700000000.000002',
        text: { type: 'plain_text', text: 'Take it' },
        value: `${incident}:1:take`,
      },
    ],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const seconds = Math.floor(Date.now() / 1_000);
  const headers = signRequest(signingSecret, seconds, body);
  return {
    path: '/slack/events',
    body,
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
  };
}

/** `Take it` pressed in Teams. */
export function pressInTeams({ sink, teamsToken }: FarSide, incident: number): Click {
  const activity = {
    type: 'invoke',
    name: 'adaptiveCard/action',
    id: `f:bench-${incident}`,
    timestamp: new Date().toISOString(),
    channelId: 'msteams',
    serviceUrl: `${sink.url}/teams/`,
    from: { id: person.teamsId, name: person.name, aadObjectId: person.id },
    recipient: { id: `28:${teamsApp.clientId}`, name: 'Watchfloor' },
    conversation: {
      id: '19:bench@thread.tacv2;messageid=1700000000001',
      conversationType: 'channel',
      isGroup: true,
      tenantId,
    },
    channelData: { tenant: { id: tenantId }, source: { name: 'message' } },
    replyToId: '1700000000001',
    locale: 'en-GB',
    value: {
      action: {
        type: 'Action.Execute',
        title: 'Take it',
        verb: 'watchfloor/take',
        data: { incident, version: 1 },
      },
      trigger: 'manual',
    },
  };
  return {
    path: '/api/messages',
    body: JSON.stringify(activity),
    headers: { authorization: `Bearer ${teamsToken}`, 'content-type': 'application/json; charset=utf-8' },
  };
}
