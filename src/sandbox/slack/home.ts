import { sendEvent } from './events.ts';
import { actingAs, type FarSide } from './far-side.ts';

/** Somebody opens the app's Home tab: Slack shows what was published for them last, and tells the app. */
export async function openHomeTab(far: FarSide, { as }: { as: string }): Promise<{ status: number }> {
  const person = actingAs(as);
  const chat = far.workspace.conversations.find(
    ({ kind, members }) => kind === 'direct' && members.includes(person.slackId),
  );
  const known = far.workspace.homes.find(({ user }) => user === person.slackId);
  const status = await sendEvent(far, {
    type: 'app_home_opened',
    user: person.slackId,
    channel: chat?.id ?? '',
    tab: 'home',
    ...(known && { view: known.view }),
    event_ts: far.workspace.nextTs(),
  });
  return { status };
}
