import type { LogEvent } from '../../ingest.ts';
import type { Dice } from '../dice.ts';
import { type Account, resource, tenant } from '../estate.ts';

/** Contoso's sensitivity labels, as Purview gives them ids; the more sensitive, the higher the order. */
export const sensitivityLabels = {
  general: { id: '0b6f7a1c-58d2-4e19-9a34-7f1c0d2e8b65', name: 'General', order: 1 },
  confidential: { id: '7e2d94c8-1f60-4b3a-8c57-52ab9e0d3f41', name: 'Confidential', order: 3 },
  highlyConfidential: {
    id: 'c41a8e37-90bd-4d26-b5f8-e3697c20a1d4',
    name: 'Highly Confidential',
    order: 5,
  },
} as const;
export type Label = (typeof sensitivityLabels)[keyof typeof sensitivityLabels];

export interface LabelOperation {
  at: number;
  who: Account;
  from: string;
  /** Address of the file in SharePoint. */
  file: string;
  /** What lies on it afterwards; nothing where it was taken off. */
  label: Label | undefined;
  before?: Label;
  justification?: string;
}

/** A label was laid on a file, changed, or taken off. Names of labels that lay there before are not in the log. */
export function labelOperation(dice: Dice, it: LabelOperation): LogEvent {
  const { label, before } = it;
  const kind = !before ? 'Applied' : label ? 'Changed' : 'Removed';
  const isLower = label && before && label.order < before.order;
  return {
    table: 'MicrosoftPurviewInformationProtection',
    at: it.at,
    values: {
      Id: dice.guid(),
      Operation: `FileSensitivityLabel${kind}`,
      RecordType: 83,
      RecordTypeName: 'SensitivityLabelAction',
      LabelEventType: !label ? 'LabelRemoved' : isLower ? 'LabelDowngraded' : 'LabelUpgraded',
      LabelName: label?.name ?? '',
      SensitivityLabelId: label?.id ?? '',
      OldSensitivityLabelId: before?.id ?? '',
      JustificationText: it.justification ?? '',
      ActionSource: before ? 'Manual' : 'Default',
      ApplicationMode: before ? 'Privileged' : 'Standard',
      Application: 'SharePoint',
      Workload: 'SharePoint',
      ContentType: 'File',
      ObjectId: it.file,
      ItemName: it.file.split('/').at(-1) ?? '',
      UserId: it.who.upn,
      UserKey: it.who.oid,
      UserType: 'Regular',
      ClientIP: it.from,
      OrganizationId: tenant,
      ResultStatus: 'Succeeded',
    },
  };
}

export interface Scan {
  at: number;
  /** Azure resource id of the account or server that was scanned. */
  source: string;
  type: 'azureblob' | 'azuresql';
  asset: string;
  label: Label;
  classifications: string[];
}

const purview = resource('shared', 'rg-security', 'Microsoft.Purview/accounts', 'pv-contoso');

/** Purview's data map looked at an asset and found it to be sensitive. */
export function scan(dice: Dice, it: Scan): LogEvent {
  const isFile = it.type === 'azureblob';
  return {
    table: 'PurviewDataSensitivityLogs',
    at: it.at,
    values: {
      ActivityType: 'Labeling',
      AssetLastScanTime: it.at,
      AssetName: it.asset.split('/').at(-1) ?? '',
      AssetPath: it.asset,
      AssetType: isFile ? 'File' : 'Table',
      Classification: it.classifications,
      ClassificationDetails: it.classifications.map((name) => ({
        Id: name,
        Name: name,
        Count: dice.between(40, 9_000),
      })),
      ClassificationTrigger: 'Scan',
      FileExtension: isFile ? (it.asset.split('.').at(-1) ?? '') : '',
      PurviewAccountName: 'pv-contoso',
      PurviewRegion: 'westeurope',
      PurviewTenantId: tenant,
      SensitivityLabel: [it.label.name],
      SensitivityLabelDetails: [{ Id: it.label.id, Name: it.label.name, Order: it.label.order }],
      SensitivityLabelTrigger: 'Scan',
      SourceName: it.source.split('/').at(-1) ?? '',
      SourcePath: it.source,
      SourceRegion: 'westeurope',
      SourceScanId: dice.guid(),
      SourceSubscriptionId: it.source.split('/')[2] ?? '',
      SourceType: it.type,
      _ResourceId: purview.toLowerCase(),
    },
  };
}
