import { subscriptionOf } from '../../azure/resource-id.ts';
import type { Subject } from '../../incident/enrichment.ts';
import { kqlString } from '../../kql/escape.ts';
import { typeOf } from '../resource-type.ts';

/** Where in Azure a subject stands. */
export interface Place {
  /** Resource Manager id, as it was given. */
  id: string;
  /** Its id and those of the resources that it is part of, lower case, nearest first: a database, then its server. */
  ids: string[];
  /** Lower case. */
  subscription: string;
  /** `microsoft.sql/servers/databases`, `resourcegroup`, `subscription`. */
  type: string;
  isSubscription: boolean;
}

/** `undefined` where it is not known to stand in Azure. */
export function placeOf(subject: Subject): Place | undefined {
  if (subject.kind !== 'machine' && subject.kind !== 'resource') return undefined;
  const id = subject.resourceId.replace(/\/$/, '');
  const type = typeOf(id);
  if (type === '') return undefined;
  return {
    id,
    ids: withParents(id.toLowerCase(), type.split('/').length - 2),
    subscription: subscriptionOf(id),
    type,
    isSubscription: type === 'subscription',
  };
}

function withParents(id: string, parents: number): string[] {
  const parts = id.split('/');
  const levels = Array.from({ length: Math.max(0, parents) + 1 }, (_level, up) => parts.length - 2 * up);
  return levels.map((end) => parts.slice(0, end).join('/'));
}

/** `("…","…")`, for `in~`. */
export const kqlList = (values: readonly string[]): string => `(${values.map(kqlString).join(',')})`;

/** To a page of a resource in the Azure portal, which shows its overview where it knows no such page. */
export function portalLink({ id }: Place, page: string, label: string): { label: string; url: string } {
  const path = id.split('/').map(encodeURIComponent).join('/');
  return { label, url: `https://portal.azure.com/#resource${path}/${page}` };
}
