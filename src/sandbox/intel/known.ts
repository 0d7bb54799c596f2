/** What the outside world of the sandbox knows of whom Contoso meets; the same addresses and names as in its logs. */
export interface KnownAddress {
  country: string;
  asn: number;
  owner: string;
  /** Of 94 engines: how many find it malicious, and suspicious. */
  malicious: number;
  suspicious: number;
  reputation: number;
  tags: string[];
  abuse?: { score: number; reports: number; users: number; usage: string; isTor?: boolean; daysAgo: number };
  noise?: { classification: 'malicious' | 'suspicious' | 'benign' | 'unknown'; name: string; riot?: boolean };
}

const hosting = 'Data Center/Web Hosting/Transit';

export const addresses: Record<string, KnownAddress> = {
  /** An exit of Tor. */
  '198.51.100.201': {
    ...{ country: 'RO', asn: 64503, owner: 'Someș Hosting SRL' },
    ...{ malicious: 12, suspicious: 3, reputation: -41, tags: ['tor'] },
    abuse: { score: 100, reports: 1_482, users: 341, usage: hosting, isTor: true, daysAgo: 0 },
    noise: { classification: 'malicious', name: 'unknown' },
  },
  /** Where the shells of the payments story lead. */
  '203.0.113.66': {
    ...{ country: 'NL', asn: 64500, owner: 'Maas Colocation BV' },
    ...{ malicious: 9, suspicious: 2, reputation: -23, tags: ['c2'] },
    abuse: { score: 93, reports: 212, users: 58, usage: hosting, daysAgo: 1 },
    noise: { classification: 'malicious', name: 'unknown' },
  },
  /** Guesses passwords. */
  '198.51.100.23': {
    ...{ country: 'BR', asn: 64501, owner: 'Capibaribe Telecom' },
    ...{ malicious: 3, suspicious: 1, reputation: -6, tags: [] },
    abuse: { score: 81, reports: 97, users: 44, usage: 'Fixed Line ISP', daysAgo: 2 },
    noise: { classification: 'unknown', name: 'unknown' },
  },
  '192.0.2.147': {
    ...{ country: 'SG', asn: 64502, owner: 'Merlion Cloud Pte' },
    ...{ malicious: 2, suspicious: 1, reputation: -2, tags: [] },
    abuse: { score: 31, reports: 6, users: 4, usage: hosting, daysAgo: 9 },
  },
  '192.0.2.199': {
    ...{ country: 'LV', asn: 64506, owner: 'Daugava Servers SIA' },
    ...{ malicious: 7, suspicious: 0, reputation: -15, tags: [] },
    abuse: { score: 77, reports: 63, users: 21, usage: hosting, daysAgo: 4 },
  },
  '192.0.2.180': {
    ...{ country: 'SG', asn: 64502, owner: 'Merlion Cloud Pte' },
    ...{ malicious: 6, suspicious: 1, reputation: -9, tags: [] },
  },
  /** A common service, for which some engine is always wrong. */
  '203.0.113.200': {
    ...{ country: 'IE', asn: 64510, owner: 'Example Content Network' },
    ...{ malicious: 1, suspicious: 0, reputation: 312, tags: [] },
    noise: { classification: 'benign', name: 'Example Content Network', riot: true },
  },
};

export interface KnownDomain {
  malicious: number;
  suspicious: number;
  reputation: number;
  /** Since it was registered. */
  ageDays: number;
  registrar: string;
  tags: string[];
}

export const domains: Record<string, KnownDomain> = {
  'login-contoso.example': { ...bad(8, 2), ageDays: 3, registrar: 'Cheap Names Ltd', tags: ['phishing'] },
  'contoso-helpdesk.example': { ...bad(5, 3), ageDays: 3, registrar: 'Cheap Names Ltd', tags: [] },
  'sync.cdn-update.example': {
    ...bad(4, 1),
    ageDays: 11,
    registrar: 'Cheap Names Ltd',
    tags: ['dns-tunnel'],
  },
  'cdn-update.example': { ...bad(4, 1), ageDays: 11, registrar: 'Cheap Names Ltd', tags: [] },
  'pool.coin-dig.example': {
    ...bad(11, 0),
    ageDays: 812,
    registrar: 'Digital Holes BV',
    tags: ['mining-pool'],
  },
  'bargain.example': { ...bad(6, 1), ageDays: 26, registrar: 'Cheap Names Ltd', tags: [] },
  'evil.example': { ...bad(14, 2), ageDays: 5, registrar: 'Cheap Names Ltd', tags: ['phishing'] },
};

export const urls: Record<string, { malicious: number; suspicious: number; title: string }> = {
  'http://bargain.example/dropper': { malicious: 10, suspicious: 0, title: '' },
  'http://bargain.example/offer.js': { malicious: 6, suspicious: 1, title: '' },
  'https://evil.example/login': { malicious: 13, suspicious: 1, title: 'Sign in to your account' },
};

export interface KnownFile {
  malicious: number;
  name: string;
  type: string;
  threat: string;
  size: number;
  tags: string[];
}

/** By SHA-256. */
export const files: Record<string, KnownFile> = {
  b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78: {
    ...{ malicious: 23, name: 'voucher.html', type: 'HTML', threat: 'phishing.html/voucher' },
    ...{ size: 48_211, tags: ['html', 'password-form'] },
  },
  '3f0b9d5c7a1e84620d6b5f8a9c2e4713b0d8f6a5c4e3920718f6b5d4c3a29180': {
    ...{ malicious: 41, name: 'kworkerd', type: 'ELF', threat: 'miner.kworkerd/coindig' },
    ...{ size: 5_402_112, tags: ['elf', '64bits'] },
  },
};

function bad(malicious: number, suspicious: number) {
  return { malicious, suspicious, reputation: -2 * malicious };
}
