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
 * with its counts behind bars; one record may name several, and their bytes are shared out evenly.
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
| mv-expand Each = Peers to typeof(string)
| extend Peer = tostring(split(Each, "|")[0])
| where isnotempty(Peer)
| summarize Flows = count(), Bytes = sum(Bytes), Malicious = countif(FlowType == "MaliciousFlow") by Peer, DestPort, FlowStatus, IsIn
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

/** `1.2 MB`. */
export function bytesInWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1_000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1_000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
