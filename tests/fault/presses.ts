import { sentences } from '../support/hands.ts';
import type { Shown } from './cards.ts';
import type { Stand, Story } from './ledger.ts';
import type { Stage } from './stage.ts';

/** What somebody types, in any room; `told` is how the answer says that it is done. */
export async function typeUntilTold(
  stage: Stage,
  story: Story,
  text: string,
  stand: Stand,
  told: string,
): Promise<boolean> {
  story.may.push(stand);
  const { status, body } = await stage.control<{ status: number; body?: unknown }>('POST', '/slack/command', {
    as: 'adam',
    channel: 'C0SOC',
    text,
  });
  const isTold = status === 200 && sentences(body).includes(told);
  if (isTold) hold(story, stand);
  return isTold;
}

export async function pressInSlack(
  stage: Pick<Stage, 'control'>,
  card: Shown,
  verb: 'take' | 'close',
): Promise<{ status: number; view?: { id: string } } | undefined> {
  return stage
    .control<{ status: number; view?: { id: string } }>('POST', '/slack/press', {
      as: 'adam',
      channel: card.conversation,
      ts: card.id,
      action_id: `incident:${verb}`,
    })
    .catch(() => undefined);
}

/** From now on nothing else may be shown. */
export function hold(story: Story, stand: Stand): void {
  story.may = [stand];
  story.told = true;
}

/** Whether Adam reads this in a message to him alone. It comes right after the answer to the press. */
export async function wasTold(stage: Pick<Stage, 'control'>, text: string): Promise<boolean> {
  for (let tries = 0; tries < 8; tries += 1) {
    const { ephemerals } = await stage.control<{ ephemerals: { text: string }[] }>('GET', '/slack');
    if (ephemerals.some((e) => e.text.includes(text))) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
