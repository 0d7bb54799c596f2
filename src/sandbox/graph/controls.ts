import type { Request, Response, Server } from 'restify';
import { z } from 'zod';
import { people, type SandboxPerson } from '../people.ts';
import type { Directory } from './directory.ts';

const account = z.object({ person: z.string(), enabled: z.boolean() });
const membership = z.object({ group: z.string(), person: z.string(), change: z.enum(['add', 'remove']) });

/** What an admin does in Entra ID; docs/sandbox.md lists the calls. */
export function mountDirectoryControls(plain: Server, directory: Directory): void {
  plain.get('/api/entra/groups', async (_request, response) => {
    response.send(200, directory.groups);
  });

  plain.post('/api/entra/accounts', async (request, response) => {
    const asked = read(account, request, response);
    const person = asked && findIn(asked.person, response);
    if (!asked || !person) return;
    directory.setEnabled(person, asked.enabled);
    response.send(200, asked);
  });

  plain.post('/api/entra/members', async (request, response) => {
    const asked = read(membership, request, response);
    const person = asked && findIn(asked.person, response);
    if (!asked || !person) return;
    const group = directory.groups.find(({ id, name }) => asked.group === id || asked.group === name);
    if (!group) return void response.send(404, { error: `No group "${asked.group}".` });
    const others = group.members.filter((id) => id !== person.oid);
    group.members = asked.change === 'add' ? [...others, person.oid] : others;
    response.send(200, group);
  });
}

function read<T>(shape: z.ZodType<T>, request: Request, response: Response): T | undefined {
  const asked = shape.safeParse(request.body);
  if (asked.success) return asked.data;
  response.send(400, { error: z.prettifyError(asked.error) });
  return undefined;
}

function findIn(id: string, response: Response): SandboxPerson | undefined {
  const person = people.find((one) => one.id === id);
  if (!person) response.send(404, { error: `No person "${id}".` });
  return person;
}
