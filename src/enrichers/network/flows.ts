import { kqlString } from '../../kql/escape.ts';
import type { Cell } from '../../kql/logs.ts';
import { type LogPlace, rowsOf, tablesOf } from '../ask-logs.ts';
import type { EnrichContext } from '../enricher.ts';

/** Packets between a machine and one address, over a day, as traffic analytics of flow logs sums them up. */
export interface Talk {
  peer: string;
  port: number;
  /** `in` where the peer began. */
  direction: 'in' | 'out';
  isAllowed: boolean;
  bytes: number;
  flows: number;
  /** Microsoft knows the peer as malicious. */
  isMalicious: boolean;
}

const table = 'NTANetAnalytics';

/**
 * Malicious peers first, then by bytes; at most six for each way in or out, allowed or denied, so that a web server's
 * customers do not hide the one that it talks with by itself. `undefined` where no workspace has such logs.
 */
export async function talksOf(
  machine: string,
  place: LogPlace,
  context: EnrichContext,
): Promise<Talk[] | undefined> {
  // Alerts may call it by its DNS name; flow logs never do. Without a name it would be everybody who has none.
  const [name = ''] = machine.split('.');
  if (name === '') return [];
  const [known] = await tablesOf(place, [table]);
  if (!known) return undefined;
  const { rows } = await rowsOf(place, queryFor(name), 24, context);
  return rows.map(toTalk).filter(({ peer }) => peer !== '');
}

/**
 * Machines stand there by name, or with their resource group before it. Public peers stand in a list of their own, each
 * with its counts behind bars; one record sums up many flows and may name several peers, among whom flows and bytes are
 * shared out evenly.
 * https://learn.microsoft.com/azure/network-watcher/traffic-analytics-schema
 */
const queryFor = (machine: string) => `let machine = ${kqlString(machine)};
let tail = ${kqlString(`/${machine}`)};
${table}
| where SubType == "FlowLog"
| where SrcVm =~ machine or DestVm =~ machine or SrcVm endswith tail or DestVm endswith tail
| extend IsIn = DestVm =~ machine or DestVm endswith tail
| extend Listed = iff(IsIn, iff(isempty(SrcIp), SrcPublicIps, SrcIp), iff(isempty(DestIp), DestPublicIps, DestIp))
| extend Peers = split(Listed, " ")
| extend Bytes = (BytesSrcToDest + BytesDestToSrc) / array_length(Peers)
| extend Flows = coalesce(AllowedInFlows, 0) + coalesce(AllowedOutFlows, 0) + coalesce(DeniedInFlows, 0) + coalesce(DeniedOutFlows, 0)
| extend Flows = max_of(1, Flows / array_length(Peers))
| mv-expand Each = Peers to typeof(string)
| extend Peer = tostring(split(Each, "|")[0])
| where isnotempty(Peer)
| summarize Flows = sum(Flows), Bytes = sum(Bytes), Malicious = countif(FlowType == "MaliciousFlow") by Peer, DestPort, FlowStatus, IsIn
| extend Way = strcat(FlowStatus, IsIn)
| partition hint.strategy=native by Way (sort by Malicious desc, Bytes desc | take 6)
| project Peer, DestPort, FlowStatus, IsIn, Flows, Bytes, Malicious
| sort by Malicious desc, Bytes desc
| take 24`;

function toTalk(row: Record<string, Cell>): Talk {
  return {
    peer: String(row.Peer ?? ''),
    port: Number(row.DestPort ?? 0),
    direction: isTrue(row.IsIn) ? 'in' : 'out',
    isAllowed: row.FlowStatus !== 'Denied',
    bytes: Number(row.Bytes ?? 0),
    flows: Number(row.Flows ?? 0),
    isMalicious: Number(row.Malicious ?? 0) > 0,
  };
}

const isTrue = (cell: Cell | undefined) => cell === true || cell === 1 || cell === 'true';
