import type { SandboxPerson } from '../../people.ts';
import { call } from '../page/calls.ts';
import { attempt, screen } from '../page/screen.ts';

interface Found {
  title: string;
  value: string;
}

/** Choices of a dynamic choice set. Teams looks people up itself and asks the bot for everything else. */
export async function searchFor(
  person: SandboxPerson,
  conversation: string,
  dataset: string,
  value: string,
): Promise<Found[]> {
  if (dataset.startsWith('graph.microsoft.com/users')) return peopleLike(value);
  const answer = await attempt(() =>
    call<{ body?: { value?: { results?: Found[] } } }>('POST', '/api/teams/search', {
      as: person.id,
      conversation,
      dataset,
      value,
    }),
  );
  // Teams shows fifteen at most.
  return (answer?.body?.value?.results ?? []).slice(0, 15);
}

function peopleLike(text: string): Found[] {
  const people = screen.state?.people ?? [];
  return people
    .filter((p) => `${p.name} ${p.upn}`.toLowerCase().includes(text.toLowerCase()))
    .map((p) => ({ title: p.name, value: p.oid }));
}
