import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SandboxPerson } from '../people.ts';
import { type Activity, type ActivitySetting, composeInvoke, composeMessage } from './activity.ts';
import type { Conversation } from './rooms.ts';

/** A tenant that has nothing to do with us. */
const FOREIGN_TENANT = '5e7f0c11-1d2b-4b6a-8c55-90ad3f7e6b24';

/**
 * A call that no card or dialog offers, signed like every other: what would come of a client that is not Teams'.
 * `value` goes as it is; of a message, its `text`.
 */
export const forgery = z.object({
  as: z.string(),
  conversation: z.string(),
  name: z.enum(['message', 'adaptiveCard/action', 'task/fetch', 'task/submit', 'application/search']),
  value: z.record(z.string(), z.unknown()),
  /** The message it claims to be under. */
  activity: z.string(),
  /** As if the conversation were of a tenant that is not ours. */
  elsewhere: z.boolean().default(false),
});

export function composeForgery(
  setting: ActivitySetting,
  person: SandboxPerson,
  room: Conversation,
  { name, value, activity, elsewhere }: z.infer<typeof forgery>,
): Activity {
  const made =
    name === 'message'
      ? composeMessage(setting, person, room, {
          id: randomUUID(),
          from: { id: person.id, name: person.name },
          text: String(value.text),
          attachments: [],
          ...(activity && { root: activity }),
          at: new Date(setting.now).toISOString(),
          edited: false,
          posts: 1,
        })
      : composeInvoke(setting, person, room, { name, value, about: { id: activity } });
  if (!elsewhere) return made;
  const conversation = { ...Object(made.conversation), tenantId: FOREIGN_TENANT };
  const channelData = { ...Object(made.channelData), tenant: { id: FOREIGN_TENANT } };
  return { ...made, conversation, channelData };
}
