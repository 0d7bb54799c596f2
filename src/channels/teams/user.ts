import type { ChatUser } from '../channel.ts';
import { clean } from '../clean.ts';
import type { Turn } from './activity.ts';

/**
 * Who is asking. The directory's id alone tells people apart: names can be chosen and repeat. Whoever has none is
 * a bot, or a visitor that the directory does not know (anonymous guests of a meeting).
 */
export function readUser({ from, localTimezone }: Turn, tenantId: string): ChatUser {
  const name = clean(from.name ?? '', 80);
  const theirs = (from.tenantId ?? tenantId).toLowerCase();
  if (isBot(from)) return { channel: 'teams', id: from.id, name, tenantId: theirs, standing: 'bot' };
  if (from.aadObjectId === undefined) {
    return { channel: 'teams', id: from.id, name, tenantId: '', standing: 'external' };
  }
  return {
    channel: 'teams',
    id: from.aadObjectId.toLowerCase(),
    name,
    tenantId: theirs,
    // Guests are accounts of our own directory, which knows them for what they are.
    standing: theirs === tenantId.toLowerCase() ? 'member' : 'external',
    ...(localTimezone && { zone: localTimezone }),
  };
}

/** Bots and skills have ids of their own kind, whatever else they claim; an id of the directory makes no person of them. */
export function isBot({ id, role }: { id: string; role?: string | undefined }): boolean {
  return id.startsWith('28:') || role === 'bot' || role === 'skill';
}
