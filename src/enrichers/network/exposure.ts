import type { EnrichmentFact, Trait } from '../../incident/enrichment.ts';
import { type Opening, openToAll, openToSome } from './inbound-rules.ts';
import { dangersIn, portsInWords, rankOf } from './ports.ts';
import type { Surroundings } from './surroundings.ts';

/** What a machine offers to the internet: by its rules, and by whether anything leads there. */
export interface Exposure {
  /** Worst first; `undefined` where not every rule could be read. */
  openings: Opening[] | undefined;
  /** The internet can come as far as the rules: it has a public address, or something with one passes on to it. */
  isReachable: boolean;
}

export function exposureOf(around: Surroundings): Exposure {
  const { nic, publicAddresses, groups, isEveryGroupRead } = around;
  const isReachable = nic !== undefined && (nic.publicAddressIds.length > 0 || nic.isBehindBalancer);
  if (!isEveryGroupRead) return { openings: undefined, isReachable };
  // Where no group stands before it, only the old kind of address is open.
  // https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses#sku
  const isOpenByItself = publicAddresses.some(({ sku }) => sku.toLowerCase() === 'basic');
  if (groups.length === 0 && !isOpenByItself) return { openings: [], isReachable };
  return { openings: openToAll(groups).toSorted((a, b) => rankOf(a) - rankOf(b)), isReachable };
}

/** More would push what else matters off the card. */
const mostTraits = 2;

export function exposureTraits({ openings = [], isReachable }: Exposure): Trait[] {
  const [worst] = openings;
  if (!worst || !isReachable) return [];
  if (openings.some(({ first, last }) => first === 0 && last === 65_535)) {
    const says = 'has every port open to the internet';
    return [{ chip: 'all ports open to all', says, tone: 'bad', mark: 'exposed' }];
  }
  const dangers = [...new Set(openings.flatMap(dangersIn))].slice(0, mostTraits);
  if (dangers.length > 0) {
    return dangers.map((name) => ({
      chip: `${name} open to all`,
      says: `has ${name} open to the internet`,
      tone: 'bad',
      mark: 'exposed',
    }));
  }
  const says = `can be reached from the internet at ${portsInWords(worst)}`;
  return [{ chip: 'internet-facing', says, tone: 'warning', mark: 'exposed' }];
}

/** More openings than these say no more than that it is open. */
const mostOpenings = 8;

export function exposureFacts(around: Surroundings, { openings, isReachable }: Exposure): EnrichmentFact[] {
  const some = openToSome(around.groups)
    .slice(0, mostOpenings)
    .map(({ ports, from, by }) => ({ label: 'Open to some', value: `${ports} from ${from}: ${by}` }));
  if (!openings) return some;
  const label = isReachable ? 'Open to all' : 'Rules let all in';
  const end = isReachable ? '' : '; but nothing leads there from the internet';
  const open = openings.slice(0, mostOpenings).map((opening) => ({
    label,
    value: `${portsInWords(opening)}: ${opening.by || 'no rule stops it'}${end}`,
  }));
  return [...(open.length > 0 ? open : [{ label: 'Open to all', value: 'nothing' }]), ...some];
}
