import { z } from 'zod';
import { lastSegment } from '../../azure/resource-id.ts';
import type { Rest } from '../../azure/rest.ts';
import { FarSideError } from '../../errors.ts';
import type { Subject } from '../../incident/enrichment.ts';
import { safeParse } from '../../safe-parse.ts';
import { instant } from '../azure/rows.ts';
import type { EnrichContext } from '../enricher.ts';
import { resourceGroupOf, typeOf } from '../resource-type.ts';

export const days = 14;
export const mostPages = 4;

/** Which events are about a subject. */
export interface Filter {
  id: string;
  subscription: string;
  clause: string;
  isAbout(event: Event): boolean;
}

/**
 * The API can filter by a resource too, but leaves out what is below it: rules of a firewall, settings of a blob service,
 * roles on it. So the whole group is read. Of a subscription, only changes of rights.
 */
export function filterOf(subject: Subject): Filter | undefined {
  if (subject.kind !== 'resource' && subject.kind !== 'machine') return undefined;
  const id = subject.resourceId.toLowerCase();
  const type = typeOf(id);
  const [, , subscription = ''] = id.split('/');
  if (type === '') return undefined;
  if (type === 'subscription') {
    return { id, subscription, clause: "resourceProvider eq 'Microsoft.Authorization'", isAbout: () => true };
  }
  const group = resourceGroupOf(id);
  if (group === '') return undefined;
  const rights = `/subscriptions/${subscription}/resourcegroups/${group}/providers/microsoft.authorization/`;
  return {
    id,
    subscription,
    clause: `resourceGroupName eq '${group}'`,
    isAbout: ({ resourceId }) => {
      const changed = resourceId.toLowerCase();
      if (changed === id || changed.startsWith(`${id}/`) || changed.startsWith(rights)) return true;
      if (type === 'resourcegroup') return true;
      // A machine's network rules stand beside it; the portal names them for it, `web-01-nsg`.
      const [, rules] = /\/networksecuritygroups\/([^/]+)/.exec(changed) ?? [];
      return type === 'microsoft.compute/virtualmachines' && !!rules?.includes(lastSegment(id));
    },
  };
}

const selected = 'caller,correlationId,eventTimestamp,httpRequest,operationName,resourceId,status';

/** Newest first, as they come. */
export async function readEvents(
  rest: Rest,
  { subscription, clause }: Filter,
  { now, signal }: EnrichContext,
) {
  const from = new Date(now.getTime() - days * 86_400_000).toISOString();
  const time = `eventTimestamp ge '${from}' and eventTimestamp le '${now.toISOString()}'`;
  const query = `api-version=2015-04-01&$filter=${encodeURIComponent(`${time} and ${clause}`)}&$select=${selected}`;
  const path = `/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values?${query}`;
  const events: Event[] = [];
  let next: string | null | undefined = path;
  for (let page = 0; next && page < mostPages; page += 1) {
    const answer: unknown = await rest.get(next, { signal });
    const { data } = safeParse(pageShape, answer);
    if (!data)
      throw new FarSideError('azure', 'rejected', 'The activity log answered without a list of events.');
    events.push(...data.value.flatMap((event) => safeParse(eventShape, event).data ?? []));
    next = data.nextLink;
  }
  return { events, isAll: !next };
}

const pageShape = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish().catch(undefined) });
const named = z.object({ value: z.string().catch(''), localizedValue: z.string().nullish().catch('') });
const eventShape = z.object({
  caller: z.string().nullish().catch(''),
  correlationId: z.string().catch(''),
  eventTimestamp: instant.pipe(z.string()),
  httpRequest: z
    .object({ clientIpAddress: z.string().nullish().catch('') })
    .nullish()
    .catch(undefined),
  operationName: named,
  resourceId: z.string().catch(''),
  status: named.catch({ value: '', localizedValue: '' }),
});
export type Event = z.infer<typeof eventShape>;
