import { subscriptions } from '../../../azure/estate.ts';
import {
  accountNamed,
  accounts,
  admKeller,
  machineNamed,
  nina,
  places,
  resource,
  svcBackup,
  things,
} from '../estate.ts';
import { activity, blob } from '../events/azure.ts';
import { deviceFile, deviceLogon, deviceProcess, hashOf } from '../events/devices.ts';
import { scan, sensitivityLabels } from '../events/labels.ts';
import { flow } from '../events/network.ts';
import { logon, processCreated, securityEvent } from '../events/windows.ts';
import type { Story } from './story.ts';

const controller = machineNamed('vm-dc-01');
const jump = machineNamed('vm-jump-01');
const cmd = 'C:\\Windows\\System32\\cmd.exe';

/** The same process as the machine's own log and as Defender for Endpoint tell it. */
function ran(telling: Parameters<Story>[0], at: number, path: string, commandLine: string, pid: string) {
  const { dice } = telling;
  return [
    processCreated(dice, {
      machine: controller,
      at,
      account: svcBackup.name,
      path,
      commandLine,
      parent: cmd,
      pid,
      session: '0x3e7a91',
    }),
    deviceProcess(dice, {
      machine: controller,
      at: at + 90,
      account: svcBackup.name,
      path,
      commandLine,
      pid: Number(pid),
      parent: { path: cmd, commandLine: 'cmd.exe' },
    }),
  ];
}

const rdpBruteForce: Story = ({ dice, before, spread }) => {
  const names = accounts.slice(0, 58).map(({ name }) => name);
  return [
    activity(dice, {
      at: before(130),
      by: accountNamed('amara'),
      from: places.office.ip,
      operation: 'Microsoft.Network/networkSecurityGroups/securityRules/write',
      resource: `${resource('shared', 'rg-identity', 'Microsoft.Network/networkSecurityGroups', 'nsg-vm-jump-01')}/securityRules/allow-rdp`,
    }),
    ...spread(1_359, 49, 2.1).map((at, n) =>
      logon(dice, {
        machine: jump,
        at,
        account: names[n % names.length] ?? 'administrator',
        type: 3,
        from: places.recife.ip,
        failed: n % 3 === 0 ? '0xc0000064' : '0xc000006a',
      }),
    ),
    ...spread(120, 49, 2.1).map((at, n) =>
      deviceLogon(dice, {
        machine: jump,
        at,
        account: names[n % names.length] ?? 'administrator',
        type: 'Network',
        from: places.recife.ip,
        failed: true,
      }),
    ),
    ...spread(47, 49, 2).map((at) =>
      flow(dice, {
        at,
        from: places.recife.ip,
        to: jump.ip,
        port: 3389,
        direction: 'Inbound',
        allowed: true,
        machine: jump,
        // Together some more than the 1,359 logons that failed.
        flows: 29,
        rule: 'AllowRdpTemporary',
        country: 'br',
      }),
    ),
    logon(dice, { machine: jump, at: before(2), account: svcBackup.name, type: 10, from: places.recife.ip }),
    deviceLogon(dice, {
      machine: jump,
      at: before(2),
      account: svcBackup.name,
      type: 'RemoteInteractive',
      from: places.recife.ip,
    }),
  ];
};

const credentialDump: Story = (telling) => {
  const { dice, before } = telling;
  const dump = 'rundll32.exe C:\\windows\\system32\\comsvcs.dll MiniDump 712 C:\\ProgramData\\win.dmp full';
  return [
    logon(dice, {
      machine: controller,
      at: before(6),
      account: svcBackup.name,
      type: 10,
      from: jump.ip,
      workstation: 'VM-JUMP-01',
      session: '0x3e7a91',
    }),
    securityEvent(controller, before(6), 4672, {
      Account: 'CONTOSO\\svc-backup',
      SubjectUserName: svcBackup.name,
      SubjectLogonId: '0x3e7a91',
      PrivilegeList: 'SeBackupPrivilege SeDebugPrivilege SeRestorePrivilege',
    }),
    deviceLogon(dice, {
      machine: controller,
      at: before(6),
      account: svcBackup.name,
      type: 'RemoteInteractive',
      from: jump.ip,
      remote: 'vm-jump-01',
    }),
    ...ran(
      telling,
      before(4.2),
      'C:\\Windows\\System32\\tasklist.exe',
      'tasklist.exe /fi "imagename eq lsass.exe"',
      '0x1a20',
    ),
    ...ran(telling, before(4), 'C:\\Windows\\System32\\rundll32.exe', dump, '0x1a2c'),
    deviceFile(dice, {
      machine: controller,
      at: before(3.9),
      account: svcBackup.name,
      path: 'C:\\ProgramData\\win.dmp',
      action: 'FileCreated',
      by: { path: 'C:\\Windows\\System32\\rundll32.exe', commandLine: dump },
      size: 61_204_480,
    }),
  ];
};

const shadowCopies: Story = (telling) => {
  const { before } = telling;
  return [
    ...ran(
      telling,
      before(3),
      'C:\\Windows\\System32\\vssadmin.exe',
      'vssadmin.exe delete shadows /all /quiet',
      '0x22f0',
    ),
    ...ran(
      telling,
      before(2.8),
      'C:\\Windows\\System32\\bcdedit.exe',
      'bcdedit.exe /set {default} recoveryenabled no',
      '0x22f8',
    ),
    ...ran(
      telling,
      before(2.6),
      'C:\\Windows\\System32\\wbadmin.exe',
      'wbadmin.exe delete catalog -quiet',
      '0x2304',
    ),
    securityEvent(controller, before(2.2), 1102, {
      Account: 'CONTOSO\\svc-backup',
      SubjectUserName: svcBackup.name,
      SubjectDomainName: 'CONTOSO',
      EventSourceName: 'Microsoft-Windows-Eventlog',
    }),
  ];
};

