import { z } from 'zod';
import type { Payload } from './body.ts';
import type { Identity } from './identity.ts';

/** What came, as far as the door must know. */
export type Kind =
  | { name: 'check' }
  | { name: 'url-verification'; challenge: string }
  | { name: 'event'; id: string }
  | { name: 'search' }
  | { name: 'deed' };

export function kindOf(body: Payload): Kind {
  if (body.ssl_check === '1') return { name: 'check' };
  if (body.type === 'url_verification' && typeof body.challenge === 'string')
    return { name: 'url-verification', challenge: body.challenge };
  if (body.type === 'event_callback' && typeof body.event_id === 'string')
    return { name: 'event', id: body.event_id };
  return body.type === 'block_suggestion' ? { name: 'search' } : { name: 'deed' };
}

/**
 * Whether a request is for this app and this installation. In a channel shared with a partner the names of
 * their workspace stand beside ours: one of ours is enough here, who may do what is decided by person.
 */
export function isFor(body: Payload, identity: Identity): boolean {
  const told = envelope.safeParse(body).data ?? {};
  if (identity.appId && told.api_app_id && told.api_app_id !== identity.appId) return false;
  const named = [
    told.team_id,
    told.enterprise_id,
    told.context_team_id,
    told.team?.id,
    told.enterprise?.id,
    told.view?.app_installed_team_id,
    ...(told.authorizations ?? []).flatMap((one) => [one.team_id, one.enterprise_id]),
  ].filter((id) => typeof id === 'string' && id !== '');
  return named.some((id) => id === identity.teamId || id === identity.enterpriseId);
}

const id = z.string().nullish();
const envelope = z.object({
  api_app_id: id,
  team_id: id,
  enterprise_id: id,
  context_team_id: id,
  team: z.object({ id }).nullish(),
  enterprise: z.object({ id }).nullish(),
  view: z.object({ app_installed_team_id: id }).nullish(),
  authorizations: z.array(z.object({ team_id: id, enterprise_id: id })).nullish(),
});
