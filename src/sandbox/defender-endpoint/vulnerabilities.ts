import { machineNamed } from '../logs/samples/estate.ts';
import { deviceName } from '../logs/samples/events/devices.ts';
import type { EndpointMachine } from './machines.ts';

interface Known {
  cve: string;
  severity: 'Critical' | 'High' | 'Medium' | 'Low';
  cvss: number;
  about: string;
  exploit?: 'public' | 'verified';
}

/** Real ones, as far as number, severity and score go. */
const log4j: Known = {
  cve: 'CVE-2021-44228',
  severity: 'Critical',
  cvss: 10,
  about: 'Log4j 2.14',
  exploit: 'verified',
};
const openssl: Known = { cve: 'CVE-2022-1292', severity: 'Critical', cvss: 9.8, about: 'OpenSSL 1.1.1' };
const ssh: Known = {
  cve: 'CVE-2024-6387',
  severity: 'High',
  cvss: 8.1,
  about: 'OpenSSH 8.9',
  exploit: 'public',
};
const kernel: Known = {
  cve: 'CVE-2024-1086',
  severity: 'High',
  cvss: 7.8,
  about: 'Linux 5.15',
  exploit: 'verified',
};
const http2: Known = {
  cve: 'CVE-2023-44487',
  severity: 'High',
  cvss: 7.5,
  about: 'nginx 1.18',
  exploit: 'public',
};
const curl: Known = { cve: 'CVE-2023-38546', severity: 'Low', cvss: 3.7, about: 'curl 7.81' };
const licensing: Known = {
  cve: 'CVE-2024-38077',
  severity: 'Critical',
  cvss: 9.8,
  about: 'Remote Desktop Licensing',
  exploit: 'public',
};
const ldap: Known = { cve: 'CVE-2024-49112', severity: 'Critical', cvss: 9.8, about: 'Windows LDAP' };
const ldapDenial: Known = {
  cve: 'CVE-2024-49113',
  severity: 'High',
  cvss: 7.5,
  about: 'Windows LDAP',
  exploit: 'public',
};
const themes: Known = { cve: 'CVE-2024-38030', severity: 'Medium', cvss: 6.5, about: 'Windows Themes' };

const found: Record<string, Known[]> = {
  'vm-pay-web-01': [curl, http2, log4j, kernel, openssl, ssh],
  'vm-pay-web-02': [curl, http2],
  'vm-jump-01': [themes, licensing],
  'vm-dc-01': [themes, ldapDenial, ldap],
  'vm-backup-01': [themes, ldapDenial],
  'vm-fin-07': [themes],
};

/** https://learn.microsoft.com/defender-endpoint/api/get-discovered-vulnerabilities */
export function vulnerabilitiesOf({ computerDnsName }: EndpointMachine): object[] {
  const name = Object.keys(found).find((one) => deviceName(machineNamed(one)) === computerDnsName) ?? '';
  return (found[name] ?? []).map(({ cve, severity, cvss, about, exploit }) => ({
    id: cve,
    name: cve,
    description: `A weakness of ${about}.`,
    severity,
    cvssV3: cvss,
    exposedMachines: Object.values(found).filter((all) => all.some((one) => one.cve === cve)).length,
    publishedOn: `${cve.slice(4, 8)}-11-14T00:00:00Z`,
    updatedOn: `${cve.slice(4, 8)}-12-02T00:00:00Z`,
    publicExploit: exploit !== undefined,
    exploitVerified: exploit === 'verified',
    exploitInKit: false,
    exploitTypes: exploit ? ['Remote'] : [],
    exploitUris: [],
  }));
}
