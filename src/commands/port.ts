import { Refused } from '../errors.ts';

/** What people call ports. */
const names: Record<string, number> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  dns: 53,
  http: 80,
  ntp: 123,
  ldap: 389,
  https: 443,
  smb: 445,
  ldaps: 636,
  sql: 1433,
  oracle: 1521,
  mysql: 3306,
  rdp: 3389,
  postgres: 5432,
  vnc: 5900,
  winrm: 5985,
  redis: 6379,
  mongodb: 27017,
};

/** `3389`, `rdp`. Throws `Refused`. */
export function readPort(said: string): number {
  const named = Object.entries(names).find(([name]) => name === said.toLowerCase())?.[1];
  if (named !== undefined) return named;
  const port = /^\d{1,5}$/.test(said) ? Number(said) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new Refused(`"${said.slice(0, 40)}" is no port: a number from 1 to 65535, or rdp, ssh, https, sql …`);
}
