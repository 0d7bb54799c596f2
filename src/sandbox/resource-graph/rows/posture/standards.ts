import { subscriptions } from '../../../azure/estate.ts';
import { type GraphRow, rowOf } from '../../row.ts';
import { assessed } from './assessed.ts';
import { type CheckName, checks } from './checks.ts';

interface Control {
  id: string;
  title: string;
  by: CheckName[];
}

/** Of each standard the controls that are looked after by machine, and by which checks. */
const standards: { id: string; where: (keyof typeof subscriptions)[]; controls: Control[] }[] = [
  {
    id: 'Microsoft-cloud-security-benchmark',
    where: ['production', 'shared'],
    controls: [
      { id: 'NS.1', title: 'Establish network segmentation boundaries', by: ['ports', 'postgresNetwork'] },
      {
        id: 'NS.2',
        title: 'Secure cloud native services with network controls',
        by: ['storageNetwork', 'vaultFirewall', 'registryNetwork', 'cosmosFirewall', 'apiServer'],
      },
      { id: 'NS.5', title: 'Deploy DDOS protection', by: ['ddos'] },
      {
        id: 'IM.1',
        title: 'Use centralized identity and authentication system',
        by: ['sqlEntraOnly', 'sharedKeys', 'cosmosKeys', 'unauthenticatedApis'],
      },
      { id: 'PA.2', title: 'Avoid standing access for user accounts and permissions', by: ['justInTime'] },
      { id: 'DP.3', title: 'Encrypt sensitive data in transit', by: ['secureTransfer', 'webHttps'] },
      {
        id: 'DP.8',
        title: 'Ensure security of key and certificate repository',
        by: ['purge', 'secretExpiry'],
      },
      { id: 'LT.3', title: 'Enable logging for security investigation', by: ['sqlAuditing', 'vaultLogs'] },
      {
        id: 'PV.6',
        title: 'Rapidly and automatically remediate vulnerabilities',
        by: ['vulnerabilities', 'updates', 'images', 'runningImages', 'sqlVulnerabilities'],
      },
      { id: 'ES.1', title: 'Use Endpoint Detection and Response (EDR)', by: ['detection'] },
      { id: 'BR.1', title: 'Ensure regular automated backups', by: ['backup'] },
    ],
  },
  {
    id: 'PCI-DSS-4',
    where: ['production'],
    controls: [
      {
        id: '1.4',
        title: 'Network connections between trusted and untrusted networks',
        by: ['ports', 'vaultFirewall'],
      },
      { id: '6.3', title: 'Security vulnerabilities', by: ['vulnerabilities', 'sqlVulnerabilities'] },
      { id: '10.2', title: 'Audit logs', by: ['sqlAuditing', 'vaultLogs'] },
    ],
  },
];

const state = (failed: number) => (failed > 0 ? 'Failed' : 'Passed');

export const standardRows = (): GraphRow[] =>
  standards.flatMap(({ id, where, controls }) =>
    where.flatMap((name) => standard(id, subscriptions[name], controls)),
  );

function standard(id: string, subscription: string, controls: Control[]): GraphRow[] {
  const root = `/subscriptions/${subscription}/providers/Microsoft.Security/regulatoryComplianceStandards/${id}`;
  const here = assessed.filter((one) => one.id.startsWith(`/subscriptions/${subscription}/`));
  const failing = (check: CheckName) => here.filter(({ open }) => check in open).length;
  const broken = controls.filter(({ by }) => by.some((check) => failing(check) > 0));
  const place = { resourceGroup: '', location: 'global' };
  return [
    rowOf('securityresources', root, {
      ...place,
      properties: {
        state: state(broken.length),
        passedControls: controls.length - broken.length,
        failedControls: broken.length,
        skippedControls: 0,
        unsupportedControls: 0,
      },
    }),
    ...controls.flatMap((control) => {
      const at = `${root}/regulatoryComplianceControls/${control.id}`;
      const failed = control.by.filter((check) => failing(check) > 0).length;
      return [
        rowOf('securityresources', at, {
          ...place,
          properties: {
            description: control.title,
            state: state(failed),
            passedAssessments: control.by.length - failed,
            failedAssessments: failed,
            skippedAssessments: 0,
          },
        }),
        ...control.by.map((check) =>
          rowOf('securityresources', `${at}/regulatoryComplianceAssessments/${checks[check].key}`, {
            ...place,
            properties: {
              description: checks[check].title,
              assessmentType: 'Assessment',
              state: state(failing(check)),
              failedResources: failing(check),
              passedResources: here.filter((one) => one.checks.includes(check)).length - failing(check),
              skippedResources: 0,
            },
          }),
        ),
      ];
    }),
  ];
}
