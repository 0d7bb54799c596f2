import { hashOf } from '../logs/samples/events/devices.ts';

const DAY = 86_400_000;

/** A file by its hashes, which are those of the sample alerts and logs. */
export interface FileProfile {
  sha256: string;
  sha1: string;
  profile(now: number): object;
  here(now: number): object;
}

interface Known {
  path: string;
  determination: [type: string, value: string | null];
  worldwide: number;
  /** Machines of Contoso. */
  here: number;
  daysHere: number;
  signer?: string;
  size: number;
  type: string;
}

const known: Known[] = [
  {
    path: 'C:\\Users\\nina.berg\\Downloads\\offer.js',
    determination: ['Malware', 'Trojan:Script/Sample'],
    worldwide: 214,
    here: 1,
    daysHere: 0,
    size: 18_204,
    type: 'JavaScript',
  },
  {
    path: '/usr/local/bin/kworkerd',
    determination: ['Malware', 'Trojan:Linux/CoinMiner'],
    worldwide: 3_118,
    here: 3,
    daysHere: 1,
    size: 6_291_456,
    type: 'ELF',
  },
  {
    path: 'C:\\Windows\\System32\\rundll32.exe',
    determination: ['Clean', null],
    worldwide: 812_450_117,
    here: 61,
    daysHere: 290,
    signer: 'Microsoft Windows',
    size: 73_728,
    type: 'PortableExecutable',
  },
];

export const fileProfiles: FileProfile[] = known.map((it) => {
  const sha256 = hashOf(it.path);
  const sha1 = sha256.slice(0, 40);
  const firstObserved = (now: number) => iso(now - (it.daysHere + 40) * DAY);
  return {
    sha256,
    sha1,
    /** https://learn.microsoft.com/defender-endpoint/api/get-file-information */
    profile: (now) => ({
      sha1,
      sha256,
      globalPrevalence: it.worldwide,
      globalFirstObserved: firstObserved(now),
      globalLastObserved: iso(now),
      size: it.size,
      fileType: it.type,
      isPeFile: it.type === 'PortableExecutable',
      filePublisher: it.signer ? 'Microsoft Corporation' : null,
      fileProductName: it.signer ? 'Microsoft® Windows® Operating System' : null,
      signer: it.signer ?? null,
      issuer: it.signer ? 'Microsoft Windows Production PCA 2011' : null,
      signerHash: it.signer ? sha1 : null,
      isValidCertificate: it.signer ? true : null,
      determinationType: it.determination[0],
      determinationValue: it.determination[1],
    }),
    /** https://learn.microsoft.com/defender-endpoint/api/get-file-statistics */
    here: (now) => ({
      sha1,
      organizationPrevalence: it.here,
      orgFirstSeen: iso(now - it.daysHere * DAY),
      orgLastSeen: iso(now),
      globallyPrevalence: it.worldwide,
      globalFirstObserved: firstObserved(now),
      globalLastObserved: iso(now),
      topFileNames: [it.path.split(/[\\/]/).at(-1)],
    }),
  };
});

const iso = (at: number): string => new Date(at).toISOString().replace('Z', '0000Z');
