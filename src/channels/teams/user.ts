import { Refused } from '../../errors.ts';
import type { ChatUser } from '../channel.ts';
import { clean } from '../clean.ts';
import type { Turn } from './activity.ts';

/**
 * Who is asking. The directory's id alone tells people apart: names can be chosen and repeat. Throws
 * `Refused` for visitors that the directory does not know (anonymous meeting guests, other bots).
 */
export function readUser({ from }: Turn, tenantId: string): ChatUser {
  if (from.aadObjectId === undefined) {
    throw new Refused('Watchfloor answers only people in the directory. Ask somebody of the team to do it.');
  }
  return {
    channel: 'teams',
    id: from.aadObjectId.toLowerCase(),
    name: clean(from.name ?? '', 80),
    tenantId: (from.tenantId ?? tenantId).toLowerCase(),
  };
}
