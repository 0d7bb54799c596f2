import type { Happened } from '../logs/worker-query.ts';
import { activityOf } from './activity-log.ts';
import type { ArmCall, ArmRoute } from './arm.ts';
import { ArmError, badRequest } from './arm-error.ts';
import { categoriesOf } from './diagnostic-categories.ts';
import { diagnosticSettingsOf, hasNoSettings } from './diagnostic-settings.ts';
import { nextLink, readToken } from './paging.ts';

const PAGE_SIZE = 100;
const DAY_MS = 86_400_000;
const DAYS_KEPT = 90;

/** `Microsoft.Insights`, as far as it only tells: the activity log, and where resources send their logs. */
export function monitorRoutes(options: { happened: () => Happened[]; now: () => number }): ArmRoute[] {
  return [
    {
      method: 'GET',
      path: '/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values',
      apiVersions: ['2015-04-01'],
      answer: (call) => listActivity(call, options),
    },
    {
      method: 'GET',
      path: '/{resource*}/providers/Microsoft.Insights/diagnosticSettings',
      apiVersions: ['2021-05-01-preview'],
      answer: ({ param }) => {
        const resource = withSettings(param('resource'));
        return { status: 200, body: { value: diagnosticSettingsOf(resource) } };
      },
    },
    {
      method: 'GET',
      path: '/{resource*}/providers/Microsoft.Insights/diagnosticSettingsCategories',
      apiVersions: ['2021-05-01-preview'],
      answer: ({ param }) => {
        const resource = withSettings(param('resource'));
        return { status: 200, body: { value: categoriesOf(resource) } };
      },
    },
  ];
}

/** The id of what may have settings; other types are refused. */
function withSettings(path: string): string {
  const resource = `/${path}`;
  if (!hasNoSettings(resource)) return resource;
  const type = resource.toLowerCase().split('/providers/').at(-1)?.split('/').slice(0, 2).join('/');
  throw new ArmError(
    400,
    'ResourceTypeNotSupported',
    `The resource type '${type}' does not support diagnostic settings.`,
  );
}

function listActivity(call: ArmCall, options: { happened: () => Happened[]; now: () => number }) {
  const now = options.now();
  const { from, to, where } = readFilter(call.url.searchParams.get('$filter'), now);
  const selected = readSelect(call.url.searchParams.get('$select'));
  const subscription = call.param('subscription').toLowerCase();
  const found = activityOf(from, Math.min(to, now), now, options.happened())
    .filter((event) => event.subscriptionId === subscription && where(event))
    .toSorted((a, b) => b.eventTimestamp.localeCompare(a.eventTimestamp));
  const start = Number(readToken(call.url) ?? 0);
  const end = start + PAGE_SIZE;
  return {
    status: 200,
    body: {
      value: found.slice(start, end).map((event) => select(event, selected)),
      ...(end < found.length && { nextLink: nextLink(call.url, end) }),
    },
  };
}

type ActivityEvent = ReturnType<typeof activityOf>[number];

/** https://learn.microsoft.com/rest/api/monitor/activity-logs/list: no other pattern is allowed. */
function readFilter(filter: string | null, now: number) {
  if (!filter) throw badRequest("The '$filter' query parameter is required.");
  const [, start = '', , end, , key, value = ''] = pattern.exec(filter) ?? [];
  const from = Date.parse(start);
  const to = end === undefined ? now : Date.parse(end);
  if (!(from <= to)) throw badRequest(`The filter clause '${filter}' is not supported.`);
  if (from < now - DAYS_KEPT * DAY_MS) {
    throw badRequest(`The start time cannot be more than ${DAYS_KEPT} days in the past.`);
  }
  const wanted = value.toLowerCase();
  const where = (event: ActivityEvent): boolean => {
    switch (key) {
      case 'resourceGroupName':
        return event.resourceGroupName.toLowerCase() === wanted;
      case 'resourceUri':
        return event.resourceId.toLowerCase() === wanted;
      case 'resourceProvider':
        return event.resourceProviderName.value.toLowerCase() === wanted;
      case 'correlationId':
        return event.correlationId === wanted;
      default:
        return true;
    }
  };
  return { from, to, where };
}

const pattern =
  /^eventTimestamp ge '([^']+)'( and eventTimestamp le '([^']+)')?( and (resourceGroupName|resourceUri|resourceProvider|correlationId) eq '([^']+)')?$/;

const properties = [
  'authorization',
  'claims',
  'correlationId',
  'description',
  'eventDataId',
  'eventName',
  'eventTimestamp',
  'httpRequest',
  'level',
  'operationId',
  'operationName',
  'properties',
  'resourceGroupName',
  'resourceProviderName',
  'resourceId',
  'status',
  'submissionTimestamp',
  'subStatus',
  'subscriptionId',
  'caller',
];

function readSelect(select: string | null): string[] | undefined {
  const names = select?.split(',').map((name) => name.trim());
  const unknown = names?.find((name) => !properties.some((one) => one.toLowerCase() === name.toLowerCase()));
  if (unknown !== undefined) throw badRequest(`The select clause '${unknown}' is not supported.`);
  return names?.map((name) => name.toLowerCase());
}

function select(event: ActivityEvent, names: string[] | undefined): object {
  if (!names) return event;
  return Object.fromEntries(Object.entries(event).filter(([name]) => names.includes(name.toLowerCase())));
}
