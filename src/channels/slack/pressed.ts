import { z } from 'zod';
import type { Whereabouts } from './tell.ts';

/** What is pressed or chosen in a message: ids that it carries, and Slack's word, signed, of who pressed it and where. */
export type Pressed = ReturnType<typeof readPressed>;

export function readPressed(body: unknown) {
  const { actions, user, trigger_id, response_url, channel, container, message } = payload.parse(body);
  const ts = container?.message_ts ?? '';
  // The first message of a thread is not in it, and one that the room sees as well is mostly pressed there: what is told
  // in the thread would be seen by nobody who does not open it.
  const isInRoom = container?.thread_ts === ts || message?.subtype === 'thread_broadcast';
  const thread = isInRoom ? undefined : container?.thread_ts;
  const where: Whereabouts = {
    userId: user.id,
    conversation: container?.channel_id ?? channel?.id ?? '',
    ...(thread && { thread }),
    ...(response_url && { responseUrl: response_url }),
  };
  return {
    action: actions[0],
    triggerId: trigger_id,
    teamId: user.team_id ?? '',
    message: ts,
    isPrivate: container?.is_ephemeral ?? false,
    where,
  };
}

const action = z.object({
  action_id: z.string(),
  value: z.string().optional(),
  selected_option: z.object({ value: z.string() }).nullish(),
});
const payload = z.object({
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).nullish(),
  container: z
    .object({
      channel_id: z.string().optional(),
      message_ts: z.string().optional(),
      thread_ts: z.string().optional(),
      is_ephemeral: z.boolean().optional(),
    })
    .nullish(),
  message: z.object({ subtype: z.string().optional() }).nullish(),
  actions: z.tuple([action], action),
});
