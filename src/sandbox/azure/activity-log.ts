import type { LogEvent } from '../logs/ingest.ts';
import { noiseOf } from '../logs/samples/noise.ts';
import { storiesAt } from '../logs/samples/stories.ts';
import type { Happened } from '../logs/worker-query.ts';
import { SEED } from '../logs/worker-rows.ts';
import { TENANT_ID } from '../people.ts';

const HOUR_MS = 3_600_000;
const DAYS_OF_NOISE = 14;

/** The same deeds as in the table AzureActivity, in the activity log's own form; times in milliseconds since 1970. */
export function activityOf(from: number, to: number, now: number, happened: Happened[]) {
  const told = storiesAt(now, happened).flatMap(({ tell }) => tell());
  const first = Math.max(from, now - DAYS_OF_NOISE * 24 * HOUR_MS);
  const hours = Math.max(0, Math.floor(to / HOUR_MS) - Math.floor(first / HOUR_MS) + 1);
  const noise = Array.from({ length: hours }, (_, n) => changesOf(Math.floor(first / HOUR_MS) + n)).flat();
  return [...told.filter(isActivity), ...noise].filter(({ at }) => at >= from && at <= to).map(toEvent);
}

/** An hour looks the same whenever it is asked for, and the rest of it is large. */
const hoursMade = new Map<number, LogEvent[]>();

function changesOf(hour: number): LogEvent[] {
  const made = hoursMade.get(hour) ?? noiseOf(SEED, hour).filter(isActivity);
  hoursMade.set(hour, made);
  return made;
}

const isActivity = ({ table }: LogEvent): boolean => table === 'AzureActivity';

const statuses: Record<string, string> = { Success: 'Succeeded', Failure: 'Failed', Start: 'Started' };

function toEvent({ at, values }: LogEvent) {
  const text = (name: string) => String(values[name] ?? '');
  const { action, scope } = readAuthorization(text('Authorization'));
  const status = statuses[text('ActivityStatusValue')] ?? text('ActivityStatusValue');
  const from = text('CallerIpAddress');
  return {
    authorization: { action, role: 'Subscription Admin', scope },
    caller: text('Caller'),
    claims: JSON.parse(text('Claims') || '{}'),
    correlationId: text('CorrelationId'),
    description: '',
    eventDataId: text('EventDataId'),
    eventName: { value: 'EndRequest', localizedValue: 'End request' },
    eventTimestamp: new Date(at).toISOString(),
    httpRequest: { clientRequestId: text('CorrelationId'), clientIpAddress: from, method: 'PUT' },
    id: `${scope}/events/${text('EventDataId')}/ticks/${at}0000`,
    level: text('Level'),
    operationId: text('CorrelationId'),
    operationName: { value: action, localizedValue: action },
    properties: JSON.parse(text('Properties') || '{}'),
    resourceGroupName: text('ResourceGroup'),
    resourceId: resourceOf(action, scope, text('EventDataId')),
    resourceProviderName: { value: providerOf(action), localizedValue: providerOf(action) },
    status: { value: status, localizedValue: status },
    subStatus: { value: '', localizedValue: '' },
    submissionTimestamp: new Date(at + 60_000).toISOString(),
    subscriptionId: text('SubscriptionId'),
    tenantId: TENANT_ID,
  };
}

function readAuthorization(text: string): { action: string; scope: string } {
  const { action = '', scope = '' } = JSON.parse(text || '{}');
  return { action: String(action), scope: String(scope) };
}

/** A right is a resource of its own, below what it is a right on. */
const resourceOf = (action: string, scope: string, id: string): string =>
  /^Microsoft\.Authorization\/roleAssignments\//.test(action)
    ? `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`
    : scope;

const providerOf = (action: string): string => action.split('/')[0] ?? '';
