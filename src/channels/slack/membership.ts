import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Desk } from '../channel.ts';
import type { Users } from './users.ts';

/**
 * What Slack tells when an account, or what an app may do, changed: nothing remembered of people is good any more.
 * A status or a picture is a change too, in a large workspace several times a minute: whoever did nothing here lately
 * costs nobody a look into the directory.
 */
export function watchMembership(bolt: App, users: Users, desk: Pick<Desk, 'peopleChanged'>): void {
  bolt.event('user_change', async ({ event }) => {
    if (users.forget(event.user.id)) desk.peopleChanged();
  });
  bolt.event('team_join', async ({ event }) => {
    users.forget(event.user.id);
    desk.peopleChanged();
  });
  bolt.event('tokens_revoked', async ({ event }) => {
    for (const id of revoked.parse(event).tokens.oauth) users.forget(id);
    desk.peopleChanged();
  });
  bolt.event('app_uninstalled', async () => {
    users.forgetAll();
    desk.peopleChanged();
  });
}

const revoked = z.object({ tokens: z.object({ oauth: z.array(z.string()).default([]) }) });
