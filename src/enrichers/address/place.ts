import { readFile } from 'node:fs/promises';
import { Reader, type Response } from 'mmdb-lib';
import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';
import { count, text } from '../said.ts';

/** Where an address is, and whose network it is in; empty where the database does not say. */
export interface Place {
  country: string;
  /** ISO 3166: `BR`. */
  countryCode: string;
  city: string;
  /** `AS64501 Recife Telecom`. */
  network: string;
}

/** Asks one database. */
export type PlaceOf = (address: string) => Partial<Place>;

const mostBytes = 512 * 1024 * 1024;

const name = z
  .object({ names: z.object({ en: text(60) }) })
  .optional()
  .catch(undefined);
const country = z
  .object({ iso_code: text(2), names: z.object({ en: text(60) }).catch({ en: '' }) })
  .optional()
  .catch(undefined);
/** As GeoLite2, GeoIP2 and DB-IP have it: https://dev.maxmind.com/geoip/docs/databases/ */
const record = z.object({
  country,
  registered_country: country,
  city: name,
  autonomous_system_number: count,
  autonomous_system_organization: text(80),
});

/** Opens a database of places or networks in MaxMind's format (.mmdb). It is held in memory as a whole. */
export async function openPlaces(path: string, bytes: number): Promise<PlaceOf> {
  if (bytes > mostBytes) throw new Error(`It is over ${mostBytes / 1024 / 1024} MB.`);
  const reader = new Reader<Response>(await readFile(path));
  return (address) => {
    // In a tree of IPv4, the first bits of an IPv6 address lead to somebody else's.
    if (reader.metadata.ipVersion === 4 && address.includes(':')) return {};
    const { data } = safeParse(record, reader.get(address) ?? {});
    if (!data) return {};
    const { autonomous_system_number: number, autonomous_system_organization: organization } = data;
    const at = data.country ?? data.registered_country;
    const found = {
      country: at?.names.en ?? '',
      countryCode: at?.iso_code ?? '',
      city: data.city?.names.en ?? '',
      network: [number && `AS${number}`, organization].filter(Boolean).join(' '),
    };
    return Object.fromEntries(Object.entries(found).filter(([, said]) => said !== ''));
  };
}
