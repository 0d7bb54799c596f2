import { lastSegment } from '../../azure/resource-id.ts';
import type { Event } from './read-events.ts';
import { type Deed, deedOf } from './telling-deeds.ts';

/** What one caller did again and again. */
export interface Change {
  caller: string;
  title: string;
  deed: Deed | undefined;
  done: number;
  failed: number;
  /** The newest first. */
  addresses: string[];
  targets: string[];
  at: string;
  /** The oldest of it that was read. */
  since: string;
}

/** The newest first. `about` is the resource's id, in lower case. */
export function changesOf(events: Event[], about: string): Change[] {
  const deeds = new Map(
    events
      .filter(isDeed)
      .map((event) => [`${event.correlationId || event.eventTimestamp} ${keyOf(event)}`, event]),
  );
  const groups = Map.groupBy(deeds.values(), keyOf);
  return [...groups.values()]
    .map((group) => toChange(group, about))
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** Writes, deletes and actions that were done or failed; what Azure itself found or proposes is none. */
function isDeed({ operationName, status }: Event): boolean {
  if (!/\/(write|delete|action)$/i.test(operationName.value)) return false;
  if (/^microsoft\.(resourcehealth|advisor)\/|\/policies\/|\/locations\/alerts\//i.test(operationName.value))
    return false;
  // One deed is told several times on its way.
  return !/^(started|accepted|active|in progress)$/i.test(status.value);
}

const keyOf = ({ caller, operationName }: Event): string =>
  `${caller?.toLowerCase()} ${operationName.value.toLowerCase()}`;

function toChange(events: Event[], about: string): Change {
  const sorted = events.toSorted((a, b) => Date.parse(b.eventTimestamp) - Date.parse(a.eventTimestamp));
  const [newest] = sorted;
  const { value = '', localizedValue } = newest?.operationName ?? {};
  const failed = sorted.filter(({ status }) => /^fail/i.test(status.value)).length;
  const each = (texts: string[]) => [...new Set(texts.filter(Boolean))];
  return {
    caller: newest?.caller || 'somebody unnamed',
    title: localizedValue && localizedValue !== value ? localizedValue : value.split('/').slice(1).join('/'),
    deed: deedOf(value),
    done: sorted.length - failed,
    failed,
    addresses: each(sorted.map(({ httpRequest }) => httpRequest?.clientIpAddress ?? '')),
    targets: each(sorted.map(({ resourceId }) => targetOf(resourceId, about))),
    at: newest?.eventTimestamp ?? '',
    since: sorted.at(-1)?.eventTimestamp ?? '',
  };
}

/** Below the resource by its path, beside it by its name; nothing where it is the resource itself, or a right on it. */
function targetOf(resourceId: string, about: string): string {
  const [changed = ''] = resourceId.split(/\/providers\/microsoft\.authorization\//i);
  const isWithin = changed.toLowerCase().startsWith(`${about}/`);
  if (isWithin) return changed.slice(about.length + 1);
  return changed.toLowerCase() === about ? '' : lastSegment(changed);
}
