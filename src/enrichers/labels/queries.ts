import type { Subject } from '../../incident/enrichment.ts';
import { kqlDatetime, kqlString } from '../../kql/escape.ts';
import { typeOf } from '../resource-type.ts';

/**
 * What is asked of the logs about labels; values stand in it as literals, and every answer is bounded.
 * https://learn.microsoft.com/azure/azure-monitor/reference/tables/microsoftpurviewinformationprotection
 */

/** Labels that lie on things now: the last that was said of each of them. */
export function nowText(subject: Subject): string {
  return `MicrosoftPurviewInformationProtection\n| where ${isAbout(subject)}\n${labelsNow}`;
}

/** Labels that somebody lowered or took off, the latest first, with the name of the former one where any row has it. */
export function loweredText(subject: Subject): string {
  return `MicrosoftPurviewInformationProtection
| where ${isAbout(subject)}
| where LabelEventType in ("LabelDowngraded", "LabelRemoved") or Operation in ("FileSensitivityLabelRemoved", "SensitivityLabelRemoved")
| top ${mostLowered} by TimeGenerated desc
| lookup kind=leftouter (
    MicrosoftPurviewInformationProtection
    | where isnotempty(LabelName) and isnotempty(SensitivityLabelId)
    | summarize OldName = take_any(LabelName) by OldSensitivityLabelId = SensitivityLabelId) on OldSensitivityLabelId
| project TimeGenerated, UserId, ObjectId, OldSensitivityLabelId, OldName, SensitivityLabelId, LabelName, JustificationText
| sort by TimeGenerated desc`;
}

export const mostLowered = 100;

/** Labels on the files that an account took out of SharePoint and OneDrive since then. */
export function takenText(subject: Subject, since: Date): string {
  return `let taken = OfficeActivity
| where TimeGenerated > ${kqlDatetime(since)} and UserId =~ ${kqlString(addressOf(subject))}
| where Operation in ("FileDownloaded", "FileSyncDownloadedFull")
| distinct OfficeObjectId
| take 5000;
MicrosoftPurviewInformationProtection\n| where ObjectId in (taken)\n${labelsNow}`;
}

/**
 * Labels and kinds of data that Purview's data map found in an account, a server or a database. An empty list would take
 * its row along when it is expanded.
 */
export function dataText(subject: Subject): string {
  const id = subject.kind === 'resource' ? subject.resourceId : '';
  const [database] = typeOf(id).endsWith('/databases') ? id.split('/').slice(-1) : [];
  // A server is what is scanned, and the path of each table names its database.
  const within = database ? `\n| where AssetPath has ${kqlString(database)}` : '';
  return `let id = ${kqlString(id)};
PurviewDataSensitivityLogs
| where isnotempty(SourcePath)
| where SourcePath =~ id or SourcePath startswith strcat(id, "/") or id startswith strcat(SourcePath, "/")${within}
| summarize arg_max(TimeGenerated, SensitivityLabel, Classification) by AssetPath
| mv-expand LabelName = SensitivityLabel to typeof(string)
| extend Kinds = iff(array_length(Classification) > 0, Classification, dynamic([""]))
| mv-expand Kind = Kinds to typeof(string)
| where isnotempty(LabelName)
| summarize Items = dcount(AssetPath), Last = max(TimeGenerated), Kinds = make_set(Kind, 8) by LabelName
| top 10 by Items desc`;
}

const labelsNow = `| where isnotempty(SensitivityLabelId) or LabelEventType == "LabelRemoved"
| summarize arg_max(TimeGenerated, SensitivityLabelId, LabelName, LabelEventType) by ObjectId
| where LabelEventType != "LabelRemoved"
| summarize Items = count(), Last = max(TimeGenerated) by SensitivityLabelId, LabelName
| top 10 by Items desc`;

/** Which rows of the audit log are about it. */
function isAbout(subject: Subject): string {
  if (subject.kind === 'file') return isNamed(subject.name);
  if (subject.kind === 'url') return liesIn(subject.url);
  const who = kqlString(addressOf(subject));
  if (subject.kind === 'mailbox') return `Sender =~ ${who} or (UserId =~ ${who} and Workload =~ "Exchange")`;
  return `UserId =~ ${who}`;
}

/** Incidents name files without their folders; `has` lets the index find what the ends are then held against. */
function isNamed(name: string): string {
  const [whole, inFolder, inWindows] = [name, `/${name}`, `\\${name}`].map(kqlString);
  return `ItemName =~ ${whole} or (ObjectId has ${whole} and (ObjectId =~ ${whole} or ObjectId endswith ${inFolder} or ObjectId endswith ${inWindows}))`;
}

/** A site, a folder or one file of it. */
function liesIn(url: string): string {
  const place = placeOf(url);
  return `ObjectId =~ ${kqlString(place)} or ObjectId startswith ${kqlString(`${place}/`)}`;
}

/** As the logs write it: without what a browser adds, and with spaces as spaces. */
function placeOf(url: string): string {
  const plain = url.replace(/[?#].*$/, '').replace(/\/+$/, '');
  try {
    return decodeURI(plain);
  } catch {
    return plain;
  }
}

/** SharePoint and OneDrive, public and sovereign clouds. */
export function isSite(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  return /\.sharepoint(-mil)?\.(com|us|cn)$|\.sharepoint\.azure\.us$/.test(host);
}

function addressOf(subject: Subject): string {
  if (subject.kind === 'account') return subject.upn;
  return subject.kind === 'mailbox' ? subject.address : '';
}
