import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';

/** What makes it run; `name` is needed to ask for its address. */
export interface Trigger {
  name: string;
  kind: 'request' | 'sentinel' | 'other';
}

/** The trigger by the definition of a Logic App: one that Sentinel calls, or one that anybody calls who has its address. */
export function triggerOf(definition: unknown): Trigger | undefined {
  const { data } = safeParse(definitionShape, definition);
  const [found] = Object.entries(data?.triggers ?? {});
  if (!found) return undefined;
  const [name, { type, inputs }] = found;
  if (type.toLowerCase() === 'request') return { name, kind: 'request' };
  // The Sentinel connector's trigger of incidents; those of alerts and entities have other paths.
  if (inputs?.path?.toLowerCase() === '/incident-creation') return { name, kind: 'sentinel' };
  return { name, kind: 'other' };
}

/** The name of a trigger or a step as whoever made it wrote it. */
export const words = (name: string): string => name.replaceAll('_', ' ');

const text = z.string().catch('');
const definitionShape = z.object({
  triggers: z.record(
    z.string(),
    z.object({ type: text, inputs: z.object({ path: z.string().optional() }).nullish().catch(undefined) }),
  ),
});
