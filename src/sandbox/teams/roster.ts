import type { Request, Server } from 'restify';
import { z } from 'zod';
import { type ConnectorParts, guarded, type Reply } from './guard.ts';
import { findMember, listMembers, pageMembers } from './members.ts';
import { readLimits } from './rates.ts';
import { Refusal } from './refusal.ts';
import { type Conversation, team } from './rooms.ts';

/** Bot Connector's calls that tell who is in a conversation and what channels a team has. */
export function mountRoster(plain: Server, parts: ConnectorParts): void {
  const { rooms, rates } = parts;
  const fault = parts.faults.before('teams');
  const base = '/teams/v3';
  const one = `${base}/conversations/:conversation`;
  const guard = (work: (request: Request) => Reply) => guarded(parts, work);

  const read = (conversationId: string): Conversation => {
    const { room } = rooms.find(conversationId);
    rates.take(`read ${room.id}`, readLimits);
    return room;
  };
  plain.get(
    `${one}/members`,
    fault,
    guard(({ params }) => ({
      status: 200,
      body: listMembers(read(params.conversation)),
    })),
  );
  plain.get(
    `${one}/pagedmembers`,
    fault,
    guard(({ params, query }) => {
      const { pageSize, continuationToken } = page.parse(query);
      return { status: 200, body: pageMembers(read(params.conversation), pageSize, continuationToken) };
    }),
  );
  plain.get(
    `${one}/members/:member`,
    fault,
    guard(({ params }) => ({
      status: 200,
      body: findMember(read(params.conversation), params.member),
    })),
  );
  plain.get(
    `${base}/teams/:team`,
    fault,
    guard(({ params }) => {
      findTeam(params.team);
      return { status: 200, body: team };
    }),
  );
  plain.get(
    `${base}/teams/:team/conversations`,
    fault,
    guard(({ params }) => {
      findTeam(params.team);
      return { status: 200, body: { conversations: rooms.channels.map(({ id, name }) => ({ id, name })) } };
    }),
  );
}

const page = z.object({
  pageSize: z.coerce.number().int().positive().optional(),
  continuationToken: z.string().optional(),
});

function findTeam(id: string): void {
  if (id !== team.id) throw new Refusal(404, 'NotFound', 'Team not found.');
}
