import { GUEST_TENANT_ID, people, type SandboxPerson, TENANT_ID } from '../people.ts';
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
    [person.teamsId, person.oid, principalName(person)].includes(id),
  );
  if (!found) throw new Refusal(404, 'MemberNotFoundInConversation', 'Member not found in conversation.');
  return describeMember(found);
}

function membersOf(room: Conversation): readonly SandboxPerson[] {
  return room.kind === 'channel' ? people : people.filter((person) => chatOf(person) === room.id);
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
    userPrincipalName: principalName(person),
    tenantId: person.guest ? GUEST_TENANT_ID : TENANT_ID,
    userRole: person.guest ? ('guest' as const) : ('user' as const),
  };
}

/** A guest's principal name in the host's directory is not the guest's address. */
function principalName(person: SandboxPerson): string {
  return person.guest ? `${person.upn.replace('@', '_')}#EXT#@contoso.onmicrosoft.com` : person.upn;
}
