import { signRequest } from '../../../src/sandbox/slack/signing.ts';
import { person, signingSecret, teamsApp, tenantId } from '../company.ts';
import type { Button } from '../far-side/book.ts';
import type { FarSide } from '../far-side/far-side.ts';
import type { Request } from './press.ts';

/** Slack sends the card along with every press of one of its buttons. */
const cardText = 'A card of some three kilobytes, as Slack sends it back. '.repeat(54);

/** `Take it` pressed in Slack, signed now. */
export function pressInSlack({ chat }: FarSide, button: Button): Request {
  const { incident, version, conversation, message } = button;
  const payload = {
    type: 'block_actions',
    team: { id: person.slackTeam, domain: 'bench' },
    user: { id: person.slackId, username: 'olivia', team_id: person.slackTeam },
    api_app_id: 'A0BENCH',
    trigger_id: '1.1.bench',
    response_url: `${chat.url}/response/${incident}`,
    channel: { id: conversation, name: 'bench' },
    container: { type: 'message', message_ts: message, channel_id: conversation },
    message: { type: 'message', ts: message, text: cardText },
    actions: [
      {
        type: 'button',
        action_id: 'incident:take',
        block_id: 'actions',
        action_ts: '1700000000.000002',
        text: { type: 'plain_text', text: 'Take it' },
        value: `${incident}:${version}:take`,
      },
    ],
  };
  return signed({ payload: JSON.stringify(payload) });
}

/** `/soc …` typed in Slack, signed now. */
export function typeInSlack({ chat }: FarSide, { incident, conversation }: Button, words: string): Request {
  return signed({
    team_id: person.slackTeam,
    team_domain: 'bench',
    channel_id: conversation,
    channel_name: 'bench',
    user_id: person.slackId,
    user_name: 'olivia',
    command: '/soc',
    text: words,
    api_app_id: 'A0BENCH',
    is_enterprise_install: 'false',
    response_url: `${chat.url}/response/${incident}`,
    trigger_id: `1.${incident}.bench`,
  });
}

function signed(form: Record<string, string>): Request {
  const body = new URLSearchParams(form).toString();
  const headers = signRequest(signingSecret, Math.floor(Date.now() / 1_000), body);
  return {
    path: '/slack/events',
    body,
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
  };
}

/** `Take it` pressed in Teams. */
export function pressInTeams({ chat, teamsToken }: FarSide, button: Button): Request {
  const { incident, version, conversation, message } = button;
  const activity = {
    type: 'invoke',
    name: 'adaptiveCard/action',
    id: `f:bench-${incident}`,
    timestamp: new Date().toISOString(),
    channelId: 'msteams',
    serviceUrl: `${chat.url}/teams/`,
    from: { id: person.teamsId, name: person.name, aadObjectId: person.id },
    recipient: { id: `28:${teamsApp.clientId}`, name: 'Watchfloor' },
    conversation: {
      id: `${conversation};messageid=${message}`,
      conversationType: 'channel',
      isGroup: true,
      tenantId,
    },
    channelData: { tenant: { id: tenantId }, source: { name: 'message' } },
    replyToId: message,
    locale: 'en-GB',
    value: {
      action: {
        type: 'Action.Execute',
        title: 'Take it',
        verb: 'watchfloor/take',
        data: { incident, version },
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
