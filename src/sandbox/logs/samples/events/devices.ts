import type { LogEvent } from '../../ingest.ts';
import type { Bag } from '../../value.ts';
import { type Dice, diceOf } from '../dice.ts';
import { type Machine, sidOf } from '../estate.ts';

const ids = new Map<string, string>();

function idOf(name: string): string {
  const known = ids.get(name);
  if (known) return known;
  const id = diceOf(name).hex(40);
  ids.set(name, id);
  return id;
}

/** The same file has the same hash wherever it is seen. */
export const hashOf = (path: string): string => `${idOf(path)}${idOf(`${path} `)}`.slice(0, 64);

/** Defender for Endpoint knows machines by their full names. */
export const deviceName = ({ name, os }: Machine) =>
  os === 'Windows' ? `${name.toLowerCase()}.contoso.com` : name;

const about = (dice: Dice, machine: Machine, at: number, action: string): Bag => ({
  Timestamp: at,
  DeviceId: idOf(machine.name),
  DeviceName: deviceName(machine),
  ActionType: action,
  ReportId: dice.between(1_000, 99_999),
});

const split = (path: string) => {
  const cut = Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/'));
  return { folder: path.slice(0, cut), file: path.slice(cut + 1) };
};

const starting = (account: string, path: string, commandLine: string, pid: number): Bag => ({
  InitiatingProcessAccountDomain: 'contoso',
  InitiatingProcessAccountName: account,
  InitiatingProcessAccountSid: sidOf(account),
  InitiatingProcessFileName: split(path).file,
  InitiatingProcessFolderPath: path,
  InitiatingProcessSHA256: hashOf(path),
  InitiatingProcessId: pid,
  InitiatingProcessCommandLine: commandLine,
});

export interface DeviceProcess {
  machine: Machine;
  at: number;
  account: string;
  path: string;
  commandLine: string;
  pid?: number;
  parent: { path: string; commandLine: string; pid?: number };
}

export function deviceProcess(dice: Dice, it: DeviceProcess): LogEvent {
  const { file } = split(it.path);
  return {
    table: 'DeviceProcessEvents',
    at: it.at,
    values: {
      ...about(dice, it.machine, it.at, 'ProcessCreated'),
      FileName: file,
      FolderPath: it.path,
      SHA256: hashOf(it.path),
      SHA1: hashOf(it.path).slice(0, 40),
      FileSize: 20_480 + file.length * 4_096,
      ProcessVersionInfoOriginalFileName: file,
      ProcessId: it.pid ?? dice.between(900, 65_000),
      ProcessCommandLine: it.commandLine,
      ProcessIntegrityLevel: it.machine.os === 'Windows' ? 'High' : '',
      ProcessCreationTime: it.at,
      AccountDomain: it.machine.os === 'Windows' ? 'contoso' : it.machine.name,
      AccountName: it.account,
      AccountSid: sidOf(it.account),
      ...starting(
        it.account,
        it.parent.path,
        it.parent.commandLine,
        it.parent.pid ?? dice.between(400, 9_000),
      ),
    },
  };
}

export interface Connection {
  machine: Machine;
  at: number;
  account: string;
  path: string;
  commandLine: string;
  to: string;
  port: number;
  url?: string;
  action?: 'ConnectionSuccess' | 'ConnectionFailed' | 'InboundConnectionAccepted';
  pid?: number;
}

export function connection(dice: Dice, it: Connection): LogEvent {
  return {
    table: 'DeviceNetworkEvents',
    at: it.at,
    values: {
      ...about(dice, it.machine, it.at, it.action ?? 'ConnectionSuccess'),
      RemoteIP: it.to,
      RemotePort: it.port,
      RemoteUrl: it.url ?? '',
      LocalIP: it.machine.ip,
      LocalPort: dice.between(49_152, 65_535),
      Protocol: 'Tcp',
      LocalIPType: 'Private',
      RemoteIPType: it.to.startsWith('10.') ? 'Private' : 'Public',
      ...starting(it.account, it.path, it.commandLine, it.pid ?? dice.between(900, 9_000)),
    },
  };
}

export interface DeviceFile {
  machine: Machine;
  at: number;
  account: string;
  path: string;
  action: 'FileCreated' | 'FileDeleted' | 'FileRenamed' | 'FileModified';
  by: { path: string; commandLine: string };
  size?: number;
  from?: { url: string; ip: string };
}

export function deviceFile(dice: Dice, it: DeviceFile): LogEvent {
  const { folder, file } = split(it.path);
  return {
    table: 'DeviceFileEvents',
    at: it.at,
    values: {
      ...about(dice, it.machine, it.at, it.action),
      FileName: file,
      FolderPath: folder,
      SHA256: hashOf(it.path),
      SHA1: hashOf(it.path).slice(0, 40),
      FileSize: it.size ?? dice.between(2_000, 900_000),
      FileOriginUrl: it.from?.url ?? '',
      FileOriginIP: it.from?.ip ?? '',
      ...starting(it.account, it.by.path, it.by.commandLine, dice.between(900, 9_000)),
    },
  };
}

export interface DeviceLogon {
  machine: Machine;
  at: number;
  account: string;
  type: 'RemoteInteractive' | 'Network' | 'Interactive';
  from: string;
  remote?: string;
  failed?: boolean;
}

export function deviceLogon(dice: Dice, it: DeviceLogon): LogEvent {
  return {
    table: 'DeviceLogonEvents',
    at: it.at,
    values: {
      ...about(dice, it.machine, it.at, it.failed ? 'LogonFailed' : 'LogonSuccess'),
      LogonType: it.type,
      AccountDomain: 'contoso',
      AccountName: it.account,
      AccountSid: sidOf(it.account),
      Protocol: it.type === 'Network' ? 'NTLM' : 'Negotiate',
      FailureReason: it.failed ? 'InvalidUserNameOrPassword' : '',
      IsLocalAdmin: it.account.startsWith('svc-') || it.account.startsWith('adm-'),
      LogonId: dice.between(100_000, 9_999_999),
      RemoteDeviceName: it.remote ?? '',
      RemoteIP: it.from,
      RemoteIPType: it.from.startsWith('10.') ? 'Private' : 'Public',
      RemotePort: dice.between(49_152, 65_535),
    },
  };
}
