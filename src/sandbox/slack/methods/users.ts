import { people, type SandboxPerson } from '../../people.ts';
import { limitArg, neededArg } from '../args.ts';
import { bot, team, teamOf } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Workspace } from '../workspace.ts';
import type { Method } from './method.ts';

export const users: Record<string, Method> = {
  'users.info': ({ workspace }, args) => {
    const id = neededArg(args, 'user');
    const user = everyone(workspace).find((one) => one.id === id);
    if (!user) throw new SlackRefusal('user_not_found');
    return { user };
  },

  'users.list': ({ workspace }, args) => {
    const limit = limitArg(args, 'limit', 1_000, 1_000);
    return { members: everyone(workspace).slice(0, limit), response_metadata: { next_cursor: '' } };
  },

  'users.lookupByEmail': ({ workspace }, args) => {
    const email = neededArg(args, 'email').toLowerCase();
    const person = people.find((one) => one.upn === email && one.kind !== 'bot');
    if (!person || workspace.deactivated.has(person.slackId)) throw new SlackRefusal('users_not_found');
    return { user: describe(person, workspace) };
  },

  'team.info': () => ({
    team: { id: team.id, name: team.name, domain: team.domain, email_domain: 'contoso.com' },
  }),

  'api.test': (_slack, { token: _token, ...args }) => ({ args }),

  'auth.test': () => ({
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: bot.name,
    team_id: team.id,
    user_id: bot.user,
    bot_id: bot.id,
    is_enterprise_install: false,
  }),
};

/** Several zones, so that times are seen to be the reader's. Offsets are those of winter, in seconds. */
const zones: Record<string, [tz: string, offset: number]> = {
  olivia: ['Europe/London', 0],
  adam: ['Europe/Berlin', 3_600],
  priya: ['Asia/Kolkata', 19_800],
  lena: ['Europe/Berlin', 3_600],
  marcus: ['America/New_York', -18_000],
};

const everyone = (workspace: Workspace): JsonObject[] => [
  ...people.map((person) => describe(person, workspace)),
  describeBot(),
];

/** A user as `users.info` and `user_change` tell of them. */
export function describe(person: SandboxPerson, { deactivated }: Workspace): JsonObject {
  const [tz, offset] = zones[person.id] ?? ['Europe/London', 0];
  const from = teamOf(person.slackId);
  const isBot = person.kind === 'bot';
  const [first_name, last_name] = person.name.split(' ');
  return {
    id: person.slackId,
    team_id: from,
    name: person.id,
    real_name: person.name,
    deleted: deactivated.has(person.slackId),
    tz,
    tz_offset: offset,
    is_admin: false,
    is_owner: false,
    is_restricted: person.guest,
    is_ultra_restricted: false,
    is_bot: isBot,
    is_app_user: false,
    ...(!isBot && { is_email_confirmed: true }),
    // False even for the partner: true only for people in no channel that the app sees.
    is_stranger: false,
    profile: {
      title: person.title,
      real_name: person.name,
      display_name: person.id,
      first_name,
      last_name,
      ...(!isBot && { email: person.upn }),
      team: from,
    },
  };
}

const describeBot = (): JsonObject => ({
  id: bot.user,
  team_id: team.id,
  name: bot.name,
  real_name: 'Watchfloor',
  deleted: false,
  is_restricted: false,
  is_ultra_restricted: false,
  is_bot: true,
  is_app_user: false,
  profile: {
    real_name: 'Watchfloor',
    display_name: 'Watchfloor',
    bot_id: bot.id,
    api_app_id: bot.app,
    team: team.id,
  },
});
