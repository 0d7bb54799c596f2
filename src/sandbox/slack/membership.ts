import { z } from 'zod';
import { sendEvent } from './events.ts';
import { actingAs, type FarSide } from './far-side.ts';
import { describe } from './methods/users.ts';

export const membershipChange = z.object({
  as: z.string(),
  change: z.enum(['deactivate', 'reactivate', 'join', 'revoke-tokens']),
});

/** What an admin of the workspace does to somebody's account; the product hears of it as it would from Slack. */
export async function changeMembership(
  far: FarSide,
  { as, change }: z.infer<typeof membershipChange>,
): Promise<{ status: number }> {
  const person = actingAs(as);
  const { deactivated } = far.workspace;
  const event_ts = far.workspace.nextTs();
  const tell = async (event: { type: string; [field: string]: unknown }) => ({
    status: await sendEvent(far, { ...event, event_ts }),
  });
  const user = () => describe(person, far.workspace);
  far.workspace.changed();
  switch (change) {
    case 'deactivate':
      deactivated.add(person.slackId);
      return tell({ type: 'user_change', user: user(), cache_ts: Number(event_ts) });
    case 'reactivate':
      deactivated.delete(person.slackId);
      return tell({ type: 'user_change', user: user(), cache_ts: Number(event_ts) });
    case 'join':
      return tell({ type: 'team_join', user: user() });
    case 'revoke-tokens':
      return tell({
        type: 'tokens_revoked',
        tokens: { oauth: [person.slackId], bot: [] },
      });
  }
}
