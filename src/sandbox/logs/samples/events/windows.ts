import type { LogEvent } from '../../ingest.ts';
import type { Bag } from '../../value.ts';
import type { Dice } from '../dice.ts';
import { type Machine, sidOf } from '../estate.ts';

const activities: Record<number, string> = {
  1102: 'The audit log was cleared.',
  4624: 'An account was successfully logged on.',
  4625: 'An account failed to log on.',
  4634: 'An account was logged off.',
  4648: 'A logon was attempted using explicit credentials.',
  4672: 'Special privileges assigned to new logon.',
  4688: 'A new process has been created.',
  4697: 'A service was installed in the system.',
  4720: 'A user account was created.',
  4728: 'A member was added to a security-enabled global group.',
  4732: 'A member was added to a security-enabled local group.',
  4740: 'A user account was locked out.',
  4768: 'A Kerberos authentication ticket (TGT) was requested.',
  4769: 'A Kerberos service ticket was requested.',
  4771: 'Kerberos pre-authentication failed.',
  5140: 'A network share object was accessed.',
};

export function securityEvent(machine: Machine, at: number, id: number, values: Bag): LogEvent {
  return {
    table: 'SecurityEvent',
    at,
    values: {
      Computer: `${machine.name}.contoso.com`,
      EventSourceName: 'Microsoft-Windows-Security-Auditing',
      Channel: 'Security',
      Level: id === 4625 ? '16' : '8',
      EventID: id,
      Activity: `${id} - ${activities[id] ?? ''}`,
      SourceComputerId: machine.id,
      TimeCollected: at + 40_000,
      SourceSystem: 'OpsManager',
      _ResourceId: machine.id.toLowerCase(),
      ...values,
    },
  };
}

const logonNames: Record<number, string> = {
  2: '2 - Interactive',
  3: '3 - Network',
  5: '5 - Service',
  10: '10 - RemoteInteractive',
};

export interface Logon {
  machine: Machine;
  at: number;
  /** Before the @. */
  account: string;
  type: 2 | 3 | 5 | 10;
  from: string;
  /** Name of the machine that it came from. */
  workstation?: string;
  session?: string;
  /** NTSTATUS of a failure; `undefined` where it worked. */
  failed?: '0xc000006a' | '0xc0000064' | '0xc0000072';
}

export function logon(dice: Dice, { machine, at, account, type, from, ...it }: Logon): LogEvent {
  const outcome: Bag = it.failed
    ? { Status: '0xc000006d', SubStatus: it.failed, FailureReason: '%%2313' }
    : { TargetLogonId: it.session ?? `0x${dice.hex(6)}`, ElevatedToken: '%%1842' };
  return securityEvent(machine, at, it.failed ? 4625 : 4624, {
    Account: `CONTOSO\\${account}`,
    AccountType: account.endsWith('$') ? 'Machine' : 'User',
    TargetAccount: `CONTOSO\\${account}`,
    TargetUserName: account,
    TargetDomainName: 'CONTOSO',
    TargetUserSid: it.failed === '0xc0000064' ? 'S-1-0-0' : sidOf(account),
    SubjectAccount: '-\\-',
    SubjectUserName: '-',
    IpAddress: from,
    IpPort: String(dice.between(49_152, 65_535)),
    LogonType: type,
    LogonTypeName: logonNames[type] ?? '',
    LogonProcessName: type === 10 ? 'User32' : 'NtLmSsp',
    AuthenticationPackageName: type === 3 ? 'NTLM' : 'Negotiate',
    WorkstationName: it.workstation ?? '-',
    ProcessName: type === 10 ? 'C:\\Windows\\System32\\svchost.exe' : '-',
    ...outcome,
  });
}

export interface Process {
  machine: Machine;
  at: number;
  account: string;
  path: string;
  commandLine: string;
  parent: string;
  pid?: string;
  session?: string;
}

export function processCreated(dice: Dice, { machine, at, account, path, ...it }: Process): LogEvent {
  return securityEvent(machine, at, 4688, {
    Account: `CONTOSO\\${account}`,
    AccountType: account.endsWith('$') ? 'Machine' : 'User',
    SubjectAccount: `CONTOSO\\${account}`,
    SubjectUserName: account,
    SubjectDomainName: 'CONTOSO',
    SubjectUserSid: sidOf(account),
    SubjectLogonId: it.session ?? `0x${dice.hex(5)}`,
    NewProcessId: it.pid ?? `0x${dice.hex(4)}`,
    NewProcessName: path,
    Process: path.split('\\').at(-1) ?? path,
    ParentProcessName: it.parent,
    CommandLine: it.commandLine,
    TokenElevationType: '%%1936',
    MandatoryLabel: 'S-1-16-12288',
  });
}
