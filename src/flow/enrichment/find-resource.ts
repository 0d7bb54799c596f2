import { Refused } from '../../errors.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { enrichmentIsOff } from './show.ts';

/** The resource that people mean by its name or its id. Throws `Refused` where there is none, or more than one. */
export async function findResource(
  { findResources }: Pick<Watchfloor, 'findResources'>,
  said: string,
): Promise<{ name: string; resourceId: string }> {
  if (!findResources) throw new Refused(enrichmentIsOff);
  const found = await findResources(said);
  const [first, ...others] = found;
  if (!first)
    throw new Refused(
      `I find no resource "${said.slice(0, 80)}" that I may read. Its whole Azure id works, too.`,
    );
  if (others.length > 0) {
    const ids = found.slice(0, 3).map(({ resourceId }) => resourceId);
    throw new Refused(`${found.length} resources have this name. Say which, by its id: ${ids.join(' or ')}`);
  }
  return first;
}
