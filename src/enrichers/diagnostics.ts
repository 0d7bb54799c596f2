import { z } from 'zod';
import { lastSegment } from '../azure/resource-id.ts';
import type { Rest } from '../azure/rest.ts';
import { FarSideError } from '../errors.ts';
import { type EnrichmentFact, nothingKnown, type Subject, type Trait } from '../incident/enrichment.ts';
import { safeParse } from '../safe-parse.ts';
import type { Enricher } from './enricher.ts';
import { listed } from './figures.ts';
import { typeOf } from './resource-type.ts';

/** Whether a resource writes logs at all, which ones, and to whom. */
export function createDiagnostics({ rest }: { rest: Rest }): Enricher {
  return {
    name: 'diagnostics',
    title: 'Logging',
    question: 'Is logging on for it, which logs are written, and where to?',
    about: ['resource'],
    concerns: (subject) => placesOf(subject).length > 0,
    side: 'resource-manager',
    calls: 4,
    api: 'Azure Resource Manager 2021-05-01-preview: {resource}/providers/Microsoft.Insights/diagnosticSettings and diagnosticSettingsCategories',
    permission: 'Reader on the subscription',
    lifetimeSeconds: 3_600,
    deadlineMs: 12_000,
    limits:
      'Resource Manager: 250 reads at once, 25 a second after that. Types without diagnostic settings are left out.',
    async enrich(subject, { signal }) {
      const places = placesOf(subject);
      const asked = await Promise.all(places.map((place) => settingsOf(rest, place, signal)));
      const settings = asked.flatMap((found) => found ?? []);
      if (places.length === 0 || asked.every((found) => found === undefined)) return nothingKnown;
      const silent = places.filter(({ part }, at) => part !== '' && asked[at]?.length === 0);
      const facts = [
        ...settings.slice(0, 28).map(toFact),
        ...silent.map(({ part }) => ({ label: part.replace(': ', ''), value: 'no logs' })),
      ];
      if (settings.some(hasLogs)) return { facts, traits: [] };
      const kept = places.filter((_place, at) => asked[at] !== undefined);
      const can = await Promise.all(kept.map((place) => canLog(rest, place.id, signal)));
      return { facts, traits: can.includes(true) ? noLogging(settings) : [] };
    },
  };
}

/** Where its settings are kept; nowhere, for what has none. */
function placesOf(subject: Subject): { id: string; part: string }[] {
  if (subject.kind !== 'resource') return [];
  const { resourceId: id } = subject;
  const type = typeOf(id);
  if (type === '' || without.test(type)) return [];
  switch (type) {
    // The account itself only has metrics: what is read and deleted is logged by its services.
    case 'microsoft.storage/storageaccounts':
      return [
        { id: `${id}/blobServices/default`, part: 'Blobs: ' },
        { id: `${id}/fileServices/default`, part: 'Files: ' },
      ];
    // Auditing that is turned on for a whole server is a setting of its database master.
    case 'microsoft.sql/servers/databases':
      return [
        { id, part: '' },
        { id: id.replace(/\/databases\/[^/]+$/i, '/databases/master'), part: 'Server: ' },
      ];
    case 'microsoft.sql/servers':
      return [{ id: `${id}/databases/master`, part: '' }];
    default:
      return [{ id, part: '' }];
  }
}

/** Machines are logged by an agent inside of them, groups by their subscription. */
const without =
  /^(resourcegroup$|microsoft\.compute\/|microsoft\.hybridcompute\/|microsoft\.network\/(routetables|networkwatchers)|microsoft\.authorization\/|microsoft\.security\/)/;

async function settingsOf(rest: Rest, { id, part }: { id: string; part: string }, signal: AbortSignal) {
  const settings = await listOf(
    rest,
    `${id}/providers/Microsoft.Insights/diagnosticSettings`,
    settingShape,
    signal,
  );
  return settings?.map(({ name, properties }) => ({ name: `${part}${name}`, ...properties }));
}

/** Network interfaces, App Service plans and many others have settings for their metrics, and no logs to write. */
async function canLog(rest: Rest, id: string, signal: AbortSignal): Promise<boolean> {
  const path = `${id}/providers/Microsoft.Insights/diagnosticSettingsCategories`;
  const categories = await listOf(rest, path, categoryShape, signal);
  return categories?.some(({ properties }) => properties.categoryType === 'Logs') ?? false;
}

/** `undefined` where this type has no settings, or the resource is gone. */
async function listOf<T>(rest: Rest, path: string, shape: z.ZodType<T>, signal: AbortSignal) {
  try {
    const answer = await rest.get(`${path}?api-version=2021-05-01-preview`, { signal });
    const { data } = safeParse(z.object({ value: z.array(shape) }), answer);
    if (!data) throw new FarSideError('azure', 'rejected', 'Azure Monitor answered without a list.');
    return data.value;
  } catch (error) {
    if (!(error instanceof FarSideError)) throw error;
    // The type is in no list that Azure gives; it says so when it is asked.
    if (error.reason === 'not-found' || error.message.includes('ResourceTypeNotSupported')) return undefined;
    throw error;
  }
}

const text = z.string().nullish().catch(undefined);
const logShape = z.object({ category: text, categoryGroup: text, enabled: z.boolean().catch(false) });
const settingShape = z.object({
  name: z.string().catch(''),
  properties: z
    .object({
      workspaceId: text,
      storageAccountId: text,
      eventHubAuthorizationRuleId: text,
      eventHubName: text,
      marketplacePartnerId: text,
      logs: z.array(logShape).nullish().catch([]),
    })
    .catch({}),
});
type Setting = z.infer<typeof settingShape>['properties'] & { name: string };
const categoryShape = z.object({ properties: z.object({ categoryType: text }).catch({}) });

const logsOf = ({ logs }: Setting): string[] =>
  (logs ?? [])
    .filter(({ enabled }) => enabled)
    .map(({ category, categoryGroup }) => category || categoryGroup || '')
    .filter(Boolean);

const hasLogs = (setting: Setting): boolean => logsOf(setting).length > 0;

function toFact(setting: Setting): EnrichmentFact {
  const logs = logsOf(setting);
  const what = logs.length > 0 ? listed(logs, 8) : 'no logs, only metrics';
  return { label: setting.name, value: `${what} to ${targetsOf(setting).join(', ') || 'nobody'}` };
}

function targetsOf({ workspaceId, storageAccountId, ...setting }: Setting): string[] {
  const last = (id: string | null | undefined) => lastSegment(id ?? '');
  const hub =
    setting.eventHubName || /\/namespaces\/([^/]+)/i.exec(setting.eventHubAuthorizationRuleId ?? '')?.[1];
  return [
    workspaceId ? `the workspace ${last(workspaceId)}` : '',
    storageAccountId ? `the storage account ${last(storageAccountId)}` : '',
    hub ? `the event hub ${hub}` : '',
    setting.marketplacePartnerId ? `the partner ${last(setting.marketplacePartnerId)}` : '',
  ].filter(Boolean);
}

function noLogging(settings: Setting[]): Trait[] {
  const says =
    settings.length > 0
      ? 'writes metrics but no logs'
      : 'writes no logs: what was done there is not recorded';
  return [{ chip: 'no logging', says, tone: 'warning' }];
}
