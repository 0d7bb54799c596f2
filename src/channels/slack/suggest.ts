import { z } from 'zod';
import { describe } from '../../errors.ts';
import { optionFaults } from './block-limits.ts';
import { drawOption } from './dialog.ts';
import type { Rooms } from './press.ts';

export type SuggestAck = (answer: { options: ReturnType<typeof drawOption>[] }) => Promise<void>;

// Slack takes a hundred options.
const MOST = 100;

/** Somebody types into a person field. A list that cannot be made is an empty one: Slack has no place for words. */
export async function suggest({ desk, users, log }: Rooms, body: unknown, ack: SuggestAck): Promise<void> {
  const asked = payload.parse(body);
  try {
    const user = await users.find(asked.user.id, asked.user.team_id ?? '');
    const options = (await desk.suggest(user, asked.value)).map(drawOption);
    await ack({ options: options.filter((one) => optionFaults({ ...one }, '').length === 0).slice(0, MOST) });
  } catch (error) {
    log.warn({ error: describe(error) }, 'no people to suggest in Slack');
    await ack({ options: [] });
  }
}

const payload = z.object({
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  value: z.string(),
});
