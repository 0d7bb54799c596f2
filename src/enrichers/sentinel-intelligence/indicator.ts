import { z } from 'zod';
import {
  type Enrichment,
  type EnrichmentFact,
  nothingKnown,
  type Verdict,
  type VerdictLevel,
  verdictLevels,
} from '../../incident/enrichment.ts';
import { count, facts, flag, moment, text, texts } from '../said.ts';

const phases = z
  .array(z.object({ phaseName: text(60) }).catch({ phaseName: '' }))
  .catch([])
  .transform((all) => all.map(({ phaseName }) => phaseName).filter(Boolean));
export const indicator = z.object({
  properties: z.object({
    pattern: z.string().max(10_000),
    displayName: text(120),
    description: text(400),
    source: text(80),
    threatTypes: texts(6, 40),
    threatIntelligenceTags: texts(10, 40),
    labels: texts(10, 40),
    killChainPhases: phases,
    confidence: count,
    revoked: flag,
    validFrom: moment,
    validUntil: moment,
    lastUpdatedTimeUtc: moment,
  }),
});
export type Indicator = z.output<typeof indicator>['properties'];

const newestFirst = (a: Indicator, b: Indicator) =>
  (b.lastUpdatedTimeUtc?.getTime() ?? 0) - (a.lastUpdatedTimeUtc?.getTime() ?? 0);

/** What those that name it say of it; only those that hold accuse it. */
export function tell(found: Indicator[], now: Date): Enrichment {
  const sorted = found.toSorted(newestFirst);
  const active = sorted.filter((one) => isActive(one, now));
  const [first] = active.toSorted((a, b) => rank(levelOf(a)) - rank(levelOf(b)));
  if (!first) return { ...nothingKnown, facts: sorted.slice(0, 1).flatMap(formerly) };
  const more = active.length > 1 ? ` and ${active.length - 1} more` : '';
  return {
    facts: facts(
      ['Indicator', `${first.displayName}${more}`.trim()],
      ['Threat', first.threatTypes.join(', ')],
      ['Confidence', first.confidence === undefined ? '' : `${first.confidence} of 100`],
      ['Source', [...new Set(active.map(({ source }) => source))].filter(Boolean).slice(0, 5).join(', ')],
      ['Valid until', first.validUntil],
      ['Kill chain', first.killChainPhases.join(', ')],
      ['Labels', [...new Set([...first.threatIntelligenceTags, ...first.labels])].join(', ')],
      ['Description', first.description],
      ['Updated', first.lastUpdatedTimeUtc],
    ),
    traits: [],
    verdict: verdict(first),
  };
}

function isActive({ revoked, validFrom, validUntil }: Indicator, now: Date): boolean {
  return !revoked && (!validFrom || validFrom <= now) && (!validUntil || validUntil > now);
}

/** An indicator that no longer holds accuses nobody, but tells what was there. */
function formerly({ displayName, threatTypes, validUntil, revoked }: Indicator): EnrichmentFact[] {
  const what = [displayName, threatTypes.join(', ')].filter(Boolean).join(': ');
  return facts(
    [revoked ? 'Was an indicator until it was withdrawn' : 'Was an indicator', what || 'without a name'],
    ['Until', revoked ? undefined : validUntil],
  );
}

function verdict(said: Indicator): Verdict {
  const grounds = [said.threatTypes[0] ?? said.displayName, said.source && `of ${said.source}`];
  return { by: 'Sentinel', level: levelOf(said), says: grounds.filter(Boolean).join(', ') };
}

/**
 * Confidence from 70 is high: https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html#_1v6elyto0uqg. Types that mean
 * no ill by themselves, an exit of Tor for one: …#_cvhfwe3t9vuo
 */
function levelOf({ threatTypes, confidence = 0 }: Indicator): VerdictLevel {
  const types = threatTypes.map((type) => type.toLowerCase());
  if (types.length > 0 && types.every((type) => type === 'benign')) return 'harmless';
  const isIll =
    types.length === 0 ||
    types.some((type) => !/^(benign|anonymization|anomalous-activity|unknown)$/.test(type));
  return isIll && confidence >= 70 ? 'malicious' : 'suspicious';
}

const rank = (level: VerdictLevel) => verdictLevels.indexOf(level);
