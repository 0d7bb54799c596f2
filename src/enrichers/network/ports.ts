/** What listens there, the more dangerous to leave open first: whoever gets in there gets a shell, then all data. */
const dangerous: [port: number, protocol: 'tcp' | 'udp', name: string][] = [
  [3389, 'tcp', 'RDP'],
  [22, 'tcp', 'SSH'],
  [5985, 'tcp', 'WinRM'],
  [5986, 'tcp', 'WinRM'],
  [445, 'tcp', 'SMB'],
  [23, 'tcp', 'Telnet'],
  [5900, 'tcp', 'VNC'],
  [2375, 'tcp', 'Docker'],
  [6443, 'tcp', 'Kubernetes'],
  [10250, 'tcp', 'Kubelet'],
  [1433, 'tcp', 'SQL'],
  [1434, 'udp', 'SQL Browser'],
  [3306, 'tcp', 'MySQL'],
  [5432, 'tcp', 'PostgreSQL'],
  [1521, 'tcp', 'Oracle'],
  [27017, 'tcp', 'MongoDB'],
  [6379, 'tcp', 'Redis'],
  [9200, 'tcp', 'Elasticsearch'],
  [11211, 'tcp', 'Memcached'],
  [135, 'tcp', 'RPC'],
  [139, 'tcp', 'NetBIOS'],
  [389, 'tcp', 'LDAP'],
  [21, 'tcp', 'FTP'],
];

const usual: [port: number, protocol: 'tcp' | 'udp', name: string][] = [
  [443, 'tcp', 'HTTPS'],
  [443, 'udp', 'QUIC'],
  [80, 'tcp', 'HTTP'],
  [25, 'tcp', 'SMTP'],
  [53, 'udp', 'DNS'],
  [53, 'tcp', 'DNS'],
];

interface Ports {
  protocol: 'tcp' | 'udp';
  first: number;
  last: number;
}

/** Names of what nobody should leave open, worst first. */
export function dangersIn({ protocol, first, last }: Ports): string[] {
  const names = dangerous.filter(([port, of]) => of === protocol && first <= port && port <= last);
  return [...new Set(names.map(([, , name]) => name))];
}

/** The lower, the more dangerous; the most for what is not. */
export function rankOf(ports: Ports): number {
  const [worst] = dangersIn(ports);
  const rank = dangerous.findIndex(([, , name]) => name === worst);
  return rank < 0 ? dangerous.length : rank;
}

/** `SSH, 22/tcp`, `5000-5010/udp`, `everything, tcp`. */
export function portsInWords({ protocol, first, last }: Ports): string {
  if (first === 0 && last === 65_535) return `everything, ${protocol}`;
  if (first !== last) return `${first}-${last}/${protocol}`;
  const name = serviceAt(first, protocol);
  return name ? `${name}, ${first}/${protocol}` : `${first}/${protocol}`;
}

/** Empty where it is nothing that everybody knows. */
export function serviceAt(port: number, protocol: 'tcp' | 'udp'): string {
  return [...dangerous, ...usual].find(([at, of]) => at === port && of === protocol)?.[2] ?? '';
}
