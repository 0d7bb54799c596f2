import type { LogEvent } from '../../ingest.ts';
import { humans, type Machine, machineNamed, machines } from '../estate.ts';
import { connection, deviceFile, deviceName, deviceProcess } from '../events/devices.ts';
import { syslog } from '../events/network.ts';
import { logon, processCreated, securityEvent } from '../events/windows.ts';
import { type Hour, times } from './hour.ts';

const windows = machines.filter(({ os }) => os === 'Windows');
const linux = machines.filter(({ os }) => os === 'Linux');
const explorer = 'C:\\Windows\\explorer.exe';
const services = 'C:\\Windows\\System32\\services.exe';
const programs = [
  ['C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE', '"OUTLOOK.EXE" /recycle', explorer],
  ['C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE', '"EXCEL.EXE" /dde', explorer],
  [
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    '"msedge.exe" --profile-directory=Default',
    explorer,
  ],
  ['C:\\Windows\\System32\\svchost.exe', 'svchost.exe -k netsvcs -p -s Schedule', services],
  ['C:\\Windows\\System32\\taskhostw.exe', 'taskhostw.exe', 'C:\\Windows\\System32\\svchost.exe'],
  ['C:\\Windows\\System32\\backgroundTaskHost.exe', 'backgroundTaskHost.exe -ServerName:App', services],
  [
    'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    'powershell.exe -File C:\\Scripts\\inventory.ps1',
    services,
  ],
  ['C:\\Windows\\System32\\cmd.exe', 'cmd.exe /c C:\\Scripts\\map-drives.cmd', explorer],
] as const;
const lines = [
  ['cron', 'info', 'CRON', '(root) CMD (/usr/local/bin/rotate-logs)'],
  ['daemon', 'info', 'systemd', 'Started Daily apt download activities.'],
  ['daemon', 'notice', 'dhclient', 'bound to lease, renewal in 1789 seconds.'],
  ['kern', 'warning', 'kernel', 'TCP: request_sock_TCP: Possible SYN flooding on port 443.'],
] as const;

/** Machines beat, start programs and write their logs, day and night. */
export function machineNoise(hour: Hour): LogEvent[] {
  const { dice, busy, some, start, time } = hour;
  return [
    ...machines.map((machine, n) => heartbeat(machine, start + n * 7_000)),
    ...times(some(12 * busy + 4), () => {
      const [path, commandLine, parent] = dice.pick(programs);
      const person = dice.pick(humans);
      const machine = dice.chance(0.5) ? dice.pick(windows) : machineNamed(person.device);
      const account = parent === services ? `${machine.name}$` : person.name;
      return processCreated(dice, { machine, at: time(), account, path, commandLine, parent });
    }),
    ...times(some(10 * busy + 3), () => {
      const [path, commandLine, parent] = dice.pick(programs);
      const person = dice.pick(humans);
      const machine = machineNamed(person.device);
      return deviceProcess(dice, {
        machine,
        at: time(),
        account: person.name,
        path,
        commandLine,
        parent: { path: parent, commandLine: parent },
      });
    }),
    ...times(some(7 * busy + 2), () => {
      const person = dice.pick(humans);
      const [path, commandLine] = dice.pick(programs);
      return connection(dice, {
        machine: machineNamed(person.device),
        at: time(),
        account: person.name,
        path,
        commandLine,
        to: `203.0.113.${dice.between(200, 240)}`,
        port: 443,
        url: dice.pick(['outlook.office.com', 'contoso.sharepoint.com', 'updates.example', 'news.example']),
      });
    }),
    ...times(some(6 * busy + 1), () => {
      const person = dice.pick(humans);
      return deviceFile(dice, {
        machine: machineNamed(person.device),
        at: time(),
        account: person.name,
        path: `C:\\Users\\${person.name}\\Documents\\${dice.pick(['Budget', 'Rota', 'Notes'])}-${dice.between(1, 40)}.${dice.pick(['docx', 'xlsx', 'pdf'])}`,
        action: dice.pick(['FileCreated', 'FileModified', 'FileRenamed']),
        by: { path: programs[1][0], commandLine: programs[1][1] },
      });
    }),
    ...times(some(5), () => {
      const [facility, level, process, message] = dice.pick(lines);
      return syslog(dice.pick(linux), time(), facility, level, process, message);
    }),
    ...times(some(2), () => {
      const machine = dice.pick(linux);
      const ip = `192.0.2.${dice.between(30, 60)}`;
      const message = dice.chance(0.6)
        ? `Failed password for invalid user ${dice.pick(['test', 'oracle', 'pi', 'ubuntu'])} from ${ip} port ${dice.between(1024, 65535)} ssh2`
        : `Accepted publickey for deploy from 10.30.9.4 port ${dice.between(1024, 65535)} ssh2: RSA SHA256:${dice.hex(20)}`;
      return syslog(machine, time(), 'auth', 'info', 'sshd', message, dice.between(800, 32_000));
    }),
    ...times(some(3), () => {
      const machine = machineNamed(dice.pick(['vm-dc-01', 'vm-dc-02']));
      const person = dice.pick(humans);
      return securityEvent(machine, time(), dice.pick([4768, 4769]), {
        Account: `CONTOSO\\${person.name}`,
        AccountType: 'User',
        TargetAccount: `CONTOSO\\${person.name}`,
        TargetUserName: person.name,
        IpAddress: `::ffff:${machineNamed(person.device).ip}`,
        ServiceName: 'krbtgt',
        Status: '0x0',
        TicketEncryptionType: '0x12',
      });
    }),
    ...times(some(1.2 * busy), () => {
      const person = dice.pick(humans);
      return logon(dice, {
        machine: machineNamed(person.device),
        at: time(),
        account: person.name,
        type: 2,
        from: '127.0.0.1',
        failed: '0xc000006a',
      });
    }),
    ...(hour.ofDay === 1 ? backup(hour) : []),
    ...(hour.ofDay % 6 === 0 ? machines.map((machine) => deviceState(hour, machine)) : []),
  ];
}

