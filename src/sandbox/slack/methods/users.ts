import { people, type SandboxPerson } from '../../people.ts';
import { limitArg, neededArg } from '../args.ts';
import { bot, team, teamOf } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Method } from './method.ts';

export const users: Record<string, Method> = {
  'users.info': (_slack, args) => {
    const id = neededArg(args, 'user');
    const user = everyone().find((one) => one.id === id);
    if (!user) throw new SlackRefusal('user_not_found');
    return { user };
  },

  'users.list': (_slack, args) => {
    const limit = limitArg(args, 'limit', 1_000, 1_000);
    return { members: everyone().slice(0, limit), response_metadata: { next_cursor: '' } };
  },

  'users.lookupByEmail': (_slack, args) => {
    const email = neededArg(args, 'email').toLowerCase();
    const person = people.find((one) => one.upn === email);
    if (!person) throw new SlackRefusal('users_not_found');
    return { user: describe(person) };
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

const everyone = (): JsonObject[] => [...people.map(describe), describeBot()];

function describe(person: SandboxPerson): JsonObject {
  const [tz, offset] = zones[person.id] ?? ['Europe/London', 0];
  const from = teamOf(person.slackId);
  const [first_name, last_name] = person.name.split(' ');
  return {
    id: person.slackId,
    team_id: from,
    name: person.id,
    real_name: person.name,
    deleted: false,
    tz,
    tz_offset: offset,
    is_admin: false,
    is_owner: false,
    is_restricted: person.guest,
    is_ultra_restricted: false,
    is_bot: false,
    is_app_user: false,
    is_email_confirmed: true,
    // False even for the guest: true only for people in no channel that the app sees.
    is_stranger: false,
    profile: {
      title: person.title,
      real_name: person.name,
      display_name: person.id,
      first_name,
      last_name,
      email: person.upn,
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
