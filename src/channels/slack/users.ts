import type { ChatUser } from '../channel.ts';
import type { Api } from './api.ts';
import type { Identity, WhoAmI } from './identity.ts';
import { tidy } from './text.ts';

export type SlackUser = Extract<ChatUser, { channel: 'slack' }>;

export interface Users {
  /**
   * Who this is, as Slack vouches for it; at most five minutes old.
   * @param teamId team that the request names for the person; empty where it names none
   * @throws FarSideError
   */
  find(id: string, teamId: string): Promise<SlackUser>;
  /** Whether anything was remembered of them. */
  forget(id: string): boolean;
  forgetAll(): void;
}

// A guest who was a member five minutes ago; user_change events usually tell sooner.
const KEPT_MS = 5 * 60_000;
const MOST_KEPT = 1_000;

export function createUsers(api: Api, whoAmI: WhoAmI, now: () => number): Users {
  const kept = new Map<string, { user: SlackUser; until: number }>();
  return {
    async find(id, teamId) {
      const identity = await whoAmI.ask();
      const seen = kept.get(id);
      const user = seen && seen.until > now() ? seen.user : toUser(await api.user(id), id, identity);
      if (user !== seen?.user) {
        kept.delete(id);
        kept.set(id, { user, until: now() + KEPT_MS });
        const [oldest] = kept.keys();
        if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      }
      // Slack Connect: a partner pressing in a shared channel comes under the partner's team. Slack's own
      // is_stranger is false for such a person.
      const elsewhere = teamId !== '' && !isOurs(teamId, identity) && teamId !== user.teamId;
      return elsewhere ? { ...user, standing: 'external' } : user;
    },
    forget: (id) => kept.delete(id),
    forgetAll: () => kept.clear(),
  };
}

function toUser(answer: Awaited<ReturnType<Api['user']>>, id: string, identity: Identity): SlackUser {
  const user = answer.user ?? {};
  const teamId = user.team_id ?? '';
  const enterpriseId = user.enterprise_user?.enterprise_id ?? '';
  return {
    channel: 'slack',
    id,
    name: tidy(user.profile?.real_name || user.real_name || user.name || id, 80),
    teamId,
    email: user.is_email_confirmed === false ? '' : (user.profile?.email ?? ''),
    standing: standingOf(user, isOurs(teamId, identity) || isOurs(enterpriseId, identity)),
    ...(user.tz && { zone: user.tz }),
  };
}

function standingOf(
  user: NonNullable<Awaited<ReturnType<Api['user']>>['user']>,
  isOfUs: boolean,
): SlackUser['standing'] {
  if (user.deleted) return 'deactivated';
  // Slack's own bot is no bot by its own account.
  if (user.is_bot || user.is_workflow_bot || user.id === 'USLACKBOT') return 'bot';
  if (!isOfUs) return 'external';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}

const isOurs = (id: string, { teamId, enterpriseId }: Identity): boolean =>
  id !== '' && (id === teamId || id === enterpriseId);
