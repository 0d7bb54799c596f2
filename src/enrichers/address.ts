import type { Enrichment, Trait } from '../incident/enrichment.ts';
import { nothingKnown } from '../incident/enrichment.ts';
import { type CloudRange, readCloudRanges } from './address/cloud-ranges.ts';
import { openPlaces, type Place, type PlaceOf } from './address/place.ts';
import { firstFitting } from './chip.ts';
import type { Enricher } from './enricher.ts';
import { type Ip, type IpKind, kindOf, readIp, readRange } from './ip.ts';
import { type KeptFile, keepFile } from './kept-file.ts';
import { Ranges } from './ranges.ts';
import { facts } from './said.ts';

/** A network that the settings name. */
export interface OwnNetwork {
  /** `Office Frankfurt`. */
  name: string;
  /** `203.0.113.0/28`. */
  range: string;
  /** Who comes from there is one of us. */
  trusted: boolean;
}

export interface AddressOptions {
  networks: readonly OwnNetwork[];
  /** Files in which Azure, AWS and Google publish their addresses. */
  cloudRanges: readonly string[];
  /** Databases of places and networks in MaxMind's format. */
  places: readonly string[];
  /** Hears of a file that cannot be read. */
  failed: (path: string, why: string) => void;
}

/** What an address tells by itself, and by files that come with us: nobody is asked. */
export function createAddress(options: AddressOptions): Enricher {
  const { networks, cloudRanges, places, failed } = options;
  const own = new Ranges<OwnNetwork>();
  for (const network of networks) {
    const range = readRange(network.range);
    if (range) own.add(range, network);
  }
  const clouds = cloudRanges.map((path) => keepFile(path, readCloudRanges, failed));
  const databases = places.map((path) => keepFile(path, openPlaces, failed));

  return {
    name: 'address',
    title: 'Address',
    question: 'Where is this address, and whose?',
    about: ['ip'],
    concerns: (subject) => subject.kind === 'ip' && readIp(subject.address) !== undefined,
    side: 'here',
    calls: 1,
    api: 'Settings, and files: ranges of Azure, AWS and Google, databases of MaxMind’s format',
    permission: 'Files that the bot can read',
    lifetimeSeconds: 24 * 60 * 60,
    deadlineMs: 10_000,
    limits: 'A database is held in memory',
    async enrich(subject, { now }) {
      const ip = subject.kind === 'ip' ? readIp(subject.address) : undefined;
      if (!ip) return nothingKnown;
      const known = {
        kind: kindOf(ip),
        networks: own.find(ip),
        clouds: (await all(clouds, now)).flatMap((ranges) => ranges.find(ip)),
        place: placeIn(await all(databases, now), ip),
      };
      return { facts: factsOf(known), traits: traitsOf(known) };
    },
  };
}

interface Known {
  kind: IpKind;
  /** The narrowest first, as are clouds. */
  networks: OwnNetwork[];
  clouds: CloudRange[];
  place: Partial<Place>;
}

async function all<T>(files: KeptFile<T>[], now: Date): Promise<T[]> {
  const read = await Promise.all(files.map((file) => file.get(now)));
  return read.filter((one) => one !== undefined);
}

/** The first database that knows something decides. */
function placeIn(databases: PlaceOf[], ip: Ip): Partial<Place> {
  return Object.assign({}, ...databases.map((placeOf) => placeOf(ip.toString())).reverse());
}

/** What is to be said of an address that is on no public network. */
const kinds: Record<Exclude<IpKind, 'public'>, string> = {
  documentation: 'for examples (RFC 5737, RFC 3849)',
  platform: 'of Azure itself: DNS, DHCP, health probes',
  private: 'private (RFC 1918, RFC 4193)',
  shared: 'shared by customers of a provider (RFC 6598)',
  loopback: 'loopback',
  'link-local': 'link-local (RFC 3927, RFC 4291)',
  multicast: 'multicast',
  translated: 'IPv4 translated to IPv6',
  reserved: 'reserved',
};

function factsOf({ kind, networks, clouds, place }: Known): Enrichment['facts'] {
  const { country = '', city = '', network } = place;
  return facts(
    ['Our network', networks.slice(0, 3).map(named).join('; ')],
    ['Kind', kind === 'public' ? '' : kinds[kind]],
    ['Place', [city, country].filter(Boolean).join(', ')],
    ['Network', network],
    ['Cloud', distinct(clouds).join('; ')],
  );
}

const named = ({ name, range, trusted }: OwnNetwork) => `${name} (${range}${trusted ? ', trusted' : ''})`;

/** `Azure, AzureStorage, westeurope`; what names a service first. */
function distinct(clouds: CloudRange[]): string[] {
  const sorted = clouds.toSorted((a, b) => Number(b.service !== '') - Number(a.service !== ''));
  const said = sorted.map(({ cloud, service, region }) =>
    [cloud, service, region].filter(Boolean).join(', '),
  );
  return [...new Set(said)].slice(0, 3);
}

function traitsOf({ kind, networks, clouds, place }: Known): Trait[] {
  const [network] = networks;
  // Who knows the network needs no telling of its kind or place.
  if (network)
    return [
      {
        chip: firstFitting(network.name),
        says: `is in our network ${network.name}`,
        tone: network.trusted ? 'good' : 'neutral',
        isOurName: true,
      },
    ];
  const [cloud] = clouds;
  const traits: Trait[] = [];
  if (kind === 'private' || kind === 'shared')
    traits.push({ chip: 'private', says: 'is a private address', tone: 'neutral' });
  if (kind === 'platform') traits.push({ chip: 'Azure platform', says: 'is Azure itself', tone: 'good' });
  if (cloud) traits.push({ chip: cloud.cloud, says: `is an address of ${cloud.cloud}`, tone: 'neutral' });
  const { city = '', country = '', countryCode = '' } = place;
  const where = [city, city ? countryCode : country].filter(Boolean).join(', ');
  if (where) traits.push({ chip: firstFitting(where), says: `is in ${where}`, tone: 'neutral' });
  return traits;
}
