import { z } from 'zod';
import {
  type Enrichment,
  nothingKnown,
  type Subject,
  type Trait,
  type Verdict,
} from '../incident/enrichment.ts';
import type { Enricher } from './enricher.ts';
import { mayLeave } from './may-leave.ts';
import { createOutside, type OutsideOptions } from './outside.ts';
import { count, facts, flag, moment, text } from './said.ts';

/** Reports older than that tell of whoever had the address before; it is also what AbuseIPDB scores by. */
const days = 90;

/** What others reported an address for. https://docs.abuseipdb.com/#check-endpoint */
export function createAbuseIpDb(options: OutsideOptions): Enricher {
  const outside = createOutside({ title: 'AbuseIPDB', keyHeader: 'key' }, options);
  const addressOf = (subject: Subject) => {
    const question = mayLeave(subject, options.internal);
    return question?.about === 'ip' && subject.kind === 'ip' ? question.address : undefined;
  };

  return {
    name: 'abuseipdb',
    title: 'AbuseIPDB',
    question: 'Was this address reported for abuse, and what is it used for?',
    about: ['ip'],
    concerns: (subject) => addressOf(subject) !== undefined,
    side: 'abuseipdb',
    calls: 1,
    api: 'AbuseIPDB APIv2: /check',
    permission: 'An API key (ABUSEIPDB_KEY)',
    lifetimeSeconds: 6 * 60 * 60,
    deadlineMs: 12_000,
    limits: '1,000 checks a day, free',
    async enrich(subject, { signal }) {
      const address = addressOf(subject);
      if (!address) return nothingKnown;
      const query = new URLSearchParams({ ipAddress: address, maxAgeInDays: String(days) });
      const { data } = await outside.get(`/api/v2/check?${query}`, checked, signal);
      return readCheck(data, address);
    },
  };
}

const check = z.object({
  abuseConfidenceScore: count,
  totalReports: count,
  numDistinctUsers: count,
  isWhitelisted: flag,
  isTor: flag,
  usageType: text(60),
  isp: text(80),
  domain: text(80),
  countryCode: text(2),
  lastReportedAt: moment,
});
const checked = z.object({ data: check });
type Check = z.output<typeof check>;

function readCheck(said: Check, address: string): Enrichment {
  const { abuseConfidenceScore: score, totalReports: reports = 0, numDistinctUsers: users = 0 } = said;
  const by = users > 0 ? `, by ${users.toLocaleString('en')} of its users` : '';
  return {
    facts: facts(
      [
        'Reports',
        reports > 0 ? `${reports.toLocaleString('en')} in ${days} days${by}` : `none in ${days} days`,
      ],
      ['Abuse confidence', score === undefined ? '' : `${score} %`],
      ['Last reported', said.lastReportedAt],
      ['Used for', said.usageType],
      ['Provider', [said.isp, said.domain && `(${said.domain})`].filter(Boolean).join(' ')],
      ['Country', said.countryCode],
      ['Tor', said.isTor ? 'exit node' : ''],
      ['Whitelisted there', said.isWhitelisted ? 'yes' : ''],
    ),
    traits: traits(said),
    verdict: { by: 'AbuseIPDB', ...judge(said) },
    link: { label: 'AbuseIPDB', url: `https://www.abuseipdb.com/check/${encodeURIComponent(address)}` },
  };
}

function traits({ isTor, usageType }: Check): Trait[] {
  if (isTor) return [{ chip: 'Tor exit', says: 'is an exit of the Tor network', tone: 'warning' }];
  // People do not browse from there: a sign-in comes by way of a VPN or a rented server.
  return usageType.startsWith('Data Center')
    ? [{ chip: 'data centre', says: 'belongs to a data centre or hosting company', tone: 'neutral' }]
    : [];
}

/** 75 is where AbuseIPDB itself advises to block: https://www.abuseipdb.com/faq */
function judge(said: Check): Omit<Verdict, 'by'> {
  const { abuseConfidenceScore: score = 0, totalReports: reports = 0 } = said;
  const says = reports > 0 ? `${score} %, ${reports.toLocaleString('en')} reports` : 'no reports';
  if (said.isWhitelisted) return { level: 'harmless', says: `whitelisted, ${says}` };
  if (score >= 75) return { level: 'malicious', says };
  return { level: score >= 25 ? 'suspicious' : 'unknown', says };
}
