import { z } from 'zod';
import { describe } from '../../errors.ts';
import type { ChatUser } from '../channel.ts';
import type { Choice } from '../views.ts';
import { optionFaults } from './block-limits.ts';
import { drawOption } from './dialog.ts';
import type { Rooms } from './press.ts';
import { asChoices, readSubject } from './subject.ts';

export type SuggestAck = (answer: { options: ReturnType<typeof drawOption>[] }) => Promise<void>;

// Slack takes a hundred options.
const MOST = 100;

/** Somebody types into a field that is searched. A list that cannot be made is an empty one: Slack has no place for words. */
export async function suggest({ desk, users, log }: Rooms, body: unknown, ack: SuggestAck): Promise<void> {
  const asked = payload.parse(body);
  try {
    const user = await users.find(asked.user.id, asked.user.team_id ?? '');
    const choices =
      asked.action_id === 'hunt'
        ? await suggestHunts(desk, user, asked)
        : await desk.suggest(user, asked.value);
    const options = choices.map(drawOption);
    await ack({ options: options.filter((one) => optionFaults({ ...one }, '').length === 0).slice(0, MOST) });
  } catch (error) {
    log.warn({ error: describe(error) }, 'nothing to suggest in Slack');
    await ack({ options: [] });
  }
}

/** Before anything is typed, those that suit what the dialog is about come first. */
async function suggestHunts(desk: Rooms['desk'], user: ChatUser, { value, view }: Asked): Promise<Choice[]> {
  const found = await desk.suggest(user, value, 'hunts');
  const first = value === '' && view ? asChoices(readSubject(view.private_metadata)) : [];
  return [...first, ...found.filter((one) => !first.some(({ value }) => value === one.value))];
}

type Asked = z.infer<typeof payload>;
const payload = z.object({
  action_id: z.string(),
  view: z.object({ private_metadata: z.string() }).nullish(),
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  value: z.string(),
});
