import { subscriptions } from '../../../azure/estate.ts';
import type { LogEvent } from '../../ingest.ts';
import type { Dice } from '../dice.ts';
import { type Machine, things } from '../estate.ts';

export interface Lookup {
  at: number;
  client: Machine;
  name: string;
  type?: 'A' | 'AAAA' | 'TXT' | 'PTR' | 'CNAME';
  /** RCODE: 0 found, 3 no such name. */
  code?: 0 | 3;
  answer?: string;
}

export function lookup(dice: Dice, it: Lookup): LogEvent {
  const code = it.code ?? 0;
  return {
    table: 'DnsEvents',
    at: it.at,
    values: {
      Computer: dice.chance(0.5) ? 'vm-dc-01' : 'vm-dc-02',
      SubType: 'LookupQuery',
      EventId: 257,
      TaskCategory: 'LookUp_Query',
      ClientIP: it.client.ip,
      Name: it.name,
      QueryType: it.type ?? 'A',
      Result: code === 0 ? 'Success' : 'NXDomain',
      ResultCode: code,
      IPAddresses: it.answer ?? '',
      DnsServerName: 'vm-dc-01',
      SourceSystem: 'OpsManager',
      _ResourceId: it.client.id.toLowerCase(),
    },
  };
}

export interface Flow {
  at: number;
  from: string;
  to: string;
  port: number;
  direction: 'Inbound' | 'Outbound';
  protocol?: 'T' | 'U';
  allowed: boolean;
  /** How many the record sums up; one where that is not said. */
  flows?: number;
  /** The machine of ours that it concerns. */
  machine: Machine;
  sent?: number;
  received?: number;
  rule?: string;
  country?: string;
  threat?: string;
}

const isPrivate = (ip: string) => ip.startsWith('10.');

export function flow(dice: Dice, it: Flow): LogEvent {
  const isOutside = !isPrivate(it.from) || !isPrivate(it.to);
  const sent = it.allowed ? (it.sent ?? dice.between(400, 90_000)) : 60;
  const received = it.allowed ? (it.received ?? dice.between(400, 400_000)) : 0;
  const outside = isPrivate(it.from) ? it.to : it.from;
  const inbound = it.direction === 'Inbound';
  const flows = it.flows ?? 1;
  return {
    table: 'NTANetAnalytics',
    at: it.at,
    values: {
      SubType: 'FlowLog',
      FASchemaVersion: '3',
      TimeProcessed: it.at + 600_000,
      FlowIntervalStartTime: it.at - (it.at % 600_000),
      FlowIntervalEndTime: it.at - (it.at % 600_000) + 600_000,
      FlowStartTime: it.at,
      FlowEndTime: it.at + dice.between(500, 200_000),
      FlowType: it.threat ? 'MaliciousFlow' : isOutside ? 'ExternalPublic' : 'IntraVNet',
      SrcIp: inbound && isOutside ? '' : it.from,
      DestIp: !inbound && isOutside ? '' : it.to,
      SrcPublicIps: inbound && isOutside ? `${outside}|${flows}|${sent}|${received}|0|0|0|0` : '',
      DestPublicIps: !inbound && isOutside ? `${outside}|${flows}|${sent}|${received}|0|0|0|0` : '',
      PublicIps: isOutside ? outside : '',
      DestPort: it.port,
      L4Protocol: it.protocol ?? 'T',
      L7Protocol:
        { 443: 'https', 53: 'dns', 22: 'ssh', 3389: 'ms-wbt-server', 1433: 'ms-sql-s', 445: 'smb' }[
          it.port
        ] ?? '',
      FlowDirection: it.direction,
      FlowStatus: it.allowed ? 'Allowed' : 'Denied',
      FlowEncryption: 'NX',
      AclGroup: `${subscriptions.production}/rg-edge/nsg-${it.machine.name.split('-')[1] ?? 'all'}`,
      AclRule: it.rule ?? (it.allowed ? 'AllowVnetInBound' : 'DenyAllInBound'),
      SrcRegion: 'westeurope',
      DestRegion: 'westeurope',
      SrcVm: inbound ? '' : it.machine.name,
      DestVm: inbound ? it.machine.name : '',
      Country: it.country ?? '',
      AllowedInFlows: it.allowed && inbound ? flows : 0,
      DeniedInFlows: !it.allowed && inbound ? flows : 0,
      AllowedOutFlows: it.allowed && !inbound ? flows : 0,
      DeniedOutFlows: !it.allowed && !inbound ? flows : 0,
      BytesSrcToDest: sent,
      BytesDestToSrc: received,
      PacketsSrcToDest: Math.ceil(sent / 900),
      PacketsDestToSrc: Math.ceil(received / 900),
      CompletedFlows: flows,
      TargetResourceId: it.machine.id,
      FlowLogResourceId: `${things.flowLog}/flowLogs/fl-vnet-hub`,
      ThreatType: it.threat ?? '',
      _ResourceId: it.machine.id.toLowerCase(),
    },
  };
}

export interface Firewall {
  at: number;
  from: string;
  to: string;
  port: number;
  allowed: boolean;
  url?: string;
  user?: string;
  activity?: string;
}

/** The offices' firewall, as it sends CEF. */
export function firewall(dice: Dice, it: Firewall): LogEvent {
  return {
    table: 'CommonSecurityLog',
    at: it.at,
    values: {
      DeviceVendor: 'Palo Alto Networks',
      DeviceProduct: 'PAN-OS',
      DeviceVersion: '11.1',
      DeviceEventClassID: it.url ? 'url' : 'end',
      Activity: it.activity ?? (it.url ? 'THREAT' : 'TRAFFIC'),
      LogSeverity: it.allowed ? '1' : '4',
      DeviceAction: it.allowed ? 'allow' : 'deny',
      SimplifiedDeviceAction: it.allowed ? 'Allow' : 'Deny',
      Computer: 'fw-frankfurt-01',
      DeviceName: 'fw-frankfurt-01',
      DeviceAddress: '10.40.0.1',
      CommunicationDirection: it.from.startsWith('10.') ? 'Outbound' : 'Inbound',
      Protocol: 'tcp',
      ApplicationProtocol: it.port === 443 ? 'ssl' : 'unknown-tcp',
      SourceIP: it.from,
      SourcePort: dice.between(1_024, 65_535),
      DestinationIP: it.to,
      DestinationPort: it.port,
      DestinationHostName: it.url?.split('/')[2] ?? '',
      RequestURL: it.url ?? '',
      SourceUserName: it.user ?? '',
      SentBytes: it.allowed ? dice.between(300, 80_000) : 0,
      ReceivedBytes: it.allowed ? dice.between(300, 900_000) : 0,
      ReceiptTime: new Date(it.at).toISOString(),
      EventCount: 1,
      DeviceCustomString1: it.allowed ? 'allow-web' : 'deny-all',
      DeviceCustomString1Label: 'Rule',
      SourceSystem: 'OpsManager',
    },
  };
}

export function syslog(
  machine: Machine,
  at: number,
  facility: string,
  level: string,
  process: string,
  message: string,
  pid = 0,
): LogEvent {
  return {
    table: 'Syslog',
    at,
    values: {
      Computer: machine.name,
      EventTime: at,
      Facility: facility,
      HostName: machine.name,
      SeverityLevel: level,
      SyslogMessage: message,
      ProcessID: pid,
      HostIP: machine.ip,
      ProcessName: process,
      CollectorHostName: machine.name,
      SourceSystem: 'Linux',
      _ResourceId: machine.id.toLowerCase(),
    },
  };
}
