import type { Request, Server } from 'restify';
import { z } from 'zod';
import { people, TENANT_ID } from '../people.ts';
import { type Place, readContent } from './check-message.ts';
import { type ConnectorParts, guarded, type Reply } from './guard.ts';
import { writeLimits } from './rates.ts';
import { badSyntax, Refusal } from './refusal.ts';
import { BOT, type Conversation, chatOf, threadOf } from './rooms.ts';
import { mountRoster } from './roster.ts';

/** Bot Connector's REST calls, as a bot for Teams uses them. */
export function mountConnector(plain: Server, parts: ConnectorParts): void {
  const { rooms, rates, drive, changed } = parts;
  const fault = parts.faults.before('teams');
  const base = '/teams/v3';
  const one = `${base}/conversations/:conversation`;
  const guard = (work: (request: Request) => Reply) => guarded(parts, work);

  plain.post(
    `${base}/conversations`,
    fault,
    guard(({ body }) => {
      const { room, activity } = readNewConversation(parts, body);
      rates.take(`write ${room.id}`, writeLimits);
      const content = activity === undefined ? undefined : readContent(activity, placeOf(room));
      if (room.kind === 'channel' && !content)
        throw badSyntax('A new thread in a channel needs an activity.');
      if (!content) return { status: 201, body: { id: room.id } };
      const message = rooms.post(room, BOT, content);
      changed();
      return { status: 201, body: { id: threadOf(room, message), activityId: message.id } };
    }),
  );

  plain.post(
    `${one}/activities`,
    fault,
    guard(({ params, body }) => post(params.conversation, body)),
  );
  plain.post(
    `${one}/activities/:activity`,
    fault,
    guard(({ params, body }) => post(params.conversation, body, params.activity)),
  );
  function post(conversationId: string, body: unknown, repliesTo?: string): Reply {
    const { room, root } = rooms.find(conversationId);
    rates.take(`write ${room.id}`, writeLimits);
    const content = readContent(body, placeOf(room));
    if (!content) return { status: 202, body: {} };
    // What is replied to may be an invoke, which is no message.
    const above = room.messages.find(({ id }) => id === repliesTo);
    const thread = root ?? (above && (above.root ?? above.id));
    const message = rooms.post(room, BOT, content, room.kind === 'channel' ? thread : undefined);
    changed();
    return { status: 201, body: { id: message.id } };
  }

  plain.put(
    `${one}/activities/:activity`,
    fault,
    guard(({ params, body }) => {
      const { room } = rooms.find(params.conversation);
      rates.take(`write ${room.id}`, writeLimits);
      const message = ownMessage(room, params.activity);
      const content = readContent(body, placeOf(room));
      if (!content) throw badSyntax('Only a message can replace a message.');
      rooms.edit(message, content);
      changed();
      return { status: 200, body: { id: message.id } };
    }),
  );

  plain.del(
    `${one}/activities/:activity`,
    fault,
    guard(({ params }) => {
      const { room } = rooms.find(params.conversation);
      rates.take(`write ${room.id}`, writeLimits);
      rooms.remove(room, ownMessage(room, params.activity));
      changed();
      return { status: 200 };
    }),
  );

  mountRoster(plain, parts);

  function placeOf({ kind }: Conversation): Place {
    return { isPersonal: kind === 'direct', drive };
  }

  function ownMessage(room: Conversation, id: string) {
    const message = rooms.message(room, id);
    if (message.from.id !== BOT.id)
      throw new Refusal(403, 'Forbidden', 'A bot may change its own messages only.');
    return message;
  }
}

const newConversation = z.looseObject({
  isGroup: z.boolean().nullish(),
  bot: z.looseObject({ id: z.string() }).nullish(),
  members: z.array(z.looseObject({ id: z.string() })).nullish(),
  tenantId: z.string().nullish(),
  activity: z.unknown().optional(),
  channelData: z
    .looseObject({
      channel: z.looseObject({ id: z.string() }).nullish(),
      tenant: z.looseObject({ id: z.string() }).nullish(),
    })
    .nullish(),
});

/** Either a new thread in a channel, or the chat with the one member named. */
function readNewConversation(
  { rooms, appId }: ConnectorParts,
  body: unknown,
): { room: Conversation; activity: unknown } {
  const { isGroup, bot, members, tenantId, activity, channelData } = newConversation.parse(body);
  if (channelData?.channel) {
    const { room } = rooms.find(channelData.channel.id);
    if (room.kind !== 'channel') throw badSyntax('channelData.channel.id is not a channel.');
    return { room, activity };
  }
  const [member, ...others] = members ?? [];
  if (!member || others.length > 0) throw badSyntax('Name a channel in channelData, or one member.');
  if (isGroup)
    throw badSyntax('Incorrect conversation creation parameters: a chat with one member is no group.');
  if (bot?.id !== `28:${appId}`) throw badSyntax('The bot in the request is not the one that asks.');
  if ((channelData?.tenant?.id ?? tenantId) !== TENANT_ID)
    throw badSyntax('The tenant id is missing or wrong.');
  const person = people.find(({ teamsId, oid }) => member.id === teamsId || member.id === oid);
  if (!person) throw badSyntax(`Bad format of member id: ${member.id}`);
  return { room: rooms.find(chatOf(person)).room, activity };
}
