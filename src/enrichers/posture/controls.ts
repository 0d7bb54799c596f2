import { z } from 'zod';
import { kqlString } from '../../kql/escape.ts';
import type { Place } from '../azure/place.ts';
import { number, readRows, text, typeIn } from '../azure/rows.ts';

/** A demand of a regulatory standard that is not met. */
export interface FailedControl {
  /** `Microsoft cloud security benchmark`. */
  standard: string;
  /** `NS-1: Establish network segmentation boundaries`. */
  control: string;
}

/** A standard that is not met, and the number of its controls. */
export interface FailedStandard {
  name: string;
  failed: number | undefined;
  passed: number | undefined;
}

const standards = 'microsoft.security/regulatorycompliancestandards';
const mostControls = 30;

/**
 * By the key of an assessment the controls that it fails, each as its id and its title on two lines. Standards speak of
 * a subscription, not of a resource; the key, the same in both, tells which fail because of this one.
 */
export function failingControls({ subscription }: Place): string {
  const here = `subscriptionId =~ ${kqlString(subscription)}`;
  return `    securityresources
    | where type =~ "${standards}/regulatorycompliancecontrols/regulatorycomplianceassessments" and ${here}
    | where tostring(properties.state) =~ "Failed"
    | extend key = tolower(name), control = tostring(split(tolower(id), "/regulatorycomplianceassessments/")[0])
    | project key, control, at = id
    | join kind=leftouter (
        securityresources
        | where type =~ "${standards}/regulatorycompliancecontrols" and ${here}
        | project control = tolower(id), demand = tostring(properties.description)
      ) on control
    | summarize controls = make_set(strcat(at, "\\n", demand), ${mostControls}) by key`;
}

export const failedStandards = `type =~ "${standards}" and tostring(properties.state) =~ "Failed"`;

/** What `failingControls` gave for one assessment. */
export const controlsShape = z
  .array(z.unknown())
  .catch([])
  .transform((said) =>
    said.slice(0, mostControls).flatMap((one) => (typeof one === 'string' ? (controlIn(one) ?? []) : [])),
  );

const place =
  /\/regulatoryComplianceStandards\/([^/\n]{1,200})\/regulatoryComplianceControls\/([^/\n]{1,200})[^\n]*\n?([^\n]{0,300})/i;

function controlIn(said: string): FailedControl | undefined {
  const [, standard, control, title] = place.exec(said) ?? [];
  if (!standard || !control) return undefined;
  return { standard: spoken(standard), control: title ? `${control}: ${title}` : control };
}

/** Each control once: several recommendations may fail the same. */
export function controlsOf(failed: readonly FailedControl[]): FailedControl[] {
  const found = new Map(failed.map((one) => [`${one.standard}\n${one.control}`.toLowerCase(), one]));
  return [...found.values()].sort((a, b) => a.standard.localeCompare(b.standard));
}

const standardShape = z.object({
  type: typeIn(standards),
  name: text.transform(spoken),
  failed: number,
  passed: number,
});

export const readStandards = (rows: readonly unknown[]): FailedStandard[] =>
  readRows(standardShape, rows, rows.length);

/** `Microsoft-cloud-security-benchmark`: Defender for Cloud shows it without the hyphens. */
function spoken(standard: string): string {
  return standard.replaceAll('-', ' ');
}
