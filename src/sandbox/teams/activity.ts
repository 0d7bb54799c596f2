import { randomUUID } from 'node:crypto';
import { type SandboxPerson, TENANT_ID, tenantOf } from '../people.ts';
import type { Message } from './message.ts';
import { BOT, type Conversation, team, threadOf } from './rooms.ts';
import { asSent } from './typed.ts';

/** What every activity needs to know of its sender: the bot's application id, the service URL, the clock. */
export interface ActivitySetting {
  appId: string;
  serviceUrl: string;
  now: number;
}

export type Activity = Record<string, unknown> & { type: string; id: string };

/** A person's message. In a channel the bot hears only what mentions it. */
export function composeMessage(
  setting: ActivitySetting,
  person: SandboxPerson,
  room: Conversation,
  said: Message,
): Activity {
  const at = new RegExp(`@${BOT.name}\\b`, 'i');
  const { text, html } = asSent(said.text ?? '');
  const mention = { type: 'mention', mentioned: bot(setting), text: `<at>${BOT.name}</at>` };
  return {
    ...envelope(setting, person, room, threadOf(room, said)),
    type: 'message',
    id: said.id,
    text: text.replace(at, `<at>${BOT.name}</at>`),
    textFormat: 'plain',
    attachments: [
      {
        contentType: 'text/html',
        content: html.replace(
          at,
          `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">${BOT.name}</span>`,
        ),
      },
    ],
    entities: [...(at.test(said.text ?? '') ? [mention] : []), clientEntity],
    ...(said.root && { replyToId: said.root }),
  };
}

/** A call that waits for its answer: a pressed button, a dialog, a search. `about` is the message it is under. */
export function composeInvoke(
  setting: ActivitySetting,
  person: SandboxPerson,
  room: Conversation,
  invoke: { name: string; value: object; about?: Pick<Message, 'id' | 'root'> | undefined },
): Activity {
  const { about } = invoke;
  const base = envelope(setting, person, room, about ? threadOf(room, about) : room.id);
  return {
    ...base,
    type: 'invoke',
    id: `f:${randomUUID()}`,
    name: invoke.name,
    value: invoke.value,
    channelData: {
      ...base.channelData,
      source: { name: 'message' },
      ...(about && { legacy: { replyToId: about.id } }),
    },
    entities: [clientEntity],
    ...(about && { replyToId: about.id }),
  };
}

/** The two activities that tell a bot it was added to (or removed from) a team's channel. */
export function composeInstallation(
  setting: ActivitySetting,
  person: SandboxPerson,
  room: Conversation,
  change: 'add' | 'remove',
): Activity[] {
  const base = envelope(setting, person, room, room.id);
  const added = change === 'add';
  return [
    {
      ...base,
      type: 'conversationUpdate',
      id: `f:${randomUUID()}`,
      [added ? 'membersAdded' : 'membersRemoved']: [{ id: `28:${setting.appId}` }],
      channelData: { ...base.channelData, eventType: added ? 'teamMemberAdded' : 'teamMemberRemoved' },
    },
    {
      ...base,
      type: 'installationUpdate',
      id: `f:${randomUUID()}`,
      action: change,
      channelData: { ...base.channelData, settings: { selectedChannel: { id: room.id } } },
    },
  ];
}

const clientEntity = {
  type: 'clientInfo',
  locale: 'en-GB',
  country: 'GB',
  platform: 'Windows',
  timezone: 'Europe/London',
};

function envelope(
  setting: ActivitySetting,
  person: SandboxPerson,
  room: Conversation,
  conversationId: string,
) {
  const timestamp = new Date(setting.now).toISOString();
  const tenantId = room.kind === 'channel' ? TENANT_ID : tenantOf(person);
  return {
    timestamp,
    localTimestamp: timestamp.replace('Z', '+00:00'),
    localTimezone: 'Europe/London',
    channelId: 'msteams',
    serviceUrl: setting.serviceUrl,
    from: senderOf(person),
    recipient: bot(setting),
    conversation: {
      id: conversationId,
      conversationType: room.kind === 'channel' ? 'channel' : 'personal',
      isGroup: room.kind === 'channel',
      tenantId,
    },
    // The tenant is the one the conversation lives in, for a guest as well.
    channelData: {
      tenant: { id: tenantId },
      ...(room.kind === 'channel' && {
        teamsChannelId: room.id,
        teamsTeamId: team.id,
        channel: { id: room.id },
        team: { id: team.id },
      }),
    },
    locale: 'en-GB',
  };
}

/** Only of somebody from another directory Teams tells which. A bot is in none. */
function senderOf(person: SandboxPerson) {
  const { teamsId: id, name, oid: aadObjectId, kind } = person;
  if (kind === 'bot') return { id, name, role: 'bot' };
  return { id, name, aadObjectId, ...(kind === 'external' && { tenantId: tenantOf(person) }) };
}

/** People came into a channel, or left it. */
export function composeMembership(
  setting: ActivitySetting,
  person: SandboxPerson,
  room: Conversation,
  change: 'add' | 'remove',
): Activity {
  const base = envelope(setting, person, room, room.id);
  const added = change === 'add';
  return {
    ...base,
    type: 'conversationUpdate',
    id: `f:${randomUUID()}`,
    [added ? 'membersAdded' : 'membersRemoved']: [{ id: person.teamsId, aadObjectId: person.oid }],
    channelData: { ...base.channelData, eventType: added ? 'teamMemberAdded' : 'teamMemberRemoved' },
  };
}

function bot(setting: ActivitySetting) {
  return { id: `28:${setting.appId}`, name: BOT.name };
}
