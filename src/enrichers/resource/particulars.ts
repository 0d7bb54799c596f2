import { z } from 'zod';
import type { Instant } from '../../incident/alert.ts';
import type { EnrichmentFact, Trait } from '../../incident/enrichment.ts';
import { instant, text } from '../azure/rows.ts';
import type { Thing } from '../azure/things.ts';

/** What each type tells of itself in its own way: whether it runs, what on, how large, since when. */
export interface Particulars {
  facts: EnrichmentFact[];
  trait?: Trait;
}

const object = <T extends z.ZodRawShape>(shape: T) =>
  z.preprocess(
    (said) => (typeof said === 'object' && said !== null && !Array.isArray(said) ? said : {}),
    z.object(shape),
  );

const propertiesShape = object({
  hardwareProfile: object({ vmSize: text }),
  storageProfile: object({
    imageReference: object({ offer: text, sku: text }),
    osDisk: object({ osType: text }),
  }),
  extended: object({
    instanceView: object({ osName: text, osVersion: text, powerState: object({ code: text }) }),
  }),
  // Of machines that Arc connects.
  osSku: text,
  osVersion: text,
  agentVersion: text,
  status: text,
  lastStatusChange: instant,
  // Of everything else, each type by one of these names.
  powerState: object({ code: text }),
  state: text,
  ipAddress: text,
  dnsSettings: object({ fqdn: text }),
  defaultHostName: text,
  kubernetesVersion: text,
  timeCreated: instant,
  creationTime: instant,
  creationDate: instant,
  CreationDate: instant,
  createdAtUtc: instant,
});
type Properties = z.infer<typeof propertiesShape>;

const skuShape = object({ name: text, tier: text });
const identityShape = object({ type: text, principalId: text });

export function particularsOf({ type, sku, identity, properties }: Thing): Particulars {
  const said = propertiesShape.parse(properties);
  const power = powerOf(type, said);
  const { name, tier } = skuShape.parse(sku);
  const size = said.hardwareProfile.vmSize || [...new Set([name, tier])].filter(Boolean).join(', ');
  const { type: identities, principalId } = identityShape.parse(identity);
  const facts = [
    fact(power.label, power.state, power.since),
    fact('System', systemOf(said)),
    fact('Size', size),
    fact('Address', said.ipAddress || said.defaultHostName),
    fact('Name', said.dnsSettings.fqdn),
    fact('Kubernetes', said.kubernetesVersion),
    fact('Arc agent', said.agentVersion),
    fact(
      'Managed identity',
      /^none$/i.test(identities) ? '' : [identities, principalId].filter(Boolean).join(', '),
    ),
    ...createdOf(said),
  ];
  return {
    facts: facts.filter((one) => one !== undefined),
    ...(power.trait ? { trait: power.trait } : {}),
  };
}

function fact(label: string, value: string, at?: Instant): EnrichmentFact | undefined {
  return value ? { label, value, ...(at ? { at } : {}) } : undefined;
}

const createdOf = (said: Properties): EnrichmentFact[] => {
  const at =
    said.timeCreated ?? said.creationTime ?? said.creationDate ?? said.CreationDate ?? said.createdAtUtc;
  return at ? [{ label: 'Created', value: '', at }] : [];
};

function systemOf({ extended, storageProfile, osSku, osVersion }: Properties): string {
  const { osName, osVersion: version } = extended.instanceView;
  const { offer, sku } = storageProfile.imageReference;
  // A machine that does not run says nothing of itself; what it was made from is known still.
  const [system, edition] = osName ? [osName, version] : osSku ? [osSku, osVersion] : [offer, sku];
  return [system, edition].filter(Boolean).join(' ') || storageProfile.osDisk.osType;
}

interface Power {
  label: string;
  state: string;
  since?: Instant | undefined;
  trait?: Trait;
}

function powerOf(type: string, said: Properties): Power {
  if (type === 'microsoft.hybridcompute/machines') {
    const power: Power = { label: 'Arc', state: said.status.toLowerCase(), since: said.lastStatusChange };
    if (power.state === '' || power.state === 'connected') return power;
    return { ...power, trait: still('Arc is silent', `is ${power.state}, says Azure Arc`) };
  }
  const code = said.extended.instanceView.powerState.code || said.powerState.code || said.state;
  const state = code.replace(/^PowerState\//i, '').toLowerCase();
  const isOff = /^(deallocated|stopped)$/.test(state);
  return { label: 'State', state, ...(isOff ? { trait: still(state, `is ${state}`) } : {}) };
}

const still = (chip: string, says: string): Trait => ({ chip, says, tone: 'neutral' });
