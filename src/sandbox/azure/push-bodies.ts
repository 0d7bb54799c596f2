import { randomUUID } from 'node:crypto';
import type { DefenderAlert } from './defender-alert.ts';
import { sentinel } from './estate.ts';
import type { IncidentRecord } from './incidents.ts';

/**
 * The alert as Defender's continuous export and workflow automation send it: no Resource Manager envelope,
 * every key in PascalCase, the first resource and the workspace lifted to the top, a fresh alert is "New".
 */
export function exportedAlert({ properties }: DefenderAlert): Record<string, unknown> {
  const { status, severity, timeGeneratedUtc, processingEndTimeUtc, ...rest } = properties;
  const resource = properties.resourceIdentifiers.find(({ azureResourceId }) => azureResourceId);
  const agent = properties.resourceIdentifiers.find(({ type }) => type === 'LogAnalytics');
  const resourceId = resource?.azureResourceId ?? '';
  return {
    ...pascalKeys(rest),
    Status: status === 'Active' ? 'New' : status,
    Severity: severity,
    ReportedSeverity: severity,
    TimeGenerated: timeGeneratedUtc,
    ProcessingEndTime: processingEndTimeUtc,
    AzureResourceId: resourceId,
    AzureResourceSubscriptionId: resourceId.split('/')[2] ?? '',
    WorkspaceId: agent?.workspaceId ?? '',
    WorkspaceSubscriptionId: agent?.workspaceSubscriptionId ?? '',
    WorkspaceResourceGroup: agent?.workspaceResourceGroup ?? '',
    AgentId: agent?.agentId ?? '',
  };
}

/** The incident as a Sentinel automation rule hands it to a playbook. */
export function triggeredIncident({
  incident,
  alerts,
  entities,
  comments,
}: IncidentRecord): Record<string, unknown> {
  const { id, name, etag, type, properties } = incident;
  return {
    eventUniqueId: randomUUID(),
    objectSchemaType: 'Incident',
    objectEventType: 'Create',
    workspaceInfo: {
      SubscriptionId: sentinel.subscription,
      ResourceGroupName: sentinel.resourceGroup,
      WorkspaceName: sentinel.workspace,
    },
    workspaceId: sentinel.workspaceId,
    object: {
      id,
      name,
      etag,
      type,
      properties: {
        ...properties,
        alerts,
        bookmarks: [],
        relatedEntities: entities,
        comments: comments.all(),
      },
    },
  };
}

function pascalKeys(json: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
      pascal(value),
    ]),
  );
}

function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal);
  return typeof value === 'object' && value !== null ? pascalKeys(value) : value;
}