const torAccess: Story = ({ dice, before, spread }) => [
  ...['customers', 'ledger', 'payroll'].map((name, n) =>
    scan(dice, {
      at: before(3 * 24 * 60 + n),
      source: things.backupStorage,
      type: 'azureblob',
      asset: `https://stcontosobackup.blob.core.windows.net/nightly/${name}.bak`,
      label: sensitivityLabels.highlyConfidential,
      classifications: ['EU Debit Card Number', 'All Full Names'],
    }),
  ),
  activity(dice, {
    at: before(25),
    by: svcBackup,
    from: places.tor.ip,
    operation: 'Microsoft.Storage/storageAccounts/listKeys/action',
    resource: things.backupStorage,
  }),
  ...spread(12, 14, 12).map((at) =>
    blob(dice, {
      at,
      operation: 'ListBlobs',
      from: places.tor.ip,
      container: 'nightly',
      agent: 'AzCopy/10.27.0',
    }),
  ),
  ...spread(640, 12, 2).map((at, n) =>
    blob(dice, {
      at,
      operation: 'GetBlob',
      from: places.tor.ip,
      container: 'nightly',
      blob: `${n + 1}.bak`,
      agent: 'AzCopy/10.27.0',
      bytes: dice.between(1e6, 9e7),
    }),
  ),
];

const massDeletion: Story = ({ dice, before, spread }) => [
  activity(dice, {
    at: before(10.1),
    by: svcBackup,
    from: places.tor.ip,
    operation: 'Microsoft.Storage/storageAccounts/blobServices/write',
    resource: `${things.backupStorage}/blobServices/default`,
    properties: { requestbody: '{"properties":{"deleteRetentionPolicy":{"enabled":false}}}' },
  }),
  blob(dice, {
    at: before(10),
    operation: 'SetBlobServiceProperties',
    from: places.tor.ip,
    container: '',
    agent: 'AzCopy/10.27.0',
  }),
  ...spread(4_120, 8, 2).map((at, n) =>
    blob(dice, {
      at,
      operation: 'DeleteBlob',
      from: places.tor.ip,
      container: 'nightly',
      blob: `${n + 1}.bak`,
      agent: 'AzCopy/10.27.0',
    }),
  ),
];

const roleElevation: Story = ({ dice, before }) => [
  activity(dice, {
    at: before(3),
    by: admKeller,
    from: places.tor.ip,
    operation: 'Microsoft.Authorization/roleAssignments/write',
    resource: `/subscriptions/${subscriptions.production}`,
    properties: {
      message: `Shared with '${svcBackup.upn}'.`,
      requestbody: JSON.stringify({
        properties: {
          principalId: svcBackup.oid,
          principalType: 'User',
          roleDefinitionId: `/subscriptions/${subscriptions.production}/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635`,
        },
      }),
    },
  }),
];

const malwareCleaned: Story = ({ dice, before }) => {
  const machine = machineNamed('vm-fin-07');
  const path = 'C:\\Users\\nina.berg\\Downloads\\offer.js';
  const edge = {
    path: 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    commandLine: '"msedge.exe" --single-argument https://bargain.example/offer',
  };
  return [
    deviceFile(dice, {
      machine,
      at: before(3),
      account: nina.name,
      path,
      action: 'FileCreated',
      by: edge,
      size: 18_204,
      from: { url: 'https://bargain.example/offer.js', ip: '192.0.2.199' },
    }),
    {
      table: 'DeviceEvents',
      at: before(2.9),
      values: {
        Timestamp: before(2.9),
        DeviceName: 'vm-fin-07.contoso.com',
        ActionType: 'AntivirusDetection',
        FileName: 'offer.js',
        FolderPath: 'C:\\Users\\nina.berg\\Downloads',
        SHA256: hashOf(path),
        AccountDomain: 'contoso',
        AccountName: nina.name,
        InitiatingProcessFileName: 'msedge.exe',
        AdditionalFields: { ThreatName: 'Trojan:Script/Sample', WasRemediated: true, Action: 'Removed' },
      },
    },
    {
      table: 'Event',
      at: before(2.8),
      values: {
        Source: 'Microsoft-Windows-Windows Defender',
        EventLog: 'Microsoft-Windows-Windows Defender/Operational',
        Computer: 'vm-fin-07.contoso.com',
        EventLevel: 3,
        EventLevelName: 'Warning',
        EventID: 1117,
        RenderedDescription:
          'Microsoft Defender Antivirus has taken action to protect this machine from Trojan:Script/Sample.',
        UserName: 'CONTOSO\\nina.berg',
        SourceSystem: 'OpsManager',
        _ResourceId: machine.id.toLowerCase(),
      },
    },
    deviceFile(dice, {
      machine,
      at: before(2.7),
      account: 'system',
      path,
      action: 'FileDeleted',
      by: {
        path: 'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\MsMpEng.exe',
        commandLine: 'MsMpEng.exe',
      },
      size: 18_204,
    }),
  ];
};

export const backupStories: Record<string, Story> = {
  'vm-rdp-brute-force': rdpBruteForce,
  'vm-credential-dump': credentialDump,
  'vm-shadow-copies-deleted': shadowCopies,
  'storage-tor-access': torAccess,
  'storage-mass-deletion': massDeletion,
  'arm-role-elevation': roleElevation,
  'vm-malware-cleaned': malwareCleaned,
  // What its four alerts left is told by their own stories.
  'campaign-backups': () => [],
};