function heartbeat(machine: Machine, at: number): LogEvent {
  const isWindows = machine.os === 'Windows';
  return {
    table: 'Heartbeat',
    at,
    values: {
      SourceComputerId: machine.name,
      ComputerIP: machine.ip,
      ComputerPrivateIPs: [machine.ip],
      Computer: isWindows ? `${machine.name}.contoso.com` : machine.name,
      Category: 'Azure Monitor Agent',
      OSType: machine.os,
      OSName: isWindows ? 'Windows Server 2022 Datacenter' : 'Ubuntu 24.04',
      OSMajorVersion: isWindows ? '10' : '24',
      OSMinorVersion: isWindows ? '0' : '04',
      Version: '1.30.0',
      SCAgentChannel: 'Direct',
      IsGatewayInstalled: false,
      SubscriptionId: machine.id.split('/')[2] ?? '',
      ResourceGroup: machine.id.split('/')[4] ?? '',
      ResourceProvider: 'Microsoft.Compute',
      Resource: machine.name,
      ResourceId: machine.id,
      ResourceType: 'virtualMachines',
      ComputerEnvironment: 'Azure',
      Solutions: 'security',
      SourceSystem: isWindows ? 'OpsManager' : 'Linux',
      _ResourceId: machine.id.toLowerCase(),
    },
  };
}

/** svc-backup's honest work: every night, from its own machine. */
function backup({ dice, time }: Hour): LogEvent[] {
  return ['vm-file-01', 'vm-dc-01', 'vm-dc-02'].map((name) =>
    logon(dice, {
      machine: machineNamed(name),
      at: time(),
      account: 'svc-backup',
      type: 3,
      from: '10.10.3.4',
      workstation: 'VM-BACKUP-01',
    }),
  );
}

function deviceState({ dice, start }: Hour, machine: Machine): LogEvent {
  return {
    table: 'DeviceInfo',
    at: start + 120_000,
    values: {
      Timestamp: start + 120_000,
      DeviceId: dice.hex(40),
      DeviceName: deviceName(machine),
      OSPlatform: machine.os === 'Windows' ? 'WindowsServer2022' : 'Linux',
      OSArchitecture: '64-bit',
      DeviceType: 'Server',
      DeviceCategory: 'Endpoint',
      OnboardingStatus: 'Onboarded',
      ExposureLevel: 'Low',
      IsInternetFacing: machine.name.includes('web') || machine.name.includes('jump'),
      AzureResourceId: machine.id,
      PublicIP: '203.0.113.9',
    },
  };
}
