import type { SandboxPerson } from '../people.ts';
import { bot, team, teamOf, VERIFICATION_TOKEN } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Conversation } from './workspace.ts';

/** What stands in every interaction payload. */
export const envelope = (type: string, person: SandboxPerson): JsonObject => ({
  type,
  // A person of another organisation is known by this team_id only; `team` is where the app is installed.
  user: { id: person.slackId, username: person.id, name: person.id, team_id: teamOf(person.slackId) },
  api_app_id: bot.app,
  token: VERIFICATION_TOKEN,
  team: { id: team.id, domain: team.domain },
  enterprise: null,
  is_enterprise_install: false,
});

export const channelOf = (room: Conversation): { id: string; name: string } => ({
  id: room.id,
  name: room.kind === 'direct' ? 'directmessage' : room.name,
});
