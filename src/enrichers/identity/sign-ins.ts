import type { GraphIdentity } from '../../azure/graph-identity.ts';
import type { SignIn } from '../../azure/graph-reports.ts';
import type { EnrichmentFact } from '../../incident/enrichment.ts';
import { type Part, withCommas } from './part.ts';

const days = 7;
const dayMs = 86_400_000;
const mostShown = 6;

/** Its last interactive sign-ins; the same one again and again is one. */
export async function signInsOf(
  graph: GraphIdentity,
  id: string,
  now: Date,
  signal: AbortSignal,
): Promise<Part> {
  const answer = await graph.signIns(id, new Date(now.getTime() - days * dayMs), signal);
  if ('lacking' in answer) return { facts: [{ label: 'Sign-ins', value: answer.lacking }] };
  if (answer.told.length === 0) return { facts: [{ label: 'Sign-ins', value: `none in ${days} days` }] };
  const alike = new Map<string, { newest: SignIn; count: number }>();
  for (const one of answer.told) {
    const key = JSON.stringify([one.app, one.address, one.code, one.reason]);
    const group = alike.get(key);
    if (group) group.count += 1;
    else alike.set(key, { newest: one, count: 1 });
  }
  return { facts: [...alike.values()].slice(0, mostShown).map(signInFact) };
}

function signInFact({ newest, count }: { newest: SignIn; count: number }): EnrichmentFact {
  const { app, address, place, code, reason, risk, at } = newest;
  const times = count > 1 ? ` ${count} times` : '';
  const result = code === 0 ? `worked${times}` : `refused${times} (${code}${reason && `: ${reason}`})`;
  const from = place ? `${address} (${place})` : address;
  const isRisky = risk === 'medium' || risk === 'high';
  return {
    label: 'Sign-in',
    value: withCommas(result, app, from && `from ${from}`, isRisky && `risk ${risk}`),
    ...(at && { at }),
    long: true,
  };
}
