import type { GraphIdentity } from '../../azure/graph-identity.ts';
import type { RiskDetection, UserRisk } from '../../azure/graph-protection.ts';
import type { EnrichmentFact, Trait } from '../../incident/enrichment.ts';
import { inWords } from '../azure/words.ts';
import { type Part, withCommas } from './part.ts';

const mostDetections = 5;

/** What Identity Protection holds against it. Its detections are asked for only where there is anything. */
export async function riskOf(graph: GraphIdentity, id: string, signal: AbortSignal): Promise<Part> {
  const risk = await graph.risk(id, signal);
  if ('told' in risk && !risk.told) return { facts: [{ label: 'Risk', value: 'none' }] };
  const detections = await graph.detections(id, signal);
  const open = 'told' in detections ? detections.told.filter(isOpen) : [];
  return {
    traits: [...leakTraits(open), ...riskTraits('told' in risk ? risk.told : undefined)],
    facts: [
      'told' in risk && risk.told
        ? riskFact(risk.told)
        : { label: 'Risk', value: 'lacking' in risk ? risk.lacking : '' },
      ...('lacking' in detections ? [{ label: 'Detections', value: detections.lacking }] : []),
      ...('told' in detections ? detections.told.slice(0, mostDetections).map(detectionFact) : []),
    ],
  };
}

/** Neither remedied nor dismissed. */
const isOpen = ({ state }: { state: string }): boolean =>
  state === 'atRisk' || state === 'confirmedCompromised';

function riskTraits(risk: UserRisk | undefined): Trait[] {
  if (!risk || !isOpen(risk)) return [];
  if (risk.state === 'confirmedCompromised')
    return [{ chip: 'compromised', says: 'is confirmed to be compromised', tone: 'bad', mark: 'at-risk' }];
  if (risk.level !== 'high' && risk.level !== 'medium') return [];
  const tone = risk.level === 'high' ? 'bad' : 'warning';
  return [{ chip: `risk ${risk.level}`, says: `is at ${risk.level} risk`, tone, mark: 'at-risk' }];
}

function leakTraits(open: RiskDetection[]): Trait[] {
  const leak = open.find(({ type }) => type === 'leakedCredentials');
  if (!leak) return [];
  const since = leak.at ? ` since ${leak.at.slice(0, 10)}` : '';
  return [
    { chip: 'password leaked', says: `has had its password leaked${since}`, tone: 'bad', mark: 'leaked' },
  ];
}

const riskFact = ({ level, state, at }: UserRisk): EnrichmentFact => ({
  label: 'Risk',
  value: withCommas(level, state !== 'none' && inWords(state)),
  ...(at && { at }),
});

const detectionFact = ({ type, level, state, at, address, place }: RiskDetection): EnrichmentFact => ({
  label: 'Detection',
  value: withCommas(inWords(type), address, place, level, !isOpen({ state }) && inWords(state)),
  ...(at && { at }),
});
