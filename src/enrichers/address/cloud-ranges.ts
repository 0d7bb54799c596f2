import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';
import { readRange } from '../ip.ts';
import { Ranges } from '../ranges.ts';
import { text } from '../said.ts';

/** Whose a range of addresses is. */
export interface CloudRange {
  cloud: 'Azure' | 'AWS' | 'Google Cloud';
  /** `AzureStorage`, `EC2`; empty where the range is said to be of no one service. */
  service: string;
  /** `westeurope`; empty where it is the whole cloud's. */
  region: string;
}

/** Azure's, the largest, has about 5 MB. */
const mostBytes = 64 * 1024 * 1024;

/** https://www.microsoft.com/download/details.aspx?id=56519 */
const azure = z
  .object({
    cloud: z.string(),
    values: z.array(
      z.object({
        name: text(80),
        properties: z.object({
          region: text(40),
          systemService: text(60),
          addressPrefixes: z.array(z.string()).catch([]),
        }),
      }),
    ),
  })
  .transform(({ values }) =>
    values.flatMap(({ name, properties: { region, systemService, addressPrefixes } }) => {
      // A tag that is no service's own tells more by its name: `AzureFrontDoor.Backend`. `AzureCloud` tells nothing.
      const named = systemService || (name.split('.')[0] ?? '');
      const service = named === 'AzureCloud' ? '' : named;
      return addressPrefixes.map((range) => ({ range, is: { cloud: 'Azure' as const, service, region } }));
    }),
  );
/** https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html */
const fields = { service: text(60), region: text(40) };
const aws = z
  .object({
    prefixes: z.array(z.object({ ip_prefix: z.string(), ...fields })),
    ipv6_prefixes: z.array(z.object({ ipv6_prefix: z.string(), ...fields })).catch([]),
  })
  .transform(({ prefixes, ipv6_prefixes }) =>
    [
      ...prefixes.map(({ ip_prefix: range, ...rest }) => ({ range, ...rest })),
      ...ipv6_prefixes.map(({ ipv6_prefix: range, ...rest }) => ({ range, ...rest })),
    ].map(({ range, service, region }) => {
      const is = { cloud: 'AWS' as const, service: service === 'AMAZON' ? '' : service, region };
      return { range, is };
    }),
  );
/** https://www.gstatic.com/ipranges/cloud.json */
const google = z
  .object({
    prefixes: z.array(
      z.object({ ipv4Prefix: z.string().optional(), ipv6Prefix: z.string().optional(), scope: text(40) }),
    ),
  })
  .transform(({ prefixes }) =>
    prefixes.map(({ ipv4Prefix, ipv6Prefix, scope: region }) => ({
      range: ipv4Prefix ?? ipv6Prefix ?? '',
      is: { cloud: 'Google Cloud' as const, service: '', region },
    })),
  );
const published = z.union([azure, aws, google]);

/** Reads what a cloud publishes of its addresses, whichever of the three it is. Throws where it is none of them. */
export async function readCloudRanges(path: string, bytes: number): Promise<Ranges<CloudRange>> {
  if (bytes > mostBytes) throw new Error(`It is over ${mostBytes / 1024 / 1024} MB.`);
  const { data } = safeParse(published, parse((await readFile(path, 'utf8')).replace(/^\ufeff/, '')));
  if (!data) throw new Error('It is not what Azure, AWS or Google publish of their addresses.');
  const ranges = new Ranges<CloudRange>();
  const same = new Map<string, CloudRange>();
  for (const { range: said, is } of data) {
    const range = readRange(said);
    if (!range) continue;
    const key = `${is.cloud} ${is.service} ${is.region}`;
    const one = same.get(key) ?? is;
    same.set(key, one);
    ranges.add(range, one);
  }
  return ranges;
}

function parse(whole: string): unknown {
  try {
    return JSON.parse(whole);
  } catch {
    throw new Error('It is no JSON, or not all of it.');
  }
}
