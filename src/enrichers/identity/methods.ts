import type { GraphIdentity } from '../../azure/graph-identity.ts';
import { inWords } from '../azure/words.ts';
import type { Part } from './part.ts';

/** Which second factors it has registered. */
export async function methodsOf(graph: GraphIdentity, id: string, signal: AbortSignal): Promise<Part> {
  const answer = await graph.registration(id, signal);
  if ('lacking' in answer) return { facts: [{ label: 'MFA', value: answer.lacking }] };
  const registered = answer.told;
  if (!registered) return {};
  const { mfa, methods, at } = registered;
  const value = methods.map(inWords).join(', ') || (mfa ? 'registered' : 'none registered');
  return {
    facts: [
      { label: 'MFA', value: mfa || methods.length === 0 ? value : `none; ${value}`, ...(at && { at }) },
    ],
    traits: mfa ? [] : [{ chip: 'no MFA', says: 'has registered no second factor', tone: 'bad' }],
  };
}
