import { people, principalNameOf, type SandboxPerson, tenantOf } from '../people.ts';
import { Refusal } from './refusal.ts';
import { type Conversation, chatOf } from './rooms.ts';

/** `pageSize` when the caller names none, and the most it may be. */
const PAGE_SIZE = 200;
const LARGEST_PAGE = 500;

/** Who is in a conversation, as Teams' roster tells it. The bot is not listed. */
export function listMembers(room: Conversation) {
  return membersOf(room).map(describeMember);
}

/** One page of the roster; `token` is what the page before gave. */
export function pageMembers(room: Conversation, pageSize: number | undefined, token: string | undefined) {
  const start = Number(token ?? 0);
  const end = start + Math.min(pageSize ?? PAGE_SIZE, LARGEST_PAGE);
  const members = listMembers(room);
  return {
    members: members.slice(start, end),
    ...(end < members.length && { continuationToken: String(end) }),
  };
}

/** Teams takes its own id, the Entra object id or the user principal name. */
export function findMember(room: Conversation, id: string) {
  const found = membersOf(room).find((person) =>
    [person.teamsId, person.oid, principalNameOf(person)].includes(id),
  );
  if (!found) throw new Refusal(404, 'MemberNotFoundInConversation', 'Member not found in conversation.');
  return describeMember(found);
}

function membersOf(room: Conversation): readonly SandboxPerson[] {
  // Bots are in no roster.
  const members = people.filter(({ kind }) => kind !== 'bot');
  return room.kind === 'channel' ? members : members.filter((person) => chatOf(person) === room.id);
}

function describeMember(person: SandboxPerson) {
  const [givenName, surname] = person.name.split(' ');
  return {
    id: person.teamsId,
    name: person.name,
    aadObjectId: person.oid,
    objectId: person.oid,
    givenName,
    surname,
    email: person.upn,
    userPrincipalName: principalNameOf(person),
    // A guest has an account in our directory; only somebody of a shared channel is in another one.
    tenantId: tenantOf(person),
    userRole: person.guest ? ('guest' as const) : ('user' as const),
  };
}
