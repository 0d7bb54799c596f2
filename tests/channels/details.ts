import type { ChartView } from '../../src/channels/chart-view.ts';
import type { DetailsView } from '../../src/channels/details-view.ts';
import type { Topology } from '../../src/incident/enrichment.ts';

/** How vm-pay-web-01 of the sandbox's company hangs together. */
export function topology(change: Partial<Topology> = {}): Topology {
  return {
    title: 'How vm-pay-web-01 is reached',
    nodes: [
      { id: 'vm', label: 'vm-pay-web-01', kind: 'machine', tone: 'bad' },
      { id: 'nic', label: 'nic-pay-web-01', kind: 'nic', tone: 'neutral' },
      { id: 'nsg', label: 'nsg-payments', kind: 'rules', tone: 'bad' },
      { id: 'internet', label: 'Internet', kind: 'internet', tone: 'neutral' },
      { id: 'pip', label: 'pip-pay-web-01', kind: 'public-ip', tone: 'warning' },
      { id: 'vnet', label: 'vnet-prod', kind: 'network', tone: 'neutral' },
      { id: 'snet', label: 'snet-payments', kind: 'subnet', tone: 'neutral' },
      { id: 'db', label: 'sql-payments', kind: 'peer', tone: 'good' },
      { id: 'dc', label: 'vm-dc-01', kind: 'peer', tone: 'neutral' },
    ],
    edges: [
      { from: 'internet', to: 'pip', label: 'TCP 22, 443' },
      { from: 'pip', to: 'nic', label: '' },
      { from: 'nsg', to: 'nic', label: 'any may come in' },
      { from: 'nic', to: 'vm', label: '10.20.1.4' },
      { from: 'vnet', to: 'snet', label: '' },
      { from: 'snet', to: 'nic', label: '' },
      { from: 'vm', to: 'db', label: 'TCP 1433' },
      { from: 'dc', to: 'vm', label: '' },
    ],
    ...change,
  };
}

export function failures(): ChartView {
  return {
    shape: 'line',
    title: 'Network out',
    xTitle: '',
    yTitle: 'MB',
    labels: Array.from({ length: 12 }, (_, n) => `${String(n + 10).padStart(2, '0')}:00`),
    series: [{ name: 'MB', values: [12, 14, 11, 13, 12, 15, 210, 480, 455, 90, 20, 14] }],
  };
}

/** What is known of INC-1042: the machine, the address that it called, who runs on it. */
export function detailsView(change: Partial<DetailsView> = {}): DetailsView {
  return {
    title: 'INC-1042: what is known',
    subjects: [
      {
        kind: 'Host',
        name: 'vm-pay-web-01',
        chips: [
          { text: 'crown jewel', tone: 'bad' },
          { text: 'SSH open to all', tone: 'warning' },
          { text: 'backed up', tone: 'good' },
        ],
        verdict: '',
        parts: [
          {
            title: 'Application',
            facts: [
              { label: 'Application', value: 'Payments' },
              { label: 'Owner', value: 'payments-team@contoso.com' },
              { label: 'Tier', value: 'crown jewel, by its tag' },
            ],
            link: { label: 'Runbook', url: 'https://runbooks.contoso.com/payments' },
            chart: undefined,
            map: undefined,
          },
          {
            title: 'Network',
            facts: [
              { label: 'Public address', value: '20.50.1.7' },
              { label: 'Open to the internet', value: 'TCP 22, TCP 443' },
            ],
            link: undefined,
            chart: failures(),
            map: topology(),
          },
          {
            title: 'Backup',
            facts: [
              { label: 'Last recovery point', value: 'file system', at: '2026-11-20T01:12:00.000Z' },
              { label: 'Changed', value: '', at: '2026-11-19T01:12:00.000Z' },
              {
                label: 'Note',
                value: 'Soft delete is on for 14 days; a vault lock keeps anybody from shortening that.',
                long: true,
              },
            ],
            link: undefined,
            chart: undefined,
            map: undefined,
          },
        ],
      },
      {
        kind: 'IP',
        name: '203.0.113[.]66 (NL)',
        chips: [{ text: 'malicious', tone: 'bad' }],
        verdict: 'Malicious: VirusTotal (12 of 94 engines), AbuseIPDB (100 %)',
        parts: [
          {
            title: 'Reputation',
            facts: [
              { label: 'Network', value: 'AS64500 Example Hosting' },
              { label: 'Reported', value: '812 times by 97 people', at: '2026-11-20T21:00:00.000Z' },
            ],
            link: { label: 'VirusTotal', url: 'https://www.virustotal.com/gui/ip-address/203.0.113.66' },
            chart: undefined,
            map: undefined,
          },
        ],
      },
      {
        kind: 'Account',
        name: 'svc-pay[@]contoso[.]com',
        chips: [],
        verdict: '',
        parts: [],
      },
    ],
    more: 2,
    missing: ['Threat intelligence: GreyNoise was not asked, its budget is used up until 03:00.'],
    fallback: 'What is known of INC-1042: vm-pay-web-01 is a crown jewel; 203.0.113[.]66 is malicious.',
    ...change,
  };
}

/** One text wherever there is one, and as much of it as a view may hold. */
export function detailsOf(text: string): DetailsView {
  const fact = { label: text, value: text, at: '2026-11-20T01:12:00.000Z' };
  const map = topology({
    title: text,
    nodes: topology().nodes.map((node) => ({ ...node, label: text })),
    edges: topology().edges.map((edge) => ({ ...edge, label: text })),
  });
  const part = {
    title: text,
    facts: Array.from({ length: 30 }, (_, n) => (n % 3 === 0 ? { ...fact, long: true as const } : fact)),
    link: { label: text, url: 'https://portal.azure.com/' },
    chart: { ...failures(), title: text, yTitle: text, labels: failures().labels.map(() => text) },
    map,
  };
  const subject = {
    kind: text,
    name: text,
    chips: Array.from({ length: 8 }, () => ({ text, tone: 'bad' as const })),
    verdict: text,
    parts: Array.from({ length: 14 }, () => part),
  };
  return {
    title: text,
    subjects: Array.from({ length: 8 }, () => subject),
    more: 9,
    missing: [text, text, text],
    fallback: text,
  };
}
