import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';
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
  const told = safeParse(envelope, body).data ?? {};
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

/**
 * Whether what somebody pressed, typed or filled in has the parts without which nobody can tell what it is. Bolt takes
 * them for granted. Of a kind that is not known here Bolt says itself that nobody listens for it.
 */
export function isWhole(body: Payload): boolean {
  // Whatever has an event Bolt takes for one.
  if (body.event !== undefined && safeParse(event, body.event).error) return false;
  const told = body.type === undefined ? command : shapes.get(body.type);
  // Whatever has actions Bolt takes for a press.
  const shape = told ?? (body.actions === undefined ? undefined : pressed);
  return !shape || safeParse(shape, body).data !== undefined;
}

const part = z.object({});
/** Bolt looks for an id or a maker in these wherever they stand. */
const event = z.object({
  type: z.string(),
  channel: z.union([z.string(), part]).optional(),
  user: z.union([z.string(), part]).optional(),
  item: part.optional(),
  subteam: part.optional(),
});
const user = z.object({ id: z.string() });
const command = z.object({
  command: z.string(),
  user_id: z.string(),
  channel_id: z.string(),
  actions: z.undefined().optional(),
});
const pressed = z.object({ user, actions: z.array(z.object({ action_id: z.string() })).min(1) });
const shapes = new Map<unknown, z.ZodType>([
  ['block_actions', pressed],
  [
    'view_submission',
    z.object({ user, view: z.object({ callback_id: z.string(), private_metadata: z.string() }) }),
  ],
  ['block_suggestion', z.object({ user, action_id: z.string(), value: z.string() })],
]);

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
